using System.Numerics;

namespace Autograd.Kernels;

/// <summary>Some columns of a matrix, with rows of their own: the columns beside them lie elsewhere.</summary>
/// <param name="start">The first element.</param>
/// <param name="rowStride">Elements from row to row.</param>
/// <param name="columns">Number of columns.</param>
readonly unsafe struct MatrixPiece<T>(T* start, nint rowStride, int columns)
    where T : unmanaged
{
    public T* Start => start;

    public nint RowStride => rowStride;

    public int Columns => columns;
}

static unsafe partial class MatrixProduct
{
    // Rows of the left operand and of the result that are brought together at a time stay in the first-level cache.
    const int PiecesBytes = 24 * 1024;

    /// <summary>
    /// <c>result = left · right</c>, or adds to the result, where the columns of the left operand and of the result may lie in several
    /// places: narrow products with an operand in common are one that fills the vectors. The caller has checked every extent.
    /// </summary>
    public static void MultiplyPieces<T>(
        ReadOnlySpan<MatrixPiece<T>> left, PackedMatrix<T> right, ReadOnlySpan<MatrixPiece<T>> result, int rows, bool accumulate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int depth = left.Length == 1 ? 0 : right.Rows, columns = result.Length == 1 ? 0 : right.Columns;
        if (depth + columns == 0)
        {
            Multiply(left[0].Start, left[0].RowStride, right, result[0].Start, result[0].RowStride, rows, accumulate);
            return;
        }
        int group = MatrixProductBlock<T>.RowsInGroup;
        int block = Math.Max(PiecesBytes / sizeof(T) / (depth + columns) / group, 1) * group;
        fixed (T* scratch = Scratch<T>.Memory(block * (depth + columns)))
        {
            var (a, c) = (new MatrixPiece<T>(scratch, depth, depth), new MatrixPiece<T>(scratch + block * depth, columns, columns));
            for (int row = 0; row < rows; row += block)
            {
                int count = Math.Min(block, rows - row);
                var from = Whole(left, a, row, count, isGathered: true);
                var to = Whole(result, c, row, count, isGathered: accumulate);
                Multiply(from.Start, from.RowStride, right, to.Start, to.RowStride, count, accumulate);
                if (result.Length > 1) Scatter(c, result, row, count);
            }
        }
    }

    // The only piece where it lies, or all of them side by side.
    static MatrixPiece<T> Whole<T>(ReadOnlySpan<MatrixPiece<T>> pieces, MatrixPiece<T> whole, int firstRow, int count, bool isGathered)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (pieces.Length == 1)
            return new MatrixPiece<T>(pieces[0].Start + firstRow * pieces[0].RowStride, pieces[0].RowStride, pieces[0].Columns);
        if (isGathered) Gather(pieces, firstRow, count, whole);
        return whole;
    }

    static void Gather<T>(ReadOnlySpan<MatrixPiece<T>> pieces, int firstRow, int count, MatrixPiece<T> whole)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T* to = whole.Start;
        foreach (ref readonly var piece in pieces)
        {
            StridedRows.Copy(piece.Start + firstRow * piece.RowStride, piece.RowStride, to, whole.RowStride, piece.Columns, count);
            to += piece.Columns;
        }
    }

    static void Scatter<T>(MatrixPiece<T> whole, ReadOnlySpan<MatrixPiece<T>> pieces, int firstRow, int count)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T* from = whole.Start;
        foreach (ref readonly var piece in pieces)
        {
            StridedRows.Copy(from, whole.RowStride, piece.Start + firstRow * piece.RowStride, piece.RowStride, piece.Columns, count);
            from += piece.Columns;
        }
    }
}
