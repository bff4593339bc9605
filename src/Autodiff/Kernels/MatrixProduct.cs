using System.Numerics;

namespace Autograd.Kernels;

/// <summary>
/// Products of row-major matrices. The terms of each element are added in the order of k, in blocks of at most 1,024 (of 256 rows in the
/// gradients of weights, which pack both operands); a row of the result is bit for bit the same whatever rows are computed with it. The
/// result must not overlap an operand.
/// </summary>
static unsafe partial class MatrixProduct
{
    const string Operation = "MatrixProduct.Multiply";

    // Packing the right operand pays where many rows use it, the sooner the farther apart its own rows lie in memory. The limit, for the
    // number of rows times that distance, is measured. The result does not depend on it.
    const int DirectBytes = 128 * 1024;

    // Half of a small second-level cache.
    const int PackedBytes = 256 * 1024;

    /// <summary>
    /// <c>c[m, n] = sum over k of a(m, k) b(k, n)</c>, or adds that sum to <paramref name="c"/>.
    /// The element a(m, k) is <c>a[m * aRowStride + k * aColumnStride]</c>; <paramref name="ldc"/> is the distance of the rows of c.
    /// </summary>
    /// <exception cref="ArgumentException">A span is too short, a size or stride is negative, or rows of c overlap.</exception>
    public static void Multiply<T>(
        ReadOnlySpan<T> a, int aRowStride, int aColumnStride, PackedMatrix<T> b, Span<T> c, int ldc, int rows, bool accumulate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        MatrixProductExtent.Check(a.Length, rows, b.Rows, aRowStride, aColumnStride, Operation, nameof(a));
        MatrixProductExtent.CheckResult(c.Length, rows, b.Columns, ldc, Operation, nameof(c));
        if (IsEmpty(c, ldc, rows, b.Columns, b.Rows, accumulate))
            return;
        fixed (T* left = a, result = c)
        {
            new MatrixProductBlock<T>
            {
                Left = left, LeftRowStride = aRowStride, LeftColumnStride = aColumnStride,
                LeftGroupStride = (nint)aRowStride * MatrixProductBlock<T>.RowsInGroup,
                Right = b.Start, RightRowStride = b.RowStride, RightPanelStride = b.PanelStride,
                Result = result, ResultRowStride = ldc,
                Rows = rows, Columns = b.Columns, Depth = b.Rows, Accumulate = accumulate,
            }.Run();
        }

        GC.KeepAlive(b);
    }

    /// <summary>
    /// <c>c = op(a) op(b)</c> of size <paramref name="m"/> x <paramref name="n"/>, or adds that product to <paramref name="c"/>:
    /// a(m, k) is <c>a[m * lda + k]</c>, transposed <c>a[k * lda + m]</c>; b(k, n) is <c>b[k * ldb + n]</c>, transposed <c>b[n * ldb +
    /// k]</c>.
    /// </summary>
    /// <exception cref="ArgumentException">A span is too short, a size or stride is negative, or rows of c overlap.</exception>
    public static void Multiply<T>(
        ReadOnlySpan<T> a, int lda, bool transposeA, ReadOnlySpan<T> b, int ldb, bool transposeB, Span<T> c, int ldc,
        int m, int n, int k, bool accumulate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (aRowStride, aColumnStride) = transposeA ? (1, lda) : (lda, 1);
        var (bRowStride, bColumnStride) = transposeB ? (1, ldb) : (ldb, 1);
        MatrixProductExtent.Check(a.Length, m, k, aRowStride, aColumnStride, Operation, nameof(a));
        MatrixProductExtent.Check(b.Length, k, n, bRowStride, bColumnStride, Operation, nameof(b));
        MatrixProductExtent.CheckResult(c.Length, m, n, ldc, Operation, nameof(c));
        if (IsEmpty(c, ldc, m, n, k, accumulate))
            return;
        bool isAcross = transposeB && MatrixProductAcross<T>.IsFor(m);
        int direct = isAcross || !Packs<T>(m, ldb, transposeB) ? n - n % MatrixProductBlock<T>.PanelWidth : 0;
        if (direct > 0 && !isAcross)
            MultiplyDirect(a, aRowStride, aColumnStride, b, ldb, c, ldc, m, direct, k, accumulate);
        if (direct > 0 && isAcross)
            fixed (T* left = a, right = b, result = c)
                MatrixProductAcross<T>.Run(left, aRowStride, aColumnStride, right, ldb, result, ldc, m, direct, k, accumulate);
        if (direct < n)
            MultiplyPacking(
                a, aRowStride, aColumnStride, b[(direct * bColumnStride)..], bRowStride, bColumnStride, c[direct..], ldc, m, n - direct, k,
                accumulate);
    }

    /// <summary>Whether a product of <paramref name="m"/> rows packs its right operand, but for columns at the edge.</summary>
    public static bool Packs<T>(int m, int ldb, bool transposeB)
        where T : unmanaged
        => transposeB || (long)m * ldb * sizeof(T) > DirectBytes;

    // Packs a block of the right operand and multiplies by it before it leaves the second-level cache.
    static void MultiplyPacking<T>(
        ReadOnlySpan<T> a, int aRowStride, int aColumnStride, ReadOnlySpan<T> b, int bRowStride, int bColumnStride, Span<T> c, int ldc,
        int m, int n, int k, bool accumulate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        PackedMatrix<T> packed = Scratch<T>.Right;
        int depth = MatrixProductBlock<T>.BlockDepth(k), panel = MatrixProductBlock<T>.PanelWidth;
        int width = Math.Max(PackedBytes / (depth * sizeof(T)) / panel, 1) * panel;
        for (int start = 0; start < k; start += depth)
            for (int column = 0; column < n; column += width)
            {
                var block = b[(start * bRowStride + column * bColumnStride)..];
                packed.Pack(block, Math.Min(depth, k - start), Math.Min(width, n - column), bRowStride, bColumnStride);
                Multiply(
                    a[(start * aColumnStride)..], aRowStride, aColumnStride, packed, c[column..], ldc, m, accumulate || start > 0);
            }
    }

    /// <summary>The same for rows that follow each other, at addresses; the caller has checked every extent.</summary>
    public static void Multiply<T>(T* a, nint aRowStride, PackedMatrix<T> b, T* c, nint cRowStride, int rows, bool accumulate)
        where T : unmanaged, IFloatingPointIeee754<T>
        => MultiplyPanels(a, aRowStride, b, 0, b.Columns, c, cRowStride, rows, accumulate);

    /// <summary>
    /// Some columns of the product, from the first of a panel on; <paramref name="c"/> is still the first element of the whole.
    /// </summary>
    public static void MultiplyPanels<T>(
        T* a, nint aRowStride, PackedMatrix<T> b, int firstPanel, int columns, T* c, nint cRowStride, int rows, bool accumulate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (rows <= 0 || columns <= 0) return;
        new MatrixProductBlock<T>
        {
            Left = a, LeftRowStride = aRowStride, LeftColumnStride = 1, LeftGroupStride = aRowStride * MatrixProductBlock<T>.RowsInGroup,
            Right = b.Start + firstPanel * b.PanelStride, RightRowStride = b.RowStride, RightPanelStride = b.PanelStride,
            Result = c + (nint)firstPanel * MatrixProductBlock<T>.PanelWidth, ResultRowStride = cRowStride,
            Rows = rows, Columns = columns, Depth = b.Rows, Accumulate = accumulate,
        }.Run();
    }

    // Whole panels of an operand that is not packed: they lie side by side.
    static void MultiplyDirect<T>(
        ReadOnlySpan<T> a, int aRowStride, int aColumnStride, ReadOnlySpan<T> b, int ldb, Span<T> c, int ldc,
        int m, int n, int k, bool accumulate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        fixed (T* left = a, right = b, result = c)
        {
            new MatrixProductBlock<T>
            {
                Left = left, LeftRowStride = aRowStride, LeftColumnStride = aColumnStride,
                LeftGroupStride = (nint)aRowStride * MatrixProductBlock<T>.RowsInGroup,
                Right = right, RightRowStride = ldb, RightPanelStride = MatrixProductBlock<T>.PanelWidth,
                Result = result, ResultRowStride = ldc,
                Rows = m, Columns = n, Depth = k, Accumulate = accumulate,
            }.Run();
        }
    }

    // A sum of no terms is zero; a result without elements needs no work.
    static bool IsEmpty<T>(Span<T> c, int ldc, int rows, int columns, int depth, bool accumulate)
    {
        if (depth == 0 && !accumulate && columns > 0)
        {
            for (int row = 0; row < rows; row++)
                c.Slice(row * ldc, columns).Clear();
        }

        return rows == 0 || columns == 0 || depth == 0;
    }

    /// <summary>Memory that is used within one call, for each thread.</summary>
    static class Scratch<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        [ThreadStatic]
        static PackedMatrix<T>? left, right;

        [ThreadStatic]
        static T[]? memory;

        public static PackedMatrix<T> Left => left ??= new(MatrixProductBlock<T>.RowsInGroup);

        public static PackedMatrix<T> Right => right ??= new();

        public static T[] Memory(int size)
        {
            if (memory is null || memory.Length < size) memory = GC.AllocateUninitializedArray<T>(size);
            return memory;
        }
    }
}
