using System.Numerics;

namespace Autograd.Kernels;

/// <summary>A matrix with rows some distance apart, and where its product with another, transposed one goes.</summary>
internal unsafe struct TransposedTarget<T>
    where T : unmanaged
{
    public T* Right;
    public nint RightStride;
    public int Columns;

    /// <summary>The result's row for the first row that is computed; rows follow each other.</summary>
    public T* Result;

    public bool Accumulate;
}

internal static unsafe partial class MatrixProduct
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
        int blockRows = MatrixProductBlock<T>.BlockDepth(rows);
        for (int start = 0; start < rows; start += blockRows)
        {
            int depth = Math.Min(blockRows, rows - start);
            packedLeft.Resize(depth, columns);
            packedLeft.PackRows(left + start * leftStride, leftStride, 0, depth);
            foreach (ref readonly var target in targets)
            {
                packedRight.Resize(depth, target.Columns);
                packedRight.PackRows(target.Right + start * target.RightStride, target.RightStride, 0, depth);
                MultiplyPacked(packedLeft, packedRight, new Span<T>(target.Result, columns * target.Columns), target.Accumulate
                    || start > 0);
            }
        }
    }
}
