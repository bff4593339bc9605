using System.Numerics;

namespace Autograd.Kernels;

/// <summary>A matrix with rows some distance apart, and where its product with another, transposed one goes.</summary>
unsafe struct TransposedTarget<T>
    where T : unmanaged
{
    public T* Right;
    public nint RightStride;
    public int Columns;

    /// <summary>The result's row for the first row that is computed; rows follow each other.</summary>
    public T* Result;

    public bool Accumulate;
}

static unsafe partial class MatrixProduct
{
    /// <summary>
    /// <c>result = leftᵀ · right</c> for several right operands, or adds to the results: gradients of weights that have a left operand in
    /// common. The left operand has <paramref name="columns"/> columns, the rows of the results. The caller has checked every extent.
    /// </summary>
    public static void MultiplyTransposed<T>(T* left, nint leftStride, int columns, int rows, ReadOnlySpan<TransposedTarget<T>> targets)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (rows == 0 || columns == 0) return;
        PackedMatrix<T> packedLeft = Scratch<T>.Left, packedRight = Scratch<T>.Right;
        int blockRows = MatrixProductBlock<T>.BlockRows(rows);
        for (int start = 0; start < rows; start += blockRows)
        {
            int depth = Math.Min(blockRows, rows - start);
            packedLeft.Resize(depth, columns);
            packedLeft.PackRows(left + start * leftStride, leftStride, 0, depth);
            for (int i = 0, count; i < targets.Length; i += count)
            {
                count = InOnePanel(targets[i..]);
                if (count > 1)
                {
                    MultiplyNarrow(packedLeft, targets.Slice(i, count), start, depth);
                    continue;
                }
                ref readonly var target = ref targets[i];
                packedRight.Resize(depth, target.Columns);
                packedRight.PackRows(target.Right + start * target.RightStride, target.RightStride, 0, depth);
                MultiplyPacked(packedLeft, packedRight, new Span<T>(target.Result, columns * target.Columns), target.Accumulate
                    || start > 0);
            }
        }
    }

    // How many of the first targets have room side by side in one panel. One that adds to what another makes comes after it.
    static int InOnePanel<T>(ReadOnlySpan<TransposedTarget<T>> targets)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int count = 1, width = targets[0].Columns;
        while (count < targets.Length && targets[count].Accumulate == targets[0].Accumulate
            && (width += targets[count].Columns) <= MatrixProductBlock<T>.PanelWidth && !HasResult(targets[..count], targets[count].Result))
            count++;
        return count;
    }

    static bool HasResult<T>(ReadOnlySpan<TransposedTarget<T>> targets, T* result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (ref readonly var target in targets)
            if (target.Result == result) return true;
        return false;
    }

    static void MultiplyNarrow<T>(PackedMatrix<T> left, ReadOnlySpan<TransposedTarget<T>> targets, int start, int depth)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool accumulates = targets[0].Accumulate || start > 0;
        var results = stackalloc MatrixPiece<T>[targets.Length];
        int width = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            results[i] = new MatrixPiece<T>(targets[i].Result, targets[i].Columns, targets[i].Columns);
            width += targets[i].Columns;
        }
        var right = Scratch<T>.Right;
        right.Resize(depth, width);
        if (width < MatrixProductBlock<T>.PanelWidth) right.Clear();
        int column = 0;
        foreach (ref readonly var target in targets)
        {
            right.PackPanelPart(target.Right + start * target.RightStride, target.RightStride, column, target.Columns);
            column += target.Columns;
        }
        var sums = Scratch<T>.Memory(left.Columns * width);
        fixed (T* first = sums)
        {
            var whole = new MatrixPiece<T>(first, width, width);
            var pieces = new ReadOnlySpan<MatrixPiece<T>>(results, targets.Length);
            if (accumulates) Gather(pieces, 0, left.Columns, whole);
            MultiplyPacked(left, right, sums.AsSpan(0, left.Columns * width), accumulates);
            Scatter(whole, pieces, 0, left.Columns);
        }
    }
}
