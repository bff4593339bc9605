using System.Runtime.CompilerServices;

namespace Autograd.Kernels;

/// <summary>
/// eˣ and what is made of it as arithmetic, the same on spans and in the passes of the scan compiler: eˣ = 2ⁿ·eʳ with r = x − n·ln 2
/// within half of ln 2, and a polynomial for eʳ − 1. Each element depends on nothing beside it. What would be below the smallest normal
/// number is 0, because processors take many times as long for numbers there.
/// </summary>
static class Exponential
{
    /// <summary>eˣ, within two units in the last place; 0 below the smallest normal number and ∞ above the largest, NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static N Of<N>(N x)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        var (low, high) = Range(x);
        var (r, shifted) = Reduced(N.MinimumNative(high, N.MaximumNative(low, x)));
        // As a sum of exponents: 2ⁿ alone would overflow before the result does.
        var y = N.SelectGreater(low, x, 0.0, N.ScaleByPowerOfTwo(MinusOneNearZero(r) + 1.0, shifted));
        // Infinity above, and NaN for every NaN, whatever its bits are.
        return N.SelectGreater(x.IsSingle ? 88.7228394 : 709.7827128933841, x, y, x + double.PositiveInfinity);
    }

    /// <summary>eˣ of what is neither NaN nor above 0, with the bits of <see cref="Of"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static N OfNotPositive<N>(N x)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        var (low, _) = Range(x);
        var (r, shifted) = Reduced(N.MaximumNative(low, x));
        return N.SelectGreater(low, x, 0.0, N.ScaleByPowerOfTwo(MinusOneNearZero(r) + 1.0, shifted));
    }

    /// <summary>eˣ by a call, within functions that have more than the compiler inlines.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static N Apart<N>(N x)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
        => Of(x);

    /// <summary>
    /// eˣ − 1 with all digits near 0. From 2ⁿ·(eʳ − 1) + (2ⁿ − 1), of which no sum cancels; in halves, so that 2ⁿ does
    /// not overflow before the result does.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static N MinusOne<N>(N x)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        // Below −60 it is −1 to rounding in both precisions.
        var (_, high) = Range(x);
        var (r, shifted) = Reduced(N.MinimumNative(high, N.MaximumNative(-60.0, x)));
        var half = N.ScaleByPowerOfTwo(0.5, shifted);
        var y = 2.0 * N.MultiplyAdd(half, MinusOneNearZero(r), half - 0.5);
        // Half of the smallest numbers would lose a digit, and 0 its sign.
        y = N.SelectGreater(x.IsSingle ? 1e-30 : 1e-290, N.Abs(x), x, y);
        return N.SelectGreater(x, high, double.PositiveInfinity, y);
    }

    /// <summary>
    /// tanh x = (e^2|x| − 1)/(e^2|x| + 1) with the sign of x: odd to the bit, and within four units in the last place everywhere.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static N Tanh<N>(N x)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        // Beyond the limit the result is 1 to rounding. The argument comes second, so that a NaN passes.
        var magnitude = N.Abs(x);
        var (r, shifted) = Reduced(N.MinimumNative(x.IsSingle ? 20.0 : 44.0, magnitude + magnitude));
        var power = N.ScaleByPowerOfTwo(1.0, shifted);
        var y = N.MultiplyAdd(power, MinusOneNearZero(r), power - 1.0);
        return N.CopySign(y / (y + 2.0), x);
    }

    /// <summary>1/(1 + e⁻ˣ) as e^−|x|/(1 + e^−|x|) below 0: within four units in the last place; 0 where eˣ is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static N Sigmoid<N>(N x)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        var (low, _) = Range(x);
        // No more than 0, so that only the lower end is a limit.
        var argument = -N.Abs(x);
        var (r, shifted) = Reduced(N.MaximumNative(low, argument));
        var power = N.ScaleByPowerOfTwo(1.0, shifted);
        var y = N.SelectGreater(low, argument, 0.0, N.MultiplyAdd(power, MinusOneNearZero(r), power));
        return N.SelectGreater(0.0, x, y, 1.0) / (1.0 + y);
    }

    // x = n·ln 2 + r, where n is in the low bits of the second.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (N Remainder, N Shifted) Reduced<N>(N x)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        N shift = Rounding.ToWhole(x.IsSingle);
        var shifted = N.MultiplyAdd(x, 1.4426950408889634, shift);
        var n = shifted - shift;
        // ln 2 in two parts, of which n times the first is exact.
        var r = N.MultiplyAdd(n, x.IsSingle ? -0.693359375 : -0.693145751953125, x);
        return (N.MultiplyAdd(n, x.IsSingle ? 2.12194440e-4 : -1.42860682030941723212e-6, r), shifted);
    }

    /// <summary>eʳ for r within half of ln 2, and a rest beside which it is rounded: what 1 + r loses is added to what follows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static N OfRemainder<N>(N r, N rest)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        var sum = r + 1.0;
        return sum + (1.0 - sum + r + N.MultiplyAdd(Series(r), r * r, rest));
    }

    // eʳ − 1 for r within half of ln 2.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static N MinusOneNearZero<N>(N r)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
        => N.MultiplyAdd(Series(r), r * r, r);

    // p(r) of eʳ − 1 = r + r²·p(r).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static N Series<N>(N r)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
        => r.IsSingle ? Single(r) : Double(r);

    // Moshier, Cephes library, expf.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static N Single<N>(N r)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        var p = N.MultiplyAdd(1.9875691500e-4, r, 1.3981999507e-3);
        p = N.MultiplyAdd(p, r, 8.3334519073e-3);
        p = N.MultiplyAdd(p, r, 4.1665795894e-2);
        p = N.MultiplyAdd(p, r, 1.6666665459e-1);
        return N.MultiplyAdd(p, r, 5.0000001201e-1);
    }

    // Taylor, 1/13! … 1/2!: the first term left out is below 10⁻¹⁷.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static N Double<N>(N r)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        var p = N.MultiplyAdd(1.0 / 6227020800, r, 1.0 / 479001600);
        p = N.MultiplyAdd(p, r, 1.0 / 39916800);
        p = N.MultiplyAdd(p, r, 1.0 / 3628800);
        p = N.MultiplyAdd(p, r, 1.0 / 362880);
        p = N.MultiplyAdd(p, r, 1.0 / 40320);
        p = N.MultiplyAdd(p, r, 1.0 / 5040);
        p = N.MultiplyAdd(p, r, 1.0 / 720);
        p = N.MultiplyAdd(p, r, 1.0 / 120);
        p = N.MultiplyAdd(p, r, 1.0 / 24);
        p = N.MultiplyAdd(p, r, 1.0 / 6);
        return N.MultiplyAdd(p, r, 1.0 / 2);
    }

    // Logarithms of the smallest normal and of the largest number, a little within.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (double Low, double High) Range<N>(N x)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
        => x.IsSingle ? (-87.33654, 88.72283) : (-708.3964, 709.78271289338397);
}
