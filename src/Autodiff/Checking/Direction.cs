namespace Autograd.Checking;

/// <summary>
/// A direction of unit length through all elements of some inputs, or of a range of one input, scaled to the size of the elements.
/// </summary>
sealed class Direction
{
    readonly double[][] components;

    public Direction(CheckedFunction subject, int number, int first, int end, Range? part = null)
    {
        First = first;
        End = end;
        Name = end - first == 1 ? subject.NameOf(first) : "all";
        Shape = end - first == 1 ? subject.ShapeOf(first)
            : Shape.Create([Enumerable.Range(first, end - first).Sum(i => subject.ShapeOf(i).ElementCount)]);
        components = new double[end - first][];
        for (int i = first; i < end; i++) components[i - first] = Draw(subject, number, i, part ?? Range.All);
        double norm = Math.Sqrt(components.Sum(block => block.Sum(component => component * component)));
        foreach (double[] block in components)
            for (int i = 0; i < block.Length && norm > 0; i++)
                block[i] /= norm;
        // In proportion to the elements, so that large ones are not moved by less than their own rounding.
        for (int i = first; i < end; i++) Scale(components[i - first], subject, i);
    }

    public int First { get; }

    public int End { get; }

    public string Name { get; }

    public Shape Shape { get; }

    public double At(int index, int position) => components[index - First][position];

    // Magnitudes from ½ to 1½: no element is invisible.
    static double[] Draw(CheckedFunction subject, int number, int index, Range part)
    {
        var weights = subject.Weights($"direction {number}, input {index}", subject.ShapeOf(index)).ToDoubles();
        var (start, length) = part.GetOffsetAndLength(weights.Length);
        weights.AsSpan(0, start).Clear();
        weights.AsSpan(start + length).Clear();
        return weights;
    }

    static void Scale(double[] components, CheckedFunction subject, int index)
    {
        for (int i = 0; i < components.Length; i++) components[i] *= subject.ScaleOf(index, i);
    }
}
