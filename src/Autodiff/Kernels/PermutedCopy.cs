namespace Autograd.Kernels;

/// <summary>
/// Copies elements with their axes in another order. Axes that stay together are one; what is then innermost in the result is copied by
/// runs if it was so before, and else by square blocks together with the axis that was, so that every cache line that is read is used up.
/// </summary>
readonly struct PermutedCopy
{
    const int Block = 64;

    // Of the result's axes, outermost first: lengths, and strides in the source and in the result.
    readonly int[] lengths, from, to;

    /// <summary>Plans the copy.</summary>
    /// <param name="source">Lengths of the source's axes; none is 0.</param>
    /// <param name="order">For each axis of the result that of the source.</param>
    public PermutedCopy(ReadOnlySpan<int> source, ReadOnlySpan<int> order)
    {
        var strides = new int[source.Length];
        for (int axis = source.Length - 1, stride = 1; axis >= 0; stride *= source[axis--]) strides[axis] = stride;
        var joined = new List<(int Length, int From)>();
        foreach (int axis in order)
        {
            if (source[axis] == 1) continue;
            // The axis before steps over all of this one.
            if (joined.Count > 0 && joined[^1].From == source[axis] * strides[axis])
                joined[^1] = (joined[^1].Length * source[axis], strides[axis]);
            else
                joined.Add((source[axis], strides[axis]));
        }
        if (joined.Count == 0) joined.Add((1, 1));
        lengths = [.. joined.Select(axis => axis.Length)];
        from = [.. joined.Select(axis => axis.From)];
        to = new int[lengths.Length];
        for (int axis = to.Length - 1, stride = 1; axis >= 0; stride *= lengths[axis--]) to[axis] = stride;
    }

    /// <summary>Copies all elements.</summary>
    public void Run<T>(ReadOnlySpan<T> source, Span<T> target)
        where T : unmanaged
    {
        // The axis that is innermost in the source.
        int inner = Array.IndexOf(from, 1), last = lengths.Length - 1;
        // Two axes are copied at once: the innermost, and this one.
        int other = inner < last ? inner : last - 1;
        var indices = new int[lengths.Length];
        int read = 0, write = 0;
        do
        {
            if (inner < last) Transpose(source[read..], target[write..], inner);
            else if (other < 0) source[..lengths[last]].CopyTo(target);
            else CopyRows(source[read..], target[write..], other);
        }
        while (Next(indices, other, ref read, ref write));
    }

    // To the next place of the axes that are not copied at once; false after the last.
    bool Next(int[] indices, int other, ref int read, ref int write)
    {
        for (int axis = lengths.Length - 2; axis >= 0; axis--)
        {
            if (axis == other) continue;
            (read, write) = (read + from[axis], write + to[axis]);
            if (++indices[axis] < lengths[axis]) return true;
            (read, write) = (read - from[axis] * lengths[axis], write - to[axis] * lengths[axis]);
            indices[axis] = 0;
        }
        return false;
    }

    unsafe void CopyRows<T>(ReadOnlySpan<T> source, Span<T> target, int axis)
        where T : unmanaged
    {
        fixed (T* first = source, result = target)
            StridedRows.Copy(first, from[axis], result, to[axis], lengths[^1], lengths[axis]);
    }

    // By blocks, whose pages the processor keeps in mind, of squares.
    unsafe void Transpose<T>(ReadOnlySpan<T> source, Span<T> target, int inner)
        where T : unmanaged
    {
        int rows = lengths[inner], columns = lengths[^1], stride = from[^1], step = to[inner];
        fixed (T* first = source, result = target)
        {
            for (int row = 0; row < rows; row += Block)
                for (int column = 0; column < columns; column += Block)
                    TransposedCopy.Run(
                        first + (nint)column * stride + row, stride, result + (nint)row * step + column, step,
                        Math.Min(Block, rows - row), Math.Min(Block, columns - column));
        }
    }
}
