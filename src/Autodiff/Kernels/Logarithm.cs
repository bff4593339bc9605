using System.Runtime.CompilerServices;

namespace Autograd.Kernels;

/// <summary>
/// ln x as arithmetic, the same on spans and in the passes of the scan compiler: x = 2ᵉ·m with m between √½ and √2, and with f = m − 1 and
/// s = f/(2 + f) the series ln m = 2s + ⅔s³ + …, whose polynomial is that of fdlibm (Sun Microsystems 1993, e_log.c and e_logf.c). Within
/// one unit in the last place. Each element depends on nothing beside it.
/// </summary>
static class Logarithm
{
    /// <summary>The bits of √½, from which fractions are counted.</summary>
    public const long SingleRoot = 0x3f3504f3, DoubleRoot = 0x3fe6a09e667f3bcd;

    /// <summary>The bits of 1 less those of √½.</summary>
    public const long SingleOffset = 0x3f800000 - SingleRoot, DoubleOffset = 0x3ff0000000000000 - DoubleRoot;

    /// <summary>The bits of a fraction.</summary>
    public const long SingleFraction = (1L << 23) - 1, DoubleFraction = (1L << 52) - 1;

    /// <summary>The bits of 1.5·2²³ or 1.5·2⁵², beside which a small whole number lies in the low bits, less the bias of
    /// exponents.</summary>
    public const long SingleShift = 0x4b400000 - 127, DoubleShift = 0x4338000000000000 - 1023;

    /// <summary>ln x; −∞ at 0, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static N Of<N>(N x)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        var (e, m) = Parts(x);
        var y = OfParts(e, m - 1.0);
        double least = LeastNormal(x) * (x.IsSingle ? 1.1920929e-07 : 2.220446049250313e-16);
        y = N.SelectGreater(least, N.Abs(x), double.NegativeInfinity, y);
        y = N.SelectGreater(0.0, x, double.NaN, y);
        // ∞ and NaN as they are.
        return N.SelectGreater(double.PositiveInfinity, x, y, x);
    }

    /// <summary>e and m of a positive x = 2ᵉ·m; something finite for others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (N Exponent, N Mantissa) Parts<N>(N x)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        bool isSingle = x.IsSingle;
        // Numbers below the smallest normal one have no exponent of their own.
        double leastNormal = LeastNormal(x), raise = isSingle ? 16777216.0 : 18014398509481984.0;
        var normal = N.SelectGreater(leastNormal, x, x * raise, x);
        N shift = Rounding.ToWhole(isSingle);
        var e = N.ShiftedExponent(normal) - shift - N.SelectGreater(leastNormal, x, isSingle ? 24.0 : 54.0, 0.0);
        return (e, N.Mantissa(normal));
    }

    /// <summary>log(1 + x), as <see cref="ISlopeNumber{N}.Log1P"/> says.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static N OfOnePlus<N>(N x)
        where N : struct, ISlopeNumber<N>
    {
        var u = 1.0 + x;
        var difference = u - 1.0;
        // Neither is divided where both are 0, nor where both are infinite.
        var isExact = N.Equal(difference, 0.0) + N.Equal(x, double.PositiveInfinity);
        return N.Select(isExact, x, N.Log(u) * (x / difference));
    }

    /// <summary>
    /// log(1 + eˣ) as max(x, 0) + log(1 + t) with t = e^−|x|, which is 0 below the smallest normal number. 1 + t, from 1 to 2, has an
    /// exponent of 0 or 1 at once, and what t lacks in digits beside 1 is not lost: within two units in the last place.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static N Softplus<N>(N x)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        // √2 − 1.
        const double Half = 0.41421356237309505;
        var t = Exponential.OfNotPositive(-N.Abs(x));
        var logarithm = OfParts(N.SelectGreater(t, Half, 1.0, 0.0), N.SelectGreater(t, Half, 0.5 * t - 0.5, t));
        // The larger is NaN where x is, and so is the sum, whatever the other is then.
        return N.MaximumNative(0.0, x) + logarithm;
    }

    // ln 2ᵉ(1 + f).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static N OfParts<N>(N e, N f)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        bool isSingle = f.IsSingle;
        var s = f / (2.0 + f);
        var z = s * s;
        var half = 0.5 * f * f;
        var small = N.MultiplyAdd(
            s, half + z * (isSingle ? Single(z) : Double(z)), e * (isSingle ? 9.0580006145e-06 : 1.90821492927058770002e-10));
        return N.MultiplyAdd(e, isSingle ? 6.9313812256e-01 : 6.93147180369123816490e-01, f - (half - small));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static double LeastNormal<N>(N x)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
        => x.IsSingle ? 1.1754943508222875e-38 : 2.2250738585072014e-308;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static N Single<N>(N z)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        var p = N.MultiplyAdd(0.24279078841, z, 0.28498786688);
        p = N.MultiplyAdd(p, z, 0.40000972152);
        return N.MultiplyAdd(p, z, 0.66666662693);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static N Double<N>(N z)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        var p = N.MultiplyAdd(1.479819860511658591e-01, z, 1.531383769920937332e-01);
        p = N.MultiplyAdd(p, z, 1.818357216161805012e-01);
        p = N.MultiplyAdd(p, z, 2.222219843214978396e-01);
        p = N.MultiplyAdd(p, z, 2.857142874366239149e-01);
        p = N.MultiplyAdd(p, z, 3.999999999940941908e-01);
        return N.MultiplyAdd(p, z, 6.666666666666735130e-01);
    }
}
