using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Autograd.Kernels;

/// <summary>
/// x·y + z, rounded once. Every processor with vectors of 256 bits or more does so, and every one of Arm. For others it rounds twice,
/// unless the program asks for the same bits as anywhere by the switch <c>Autograd.Reproducible</c> (see <see cref="AppContext"/>): then it
/// is computed as if they did, which costs them an order of magnitude.
/// </summary>
static class Rounding
{
    /// <summary>
    /// Whether the sum of a product is rounded once. A constant where processors do so: it stands in the middle of every function of
    /// vectors, and a call there moves all of them to memory and back.
    /// </summary>
    public static bool IsFused
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Fma.IsSupported || AdvSimd.IsSupported || Asked.IsOn;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> x, Vector128<float> y, Vector128<float> z) =>
        IsFused ? Vector128.FusedMultiplyAdd(x, y, z) : Vector128.MultiplyAddEstimate(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> MultiplyAdd(Vector128<double> x, Vector128<double> y, Vector128<double> z) =>
        IsFused ? Vector128.FusedMultiplyAdd(x, y, z) : Vector128.MultiplyAddEstimate(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> MultiplyAdd(Vector<float> x, Vector<float> y, Vector<float> z) =>
        IsFused ? Vector.FusedMultiplyAdd(x, y, z) : Vector.MultiplyAddEstimate(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<double> MultiplyAdd(Vector<double> x, Vector<double> y, Vector<double> z) =>
        IsFused ? Vector.FusedMultiplyAdd(x, y, z) : Vector.MultiplyAddEstimate(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> x, Vector512<float> y, Vector512<float> z) =>
        Vector512.FusedMultiplyAdd(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> MultiplyAdd(Vector512<double> x, Vector512<double> y, Vector512<double> z) =>
        Vector512.FusedMultiplyAdd(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MultiplyAdd<T>(T x, T y, T z)
        where T : IFloatingPointIeee754<T>
        => IsFused ? T.FusedMultiplyAdd(x, y, z) : T.MultiplyAddEstimate(x, y, z);

    /// <summary>Element by element, over spans of one length.</summary>
    public static void MultiplyAdd<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> z, Span<T> result)
        where T : IFloatingPointIeee754<T>
    {
        if (IsFused) TensorPrimitives.FusedMultiplyAdd(x, y, z, result);
        else TensorPrimitives.MultiplyAddEstimate(x, y, z, result);
    }

    /// <summary>With one factor for all.</summary>
    public static void MultiplyAdd<T>(ReadOnlySpan<T> x, T y, ReadOnlySpan<T> z, Span<T> result)
        where T : IFloatingPointIeee754<T>
    {
        if (IsFused) TensorPrimitives.FusedMultiplyAdd(x, y, z, result);
        else TensorPrimitives.MultiplyAddEstimate(x, y, z, result);
    }

    /// <summary>
    /// 1.5 · 2^(bits of the fraction): a number of at most 2^(those bits − 1) plus it has the nearest whole number in its low bits, and
    /// less it again is that whole number.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double ToWhole(bool isSingle) => isSingle ? 12582912.0 : 6755399441055744.0;

    /// <summary>What rounding takes from the product of two numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static N Lost<N>(N x, N y, N product)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
        => IsFused ? N.MultiplyAdd(x, y, -product) : LostByHalves(x, y, product);

    /// <summary>The same by halves of the digits (Dekker 1971), whose products are not rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static N LostByHalves<N>(N x, N y, N product)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        var (xHigh, xLow) = Halves(x);
        var (yHigh, yLow) = Halves(y);
        return xHigh * yHigh - product + (xHigh * yLow + xLow * yHigh) + xLow * yLow;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (N High, N Low) Halves<N>(N x)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        var shifted = x * (x.IsSingle ? 4097.0 : 134217729.0);
        var high = shifted - (shifted - x);
        return (high, x - high);
    }

    // A class of its own, so that nothing waits for the switch to be read where it does not count.
    static class Asked
    {
        public static readonly bool IsOn = AppContext.TryGetSwitch("Autograd.Reproducible", out bool isOn) && isOn;
    }
}
