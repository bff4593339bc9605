using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Autograd.Kernels;

/// <summary>
/// The same of 64 bytes of each row, so many columns as there are rows. Each row is read once: where rows lie a power of two apart, what
/// was read of the first has left the cache when the last is read.
/// </summary>
static unsafe partial class TransposedLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> FoldLine<T, TFold>(T* rows, nint stride, TFold fold, Lanes512<T> sum)
        where T : unmanaged
        where TFold : struct, IColumnFold<Lanes512<T>> =>
        sizeof(T) == sizeof(float)
            ? FoldLine<T, TFold>((float*)rows, stride, fold, sum)
            : FoldLine<T, TFold>((double*)rows, stride, fold, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes512<T> FoldLine<T, TFold>(float* rows, nint stride, TFold fold, Lanes512<T> sum)
        where T : unmanaged
        where TFold : struct, IColumnFold<Lanes512<T>>
    {
        var (a0, a1, a2, a3) = Parts(rows, 4 * stride);
        var (b0, b1, b2, b3) = Parts(rows + stride, 4 * stride);
        var (c0, c1, c2, c3) = Parts(rows + 2 * stride, 4 * stride);
        var (d0, d1, d2, d3) = Parts(rows + 3 * stride, 4 * stride);
        sum = Fold(0, Columns(a0, b0, c0, d0), fold, sum);
        sum = Fold(4, Columns(a1, b1, c1, d1), fold, sum);
        sum = Fold(8, Columns(a2, b2, c2, d2), fold, sum);
        return Fold(12, Columns(a3, b3, c3, d3), fold, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes512<T> FoldLine<T, TFold>(double* rows, nint stride, TFold fold, Lanes512<T> sum)
        where T : unmanaged
        where TFold : struct, IColumnFold<Lanes512<T>>
    {
        var (a0, a1, a2, a3) = Parts(rows, 2 * stride);
        var (b0, b1, b2, b3) = Parts(rows + stride, 2 * stride);
        sum = Fold(0, Columns(a0, b0, a1, b1), fold, sum);
        return Fold(4, Columns(a2, b2, a3, b3), fold, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes512<T> Fold<T, TElement, TFold>(
        int column, (Vector512<TElement> A, Vector512<TElement> B, Vector512<TElement> C, Vector512<TElement> D) columns, TFold fold,
        Lanes512<T> sum)
        where T : unmanaged
        where TFold : struct, IColumnFold<Lanes512<T>> =>
        fold.Add(
            column, new(columns.A.As<TElement, T>()), new(columns.B.As<TElement, T>()), new(columns.C.As<TElement, T>()),
            new(columns.D.As<TElement, T>()), sum);

    // The first parts of 128 bits of four rows, the second, the third and the fourth.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector512<T>, Vector512<T>, Vector512<T>, Vector512<T>) Parts<T>(T* row, nint apart)
        where T : unmanaged
    {
        Vector512<float> a = Vector512.Load(row).As<T, float>(), b = Vector512.Load(row + apart).As<T, float>();
        Vector512<float> c = Vector512.Load(row + 2 * apart).As<T, float>(), d = Vector512.Load(row + 3 * apart).As<T, float>();
        var (low, nextLow) = (Avx512F.Shuffle4x128(a, b, First4), Avx512F.Shuffle4x128(c, d, First4));
        var (high, nextHigh) = (Avx512F.Shuffle4x128(a, b, Second4), Avx512F.Shuffle4x128(c, d, Second4));
        return (
            Avx512F.Shuffle4x128(low, nextLow, Even4).As<float, T>(), Avx512F.Shuffle4x128(low, nextLow, Odd4).As<float, T>(),
            Avx512F.Shuffle4x128(high, nextHigh, Even4).As<float, T>(), Avx512F.Shuffle4x128(high, nextHigh, Odd4).As<float, T>());
    }

    const byte First4 = First, Second4 = Second, Even4 = 0b_10_00_10_00, Odd4 = 0b_11_01_11_01;

    // The elements of a part of 128 bits become those of four vectors.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector512<float>, Vector512<float>, Vector512<float>, Vector512<float>) Columns(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        var (low, nextLow) = (Avx512F.UnpackLow(a, b), Avx512F.UnpackLow(c, d));
        var (high, nextHigh) = (Avx512F.UnpackHigh(a, b), Avx512F.UnpackHigh(c, d));
        return (Avx512F.Shuffle(low, nextLow, First), Avx512F.Shuffle(low, nextLow, Second),
            Avx512F.Shuffle(high, nextHigh, First), Avx512F.Shuffle(high, nextHigh, Second));
    }

    // A part holds two elements: those of two rows become two vectors, and those of two others two more.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector512<double>, Vector512<double>, Vector512<double>, Vector512<double>) Columns(
        Vector512<double> a, Vector512<double> b, Vector512<double> c, Vector512<double> d) =>
        (Avx512F.UnpackLow(a, b), Avx512F.UnpackHigh(a, b), Avx512F.UnpackLow(c, d), Avx512F.UnpackHigh(c, d));
}
