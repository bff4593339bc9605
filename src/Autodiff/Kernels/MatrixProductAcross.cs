using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Autograd.Kernels;

/// <summary>
/// A row or two times a transposed matrix, which is read where it lies: several of its rows at once, whose elements become columns in
/// registers. Each sum has the order of all other products, so that a row does not depend on how many there are.
/// </summary>
static unsafe class MatrixProductAcross<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // More rows are faster with the matrix packed.
    const int MostRows = 2;

    /// <summary>Whether it is faster than a product with a packed matrix.</summary>
    public static bool IsFor(int rows) => rows <= MostRows;

    /// <summary>
    /// result(m, n) = sum over k of left(m, k) · right(n, k), or adds that sum. The columns are a multiple of a panel's; the caller has
    /// checked every extent.
    /// </summary>
    public static void Run(
        T* left, nint rowStride, nint columnStride, T* right, nint ldb, T* result, nint ldc, int rows, int columns, int depth,
        bool accumulate)
    {
        int block = MatrixProductBlock<T>.BlockDepth(depth);
        for (int column = 0; column < columns; column += MatrixProductBlock<T>.PanelWidth)
            for (int start = 0; start < depth; start += block)
                for (int row = 0; row < rows; row++)
                    Sum(
                        left + row * rowStride + start * columnStride, columnStride, right + column * ldb + start, ldb,
                        Math.Min(block, depth - start), result + row * ldc + column, accumulate || start > 0);
    }

    static void Sum(T* left, nint step, T* right, nint stride, int depth, T* result, bool accumulate)
    {
        if (Vector512.IsHardwareAccelerated) Sum<Lanes512<T>>(left, step, right, stride, depth, result, accumulate);
        else if (Vector256.IsHardwareAccelerated) Sum<Lanes256<T>>(left, step, right, stride, depth, result, accumulate);
        else if (Vector128.IsHardwareAccelerated) Sum<Lanes128<T>>(left, step, right, stride, depth, result, accumulate);
        else Sum<Lanes1<T>>(left, step, right, stride, depth, result, accumulate);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Sum<TVector>(T* left, nint step, T* right, nint stride, int depth, T* result, bool accumulate)
        where TVector : unmanaged, IVectorLanes<TVector, T>
    {
        TVector first = TVector.Broadcast(T.Zero), second = first;
        T* next = right + TVector.Count * stride;
        int k = 0;
        for (; k <= depth - TVector.LineLength; k += TVector.LineLength, left += TVector.LineLength * step)
        {
            first = TVector.FoldLine(right + k, stride, new Terms<TVector>(left, step), first);
            second = TVector.FoldLine(next + k, stride, new Terms<TVector>(left, step), second);
        }
        for (; k <= depth - 4; k += 4, left += 4 * step)
        {
            first = TVector.FoldFour(right + k, stride, new Terms<TVector>(left, step), first);
            second = TVector.FoldFour(next + k, stride, new Terms<TVector>(left, step), second);
        }
        T* column = stackalloc T[2 * TVector.Count];
        for (; k < depth; k++, left += step)
        {
            for (int i = 0; i < 2 * TVector.Count; i++) column[i] = right[i * stride + k];
            first = TVector.MultiplyAdd(TVector.Broadcast(left[0]), TVector.Load(column), first);
            second = TVector.MultiplyAdd(TVector.Broadcast(left[0]), TVector.Load(column + TVector.Count), second);
        }
        if (accumulate)
        {
            first = TVector.Add(TVector.Load(result), first);
            second = TVector.Add(TVector.Load(result + TVector.Count), second);
        }
        first.Store(result);
        second.Store(result + TVector.Count);
    }

    readonly struct Terms<TVector>(T* left, nint step) : IColumnFold<TVector>
        where TVector : unmanaged, IVectorLanes<TVector, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Add(int column, TVector a, TVector b, TVector c, TVector d, TVector sum)
        {
            T* factors = left + column * step;
            sum = TVector.MultiplyAdd(TVector.Broadcast(factors[0]), a, sum);
            sum = TVector.MultiplyAdd(TVector.Broadcast(factors[step]), b, sum);
            sum = TVector.MultiplyAdd(TVector.Broadcast(factors[2 * step]), c, sum);
            return TVector.MultiplyAdd(TVector.Broadcast(factors[3 * step]), d, sum);
        }
    }
}
