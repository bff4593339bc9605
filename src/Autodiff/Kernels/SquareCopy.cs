using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Autograd.Kernels;

/// <summary>
/// Transposes squares of elements in registers: each row is read and written at once. Bits are moved, whatever they mean.
/// </summary>
static unsafe class SquareCopy
{
    const byte LowHalves = 0x20, HighHalves = 0x31;

    /// <summary>Rows and columns of a square of elements of so many bytes; 1 where there is no such square.</summary>
    public static int SideOf(int elementBytes) => !Avx.IsSupported ? 1 : elementBytes == 4 ? 8 : elementBytes == 8 ? 4 : 1;

    /// <summary>Copies a square, so that its columns are rows. Strides are from row to row, in elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<T>(T* source, nint stride, T* target, nint step)
        where T : unmanaged
    {
        if (sizeof(T) == 4) Singles((float*)source, stride, (float*)target, step);
        else Doubles((double*)source, stride, (double*)target, step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Singles(float* source, nint stride, float* target, nint step)
    {
        var (a, b, c, d) = Half(source, stride);
        var (e, f, g, h) = Half(source + 4 * stride, stride);
        Low(a, e).Store(target);
        Low(b, f).Store(target + step);
        Low(c, g).Store(target + 2 * step);
        Low(d, h).Store(target + 3 * step);
        target += 4 * step;
        High(a, e).Store(target);
        High(b, f).Store(target + step);
        High(c, g).Store(target + 2 * step);
        High(d, h).Store(target + 3 * step);
    }

    // Of four rows the columns 0 and 4, 1 and 5, 2 and 6, 3 and 7.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector256<float>, Vector256<float>, Vector256<float>, Vector256<float>) Half(float* source, nint stride)
    {
        var (a, b) = (Vector256.Load(source), Vector256.Load(source + stride));
        var (c, d) = (Vector256.Load(source + 2 * stride), Vector256.Load(source + 3 * stride));
        var (low, high) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b));
        var (nextLow, nextHigh) = (Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
        const byte first = 0b_01_00_01_00, second = 0b_11_10_11_10;
        return (Avx.Shuffle(low, nextLow, first), Avx.Shuffle(low, nextLow, second),
            Avx.Shuffle(high, nextHigh, first), Avx.Shuffle(high, nextHigh, second));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Doubles(double* source, nint stride, double* target, nint step)
    {
        var (a, b) = (Vector256.Load(source), Vector256.Load(source + stride));
        var (c, d) = (Vector256.Load(source + 2 * stride), Vector256.Load(source + 3 * stride));
        var (low, high) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b));
        var (nextLow, nextHigh) = (Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
        Low(low, nextLow).Store(target);
        Low(high, nextHigh).Store(target + step);
        High(low, nextLow).Store(target + 2 * step);
        High(high, nextHigh).Store(target + 3 * step);
    }

    static Vector256<float> Low(Vector256<float> first, Vector256<float> second) => Avx.Permute2x128(first, second, LowHalves);

    static Vector256<float> High(Vector256<float> first, Vector256<float> second) => Avx.Permute2x128(first, second, HighHalves);

    static Vector256<double> Low(Vector256<double> first, Vector256<double> second) => Avx.Permute2x128(first, second, LowHalves);

    static Vector256<double> High(Vector256<double> first, Vector256<double> second) => Avx.Permute2x128(first, second, HighHalves);
}
