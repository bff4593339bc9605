namespace Autograd.PropertyTests;

/// <summary>Rows taken apart into axes.</summary>
public class RowAxesLaws
{
    /// <summary>
    /// Where an operand lies for each element of a row, along whichever axes rows of that width are taken apart, is where it is broadcast
    /// from: another value's axes may lie across those of its shape.
    /// </summary>
    [Law(400)]
    public void StridesAreThoseOfBroadcasting(Draw draw)
    {
        var (lengths, isRepeated, other) = draw.Of(draw =>
        {
            int[] lengths = Lengths(draw);
            return (lengths, lengths.Select(_ => draw.Flag()).ToArray(), draw.Whole(0, 5));
        });
        int width = lengths.Aggregate(1, (product, length) => product * length);
        int[] axes = Axes(lengths, isRepeated, width, other);
        int[] strides = RowAxes.Strides(
            Shape.Create([1, .. lengths.Select((length, i) => isRepeated[i] ? 1 : length)]), Shape.Create([1, .. lengths]), axes);
        for (int element = 0; element < width; element++)
        {
            int found = 0, expected = 0;
            for (int i = axes.Length - 1, rest = element; i >= 0; rest /= axes[i], i--) found += rest % axes[i] * strides[i];
            for (int i = lengths.Length - 1, rest = element, own = 1; i >= 0; rest /= lengths[i], i--)
                if (!isRepeated[i]) (expected, own) = (expected + rest % lengths[i] * own, own * lengths[i]);
            Assert.Equal(expected, found);
        }
    }

    static int[] Lengths(Draw draw) => [.. Enumerable.Range(0, draw.Whole(1, 4)).Select(_ => draw.Whole(1, 6))];

    // Cut where the operand begins or ends to be repeated, and where another shape of as many elements may be.
    static int[] Axes(int[] lengths, bool[] isRepeated, int width, int other)
    {
        var cuts = new SortedSet<int>();
        int[] counted = [.. Enumerable.Range(0, lengths.Length).Where(i => lengths[i] > 1)];
        for (int i = 1; i < counted.Length; i++)
            if (isRepeated[counted[i - 1]] != isRepeated[counted[i]])
                cuts.Add(lengths[counted[i]..].Aggregate(1, (product, length) => product * length));
        for (int cut = 2, left = other; cut < width && left > 0; cut++)
            if (Divide([.. cuts, cut], width)) (left, _) = (left - 1, cuts.Add(cut));
        var axes = new List<int>();
        int end = width;
        foreach (int cut in cuts.Reverse())
        {
            axes.Add(end / cut);
            end = cut;
        }
        return [.. axes, end];
    }

    static bool Divide(SortedSet<int> cuts, int width)
    {
        int[] all = [.. cuts, width];
        return Enumerable.Range(1, all.Length - 1).All(i => all[i] % all[i - 1] == 0);
    }
}
