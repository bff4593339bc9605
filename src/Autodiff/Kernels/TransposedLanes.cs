using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Autograd.Kernels;

/// <summary>
/// Four elements of as many rows as a vector has lanes, as four vectors, one for each column. What is read of a row lies in a part of 128
/// bits from the beginning, which no element has to leave.
/// </summary>
static unsafe partial class TransposedLanes
{
    const byte First = 0b_01_00_01_00, Second = 0b_11_10_11_10;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float>, Vector512<float>, Vector512<float>, Vector512<float>) Load512(float* rows, nint stride) => Columns(
        Quad(rows, 4 * stride), Quad(rows + stride, 4 * stride), Quad(rows + 2 * stride, 4 * stride), Quad(rows + 3 * stride, 4 * stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<double>, Vector512<double>, Vector512<double>, Vector512<double>) Load512(double* rows, nint stride) =>
        Columns(Quad(rows, 2 * stride), Quad(rows + stride, 2 * stride), Quad(rows + 2, 2 * stride), Quad(rows + 2 + stride, 2 * stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float>, Vector256<float>, Vector256<float>, Vector256<float>) Load256(float* rows, nint stride)
    {
        Vector256<float> a = Pair(rows, 4 * stride), b = Pair(rows + stride, 4 * stride);
        Vector256<float> c = Pair(rows + 2 * stride, 4 * stride), d = Pair(rows + 3 * stride, 4 * stride);
        var (low, nextLow) = (Avx.UnpackLow(a, b), Avx.UnpackLow(c, d));
        var (high, nextHigh) = (Avx.UnpackHigh(a, b), Avx.UnpackHigh(c, d));
        return (Avx.Shuffle(low, nextLow, First), Avx.Shuffle(low, nextLow, Second),
            Avx.Shuffle(high, nextHigh, First), Avx.Shuffle(high, nextHigh, Second));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<double>, Vector256<double>, Vector256<double>, Vector256<double>) Load256(double* rows, nint stride)
    {
        Vector256<double> a = Pair(rows, 2 * stride), b = Pair(rows + stride, 2 * stride);
        Vector256<double> c = Pair(rows + 2, 2 * stride), d = Pair(rows + 2 + stride, 2 * stride);
        return (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b), Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<float>, Vector128<float>, Vector128<float>, Vector128<float>) Load128(float* rows, nint stride)
    {
        // Pairs of elements first, as if they were doubles, then the elements of the pairs.
        Vector128<double> a = Vector128.Load(rows).AsDouble(), b = Vector128.Load(rows + stride).AsDouble();
        Vector128<double> c = Vector128.Load(rows + 2 * stride).AsDouble(), d = Vector128.Load(rows + 3 * stride).AsDouble();
        var (ab, cd) = (Zip(Lower(a, b)), Zip(Lower(c, d)));
        var (nextAb, nextCd) = (Zip(Upper(a, b)), Zip(Upper(c, d)));
        return (Lower(ab, cd).AsSingle(), Upper(ab, cd).AsSingle(), Lower(nextAb, nextCd).AsSingle(), Upper(nextAb, nextCd).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<double>, Vector128<double>, Vector128<double>, Vector128<double>) Load128(double* rows, nint stride)
    {
        Vector128<double> a = Vector128.Load(rows), b = Vector128.Load(rows + stride);
        Vector128<double> c = Vector128.Load(rows + 2), d = Vector128.Load(rows + 2 + stride);
        return (Lower(a, b), Upper(a, b), Lower(c, d), Upper(c, d));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> Quad<T>(T* row, nint apart)
        where T : unmanaged
        => Vector512.Create(Pair(row, apart), Pair(row + 2 * apart, apart));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<T> Pair<T>(T* row, nint apart)
        where T : unmanaged
        => Vector256.Create(Vector128.Load(row), Vector128.Load(row + apart));

    static Vector128<double> Lower(Vector128<double> left, Vector128<double> right) => Vector128.Create(left.ToScalar(), right.ToScalar());

    static Vector128<double> Upper(Vector128<double> left, Vector128<double> right) =>
        Vector128.Create(left.GetElement(1), right.GetElement(1));

    static Vector128<double> Zip(Vector128<double> pairs) => Vector128.Shuffle(pairs.AsSingle(), Vector128.Create(0, 2, 1, 3)).AsDouble();
}
