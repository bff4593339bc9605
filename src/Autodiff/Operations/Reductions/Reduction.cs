namespace Autograd.Operations;

/// <summary>What reductions share: any set of axes is brought to one run of neighbouring axes first.</summary>
static class Reduction
{
    /// <summary>Reduces over <paramref name="count"/> axes from <paramref name="first"/>, which leaves them out of the shape.</summary>
    public delegate Tensor Kernel(Tensor x, int first, int count);

    /// <summary>The axes over which a kernel reduces.</summary>
    public enum Ability
    {
        /// <summary>The innermost.</summary>
        Innermost,

        /// <summary>Any that are neighbours.</summary>
        Neighbours,

        /// <summary>Any that are neighbours, and of others some after the others.</summary>
        Steps,
    }

    public static Tensor Over(string name, Tensor x, ReadOnlySpan<int> axes, bool keepAxes, Kernel reduce, Ability ability)
    {
        ArgumentNullException.ThrowIfNull(x, name);
        var positions = ShapeRules.Axes(name, x.Shape, axes);
        var result = ReducePositions(x, positions, reduce, ability);
        return keepAxes ? Functions.Reshape(result, KeptLengths(x.Shape, positions)) : result;
    }

    /// <summary>The shape without some neighbouring axes.</summary>
    public static Shape Without(Shape shape, int first, int count)
    {
        Span<int> lengths = stackalloc int[shape.Rank - count];
        shape.Lengths[..first].CopyTo(lengths);
        shape.Lengths[(first + count)..].CopyTo(lengths[first..]);
        return Shape.Create(lengths);
    }

    /// <summary>A reduced tensor with its lost axes put back at length 1, so that it broadcasts to the original shape.</summary>
    public static Tensor WithOnes(Tensor reduced, Shape original, int first, int count)
    {
        Span<int> lengths = stackalloc int[original.Rank];
        original.Lengths.CopyTo(lengths);
        lengths.Slice(first, count).Fill(1);
        return Functions.Reshape(reduced, lengths);
    }

    static Tensor ReducePositions(Tensor x, int[] positions, Kernel reduce, Ability ability)
    {
        bool adjacent = positions.Length == 0 || positions[^1] - positions[0] == positions.Length - 1;
        bool last = positions.Length == 0 || positions[^1] == x.Rank - 1;
        if (adjacent && (last || ability != Ability.Innermost))
            return reduce(x, positions.Length == 0 ? x.Rank : positions[0], positions.Length);
        if (ability == Ability.Steps) return ReduceBySteps(x, positions, reduce);
        var kept = Enumerable.Range(0, x.Rank).Except(positions);
        int[] order = [.. kept, .. positions];
        return reduce(Functions.Permute(x, order), x.Rank - positions.Length, positions.Length);
    }

    // The outermost first, whose rows are long.
    static Tensor ReduceBySteps(Tensor x, int[] positions, Kernel reduce)
    {
        for (int first = 0, end; first < positions.Length; first = end)
        {
            end = first + 1;
            while (end < positions.Length && positions[end] == positions[end - 1] + 1) end++;
            // As many axes as were reduced over are gone.
            x = reduce(x, positions[first] - first, end - first);
        }
        return x;
    }

    static int[] KeptLengths(Shape shape, int[] positions)
    {
        var lengths = shape.Lengths.ToArray();
        foreach (int position in positions) lengths[position] = 1;
        return lengths;
    }
}
