using System.Runtime.CompilerServices;

namespace Autograd.Kernels;

/// <summary>
/// xʸ as arithmetic, the same on spans and in the passes of the scan compiler: 2 to the power of y·log₂|x|. The logarithm is the series
/// of <see cref="Logarithm"/> in numbers of twice the digits, a number and what rounding takes from it, since the power multiplies what is
/// missing. Each element depends on nothing beside it.
/// </summary>
static class Power
{
    /// <summary>
    /// xʸ, within two units in the last place, and to the last bit where so many digits hold it. 1 for y = 0 and for x = 1; NaN for
    /// negative x unless y is whole; zeros and infinities as IEEE 754 has them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static N Of<N>(N x, N y)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        var (exponent, mantissa) = Logarithm.Parts(N.Abs(x));
        var (fraction, rest) = FractionApart(mantissa);
        var (logarithm, missing) = Logarithm2(x, exponent, fraction, rest);
        return WithSign(x, y, Exponential2Apart(y, logarithm, missing));
    }

    // By calls, each of as much as the compiler inlines.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static (N Value, N Missing) FractionApart<N>(N mantissa)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
        => Fraction(mantissa);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static N Exponential2Apart<N>(N y, N value, N missing)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
        => Exponential2(y, value, missing);

    /// <summary>xʸ from the power of |x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static N WithSign<N>(N x, N y, N power)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        // Whatever the bits of a NaN are: those of an exponent were added to them.
        power = N.Select(N.Equal(x, x), N.Select(N.Equal(y, y), power, y), x);
        power = N.Select(N.Equal(N.Abs(x), 1.0), 1.0, power);
        // Odd powers have the sign of x; of what is below 0 and finite, those that are not whole are no numbers.
        var half = 0.5 * y;
        var whole = N.Select(N.Equal(N.Floor(half), half), power, N.CopySign(power, x));
        var broken = N.SelectGreater(0.0, x, N.SelectGreater(x, double.NegativeInfinity, double.NaN, power), power);
        return N.Select(N.Equal(y, 0.0), 1.0, N.Select(N.Equal(N.Floor(y), y), whole, broken));
    }

    /// <summary>log₂|x| from its exponent and the logarithm of its mantissa, and what is missing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (N Value, N Missing) Logarithm2<N>(N x, N exponent, N fraction, N missing)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        x = N.Abs(x);
        var value = exponent + fraction;
        missing = exponent - value + fraction + missing;
        // So far that is all of the series but its beginning; from here on they share no digits.
        var sum = value + missing;
        missing = value - sum + missing;
        value = sum;
        // ∞ and NaN as they are.
        value = N.SelectGreater(double.PositiveInfinity, x, value, x);
        return (N.Select(N.Equal(x, 0.0), double.NegativeInfinity, value), missing);
    }

    /// <summary>
    /// log₂ m for m between √½ and √2, and what is missing: with s = (m − 1)/(m + 1) it is 2/ln 2·(s + ⅓s³ + …), of which the first two
    /// terms have twice the digits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (N Value, N Missing) Fraction<N>(N m)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        bool isSingle = m.IsSingle;
        N two = isSingle ? 2.885390043258667 : 2.8853900817779268, twoRest = isSingle ? 3.851925982253235e-08 : 4.0710547481862066e-17;
        N third = N.Constant(m, isSingle ? 0.9617967009544373 : 0.9617966939259756);
        N thirdRest = isSingle ? -7.028461650952758e-09 : 5.0577616648125907e-17;
        var (s, sRest) = OfQuotient(m);
        var square = s * s;
        var squareRest = N.MultiplyAdd(s + s, sRest, Rounding.Lost(s, s, square));
        var term = third * square;
        var termRest = N.MultiplyAdd(third, squareRest, Rounding.Lost(third, square, term));
        termRest = N.MultiplyAdd(square, N.MultiplyAdd(square, Series(square), thirdRest), termRest);
        var factor = two + term;
        var factorRest = two - factor + term + (twoRest + termRest);
        var value = factor * s;
        return (value, N.MultiplyAdd(factor, sRest, N.MultiplyAdd(factorRest, s, Rounding.Lost(factor, s, value))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (N Value, N Missing) OfQuotient<N>(N m)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        var sum = m + 1.0;
        var difference = m - 1.0;
        var inverse = 1.0 / sum;
        var s = difference * inverse;
        var product = s * sum;
        // The sum may be rounded, too.
        return (s, N.MultiplyAdd(s, sum - 1.0 - m, difference - product - Rounding.Lost(s, sum, product)) * inverse);
    }

    // 2/ln 2·(⅕ + z/7 + …): so many terms that those left out are below the digits of the whole.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static N Series<N>(N z)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        N p = 0.2623081892525388;
        if (!z.IsSingle)
        {
            p = N.MultiplyAdd(0.10686629932510841, z, 0.11541560327111708);
            p = N.MultiplyAdd(p, z, 0.12545174268599682);
            p = N.MultiplyAdd(p, z, 0.1373995277037108);
            p = N.MultiplyAdd(p, z, 0.15186263588304877);
            p = N.MultiplyAdd(p, z, 0.16972882833987804);
            p = N.MultiplyAdd(p, z, 0.19235933878519512);
            p = N.MultiplyAdd(p, z, 0.22195308321368667);
            p = N.MultiplyAdd(p, z, 0.2623081892525388);
        }
        p = N.MultiplyAdd(p, z, 0.3205988979753252);
        p = N.MultiplyAdd(p, z, 0.4121985831111324);
        return N.MultiplyAdd(p, z, 0.5770780163555853);
    }

    /// <summary>2 to the power of y·(value + missing).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static N Exponential2<N>(N y, N value, N missing)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        // Beyond, the result is 0 or ∞. The argument comes second, so that a NaN passes.
        N limit = y.IsSingle ? 200.0 : 1200.0, shift = Rounding.ToWhole(y.IsSingle);
        N ln2 = N.Constant(value, y.IsSingle ? 0.6931471824645996 : 0.6931471805599453);
        N ln2Rest = y.IsSingle ? -1.904654299957768e-09 : 2.3190468138462996e-17;
        var product = y * value;
        var productRest = N.SelectGreater(limit, N.Abs(product), N.MultiplyAdd(y, missing, Rounding.Lost(y, value, product)), 0.0);
        product = N.MinimumNative(limit, N.MaximumNative(-limit, product));
        var n = product + shift - shift;
        var near = product - n;
        var part = near + productRest;
        var partRest = near - part + productRest;
        var r = part * ln2;
        var power = Exponential.OfRemainder(r, N.MultiplyAdd(part, ln2Rest, N.MultiplyAdd(partRest, ln2, Rounding.Lost(part, ln2, r))));
        // By two halves of n, so that neither power of two overflows and a result below the normal numbers is rounded once.
        var half = 0.5 * n + shift;
        return N.ScaleByPowerOfTwo(power, half) * N.ScaleByPowerOfTwo(1.0, n - (half - shift) + shift);
    }
}
