using System.Numerics;

namespace Autograd.Kernels;

/// <summary>Pairs of row-major matrices with equally many rows, such as the inputs and output gradients of a product at each time step.
/// Called during a product, so it must not start one itself.</summary>
interface ISegments<T>
{
    /// <summary>Number of segments.</summary>
    int Count { get; }

    /// <summary>Rows of both matrices of a segment; may be zero.</summary>
    int Rows(int segment);

    /// <summary>The left matrix of a segment.</summary>
    ReadOnlySpan<T> Left(int segment);

    /// <summary>The right matrix of a segment.</summary>
    ReadOnlySpan<T> Right(int segment);
}

static unsafe partial class MatrixProduct
{
    /// <summary>
    /// <c>c = sum over s of left_s^T right_s</c>, of size <paramref name="leftColumns"/> x <paramref name="rightColumns"/>, or adds that
    /// sum to <paramref name="c"/>: the gradient of a weight that is used at every time step. How rows are divided into segments does not
    /// change the result.
    /// </summary>
    /// <exception cref="ArgumentException">A span is too short, or a size is negative.</exception>
    public static void MultiplyTransposedSegments<T, TSegments>(
        ref TSegments segments, int leftColumns, int rightColumns, Span<T> c, bool accumulate)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TSegments : struct, ISegments<T>
    {
        const string operation = "MatrixProduct.MultiplyTransposedSegments";
        MatrixProductExtent.CheckResult(c.Length, leftColumns, rightColumns, rightColumns, operation, nameof(c));
        int rows = CheckedRows<T, TSegments>(ref segments, leftColumns, rightColumns, operation);
        if (IsEmpty(c, rightColumns, leftColumns, rightColumns, rows, accumulate))
            return;
        PackedMatrix<T> left = Scratch<T>.Left, right = Scratch<T>.Right;
        int blockRows = MatrixProductBlock<T>.BlockRows(rows);
        var position = (Segment: 0, Row: 0);
        for (int start = 0; start < rows; start += blockRows)
        {
            int depth = Math.Min(blockRows, rows - start);
            left.Resize(depth, leftColumns);
            right.Resize(depth, rightColumns);
            Gather(ref segments, ref position, left, right);
            MultiplyPacked(left, right, c, accumulate || start > 0);
        }
    }

    static int CheckedRows<T, TSegments>(ref TSegments segments, int leftColumns, int rightColumns, string operation)
        where TSegments : struct, ISegments<T>
    {
        int sum = 0;
        for (int segment = 0; segment < segments.Count; segment++)
        {
            int rows = segments.Rows(segment);
            MatrixProductExtent.Check(segments.Left(segment).Length, rows, leftColumns, leftColumns, 1, operation, "left");
            MatrixProductExtent.Check(segments.Right(segment).Length, rows, rightColumns, rightColumns, 1, operation, "right");
            sum = checked(sum + rows);
        }

        return sum;
    }

    // Fills both operands with the rows that follow the position, over as many segments as it takes.
    static void Gather<T, TSegments>(
        ref TSegments segments, ref (int Segment, int Row) position, PackedMatrix<T> left, PackedMatrix<T> right)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TSegments : struct, ISegments<T>
    {
        for (int filled = 0; filled < left.Rows;)
        {
            int available = segments.Rows(position.Segment) - position.Row;
            int count = Math.Min(available, left.Rows - filled);
            left.PackRows(segments.Left(position.Segment)[(position.Row * left.Columns)..], filled, count);
            right.PackRows(segments.Right(position.Segment)[(position.Row * right.Columns)..], filled, count);
            filled += count;
            position = count == available ? (position.Segment + 1, 0) : (position.Segment, position.Row + count);
        }
    }

    static void MultiplyPacked<T>(PackedMatrix<T> left, PackedMatrix<T> right, Span<T> c, bool accumulate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        fixed (T* result = c)
        {
            new MatrixProductBlock<T>
            {
                Left = left.Start, LeftRowStride = 1, LeftColumnStride = left.RowStride, LeftGroupStride = left.PanelStride,
                Right = right.Start, RightRowStride = right.RowStride, RightPanelStride = right.PanelStride,
                Result = result, ResultRowStride = right.Columns,
                Rows = left.Columns, Columns = right.Columns, Depth = left.Rows, Accumulate = accumulate,
            }.Run();
        }

        GC.KeepAlive(left);
        GC.KeepAlive(right);
    }
}
