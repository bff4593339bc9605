namespace Autograd.PropertyTests;

/// <summary>Parts of a leading axis that are put together, without a copy where they lie side by side in one memory.</summary>
public class JoinLaws
{
    [Law(200)]
    public void PartsSideBySideAreJoinedWithoutACopy(Draw draw)
    {
        var (x, cuts) = draw.Of(draw => Cut(draw, mayBeEmpty: true));
        Tensor[] parts = Parts(x, cuts);
        var (joined, expected) = (JoinOperation.Apply(parts), x[cuts[0]..cuts[^1]]);
        Assert.Same(x.Storage, joined.Storage);
        Assert.Equal(expected.Offset, joined.Offset);
        Holds(parts, joined, expected.Shape);
    }

    [Law(200)]
    public void PartsThatAreNotSideBySideAreCopied(Draw draw)
    {
        var (x, parts) = draw.Of(Scattered);
        var joined = JoinOperation.Apply(parts);
        Assert.NotSame(x.Storage, joined.Storage);
        Holds(parts, joined, x.Shape.With(0, parts.Sum(part => part.Shape[0])));
    }

    static void Holds(Tensor[] parts, Tensor joined, Shape shape)
    {
        Assert.Equal(shape, joined.Shape);
        Assert.Equal(parts.SelectMany(part => part.ToDoubles()), joined.ToDoubles());
    }

    // Two parts or more, none of them empty, and one of them elsewhere than it should be.
    static (Tensor X, Tensor[] Parts) Scattered(Draw draw)
    {
        var (x, cuts) = Cut(draw, mayBeEmpty: false);
        Tensor[] parts = Parts(x, cuts);
        int at = draw.Whole(1, parts.Length - 1);
        switch (draw.Whole(0, 4))
        {
            // Exchanged.
            case 0: (parts[at - 1], parts[at]) = (parts[at], parts[at - 1]); break;
            // From other memory.
            case 1: parts[at] = Tensor.From(parts[at].ToDoubles(), parts[at].Shape, x.ElementType); break;
            // Beginning in the one before.
            case 2: parts[at] = x[(cuts[at] - 1)..cuts[at + 1]]; break;
            // The same once more.
            case 3: parts[at] = parts[at - 1]; break;
            // With a gap before it.
            default: parts = [.. parts[..at], x[(cuts[at] + 1)..(cuts[at + 1] + 1)], .. parts[(at + 1)..]]; break;
        }
        return (x, parts);
    }

    static Tensor[] Parts(Tensor x, int[] cuts) => [.. cuts.SkipLast(1).Select((first, i) => x[first..cuts[i + 1]])];

    // Where each part begins, and where the last ends; it may be a part of something larger itself. One row is left behind the last.
    static (Tensor X, int[] Cuts) Cut(Draw draw, bool mayBeEmpty)
    {
        int first = draw.Whole(0, 2), least = mayBeEmpty ? 0 : 1;
        var cuts = new List<int> { draw.Whole(0, 2) };
        for (int parts = draw.Whole(mayBeEmpty ? 1 : 2, 4); parts > 0; parts--) cuts.Add(cuts[^1] + draw.Whole(least, 3));
        var x = draw.Values([first + cuts[^1] + 1, .. draw.Shape(0, 2, mayBeEmpty: false).Lengths], Domain.Any);
        return (x[first..], [.. cuts]);
    }
}
