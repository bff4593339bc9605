namespace Autograd.Kernels;

/// <summary>
/// The logarithm of the gamma function and its derivatives as arithmetic: what is small is shifted by the recurrence, what is large has
/// Stirling's series, and what is negative is reflected (Abramowitz and Stegun 1964, chapter 6; Moshier, Cephes library, lgam).
/// </summary>
static class GammaFunction
{
    // Where Stirling's series begins.
    const double Large = 13;

    // Where the rational function of what is shifted begins. It is of 2 to 3, but exact to a rounding from here on, and its zero is that of
    // the logarithm from both sides.
    const double Least = 1.95;

    // sin πf is πf, and π times a subnormal number would be rounded.
    const double Small = 1e-9;

    const int DownwardSteps = 10, UpwardSteps = 2;

    // More than the highest order of Functions.Polygamma and slopes of slopes of it.
    const int Orders = 128;

    // What a polygamma function has of its order alone.
    static readonly double[] Factorials = FactorialsTo(Orders + 2 * Bernoulli.Length);
    static readonly double[][] Coefficients = [.. Enumerable.Range(0, Orders).Select(CoefficientsOf)];
    static readonly double[][] CotDerivatives = DerivativesOfCotangent();

    // Bernoulli numbers of order 2, 4, … 16.
    static ReadOnlySpan<double> Bernoulli => [1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510];

    /// <summary>log |Γ(x)|: ∞ at 0 and the negative whole numbers.</summary>
    public static N Logarithm<N>(N x)
        where N : struct, ISlopeNumber<N>
    {
        var positive = N.SelectGreater(0.0, x, 1.0 - x, x);
        var logarithm = OfPositive(positive);
        // −∞ is a whole number as all large ones are.
        var limited = N.Maximum(x, -1e30);
        var fraction = N.Abs(limited - N.Round(limited));
        var sine = N.SelectGreater(Small, fraction, fraction, N.Sin(Math.PI * fraction) * (1 / Math.PI));
        var reflected = N.Select(N.Equal(sine, 0.0), double.PositiveInfinity, -N.Log(sine) - logarithm);
        return N.SelectGreater(0.0, x, reflected, logarithm);
    }

    /// <summary>The derivative of ψ = (log Γ)′ of an order, ψ itself for 0. At its poles a one-sided limit, and NaN where it has
    /// none.</summary>
    public static N Polygamma<N>(N x, int order)
        where N : struct, ISlopeNumber<N>
    {
        var positive = N.SelectGreater(0.0, x, 1.0 - x, x);
        int steps = 12 + 2 * order;
        double sign = order % 2 == 0 ? -1 : 1;
        var value = sign * (Factorials[order] * Terms(positive, order, steps) + Series(positive + (double)steps, order));
        // ψ(1 − x) − ψ(x) = π·cot πx, and its derivatives.
        var fraction = x - N.Round(x);
        var sine = N.Sin(Math.PI * fraction);
        // Not the cosine of a rounded product: halfway between two whole numbers the cotangent is 0.
        var cosine = N.Sin(Math.PI * (0.5 - N.Abs(fraction)));
        var cotangent = N.Select(N.Equal(sine, 0.0), order % 2 == 0 ? double.NaN : double.PositiveInfinity, cosine / sine);
        return N.SelectGreater(0.0, x, -sign * value - Elementary.Pow(Math.PI, order + 1) * DerivativeOfCotangent(cotangent, order), value);
    }

    // One logarithm for both: of what is large itself, of what is smaller the product of its shifts.
    static N OfPositive<N>(N x)
        where N : struct, ISlopeNumber<N>
    {
        var (product, shift) = Shifts(N.Minimum(x, Large));
        var logarithm = N.Log(N.SelectGreater(x, Large, x, product));
        return N.SelectGreater(x, Large, Stirling(x, logarithm), Shifted(N.Minimum(x, Large), shift, logarithm));
    }

    // (x − ½)·(log x − 1) − ½ + ½·log 2π + …
    static N Stirling<N>(N x, N logarithm)
        where N : struct, ISlopeNumber<N>
    {
        var large = N.Maximum(x, Large);
        var z = 1.0 / (large * large);
        var p = 8.11614167470508450300e-4 * z - 5.95061904284301438324e-4;
        p = (p * z + 7.93650340457716943945e-4) * z - 2.77777777730099687205e-3;
        p = p * z + 8.33333333333331927722e-2;
        return (large - 0.5) * (logarithm - 1.0) + 0.41893853320467274178 + p / large;
    }

    // Γ(x + 1) = x·Γ(x), to between the least and 3.
    static (N Product, N Shift) Shifts<N>(N small)
        where N : struct, ISlopeNumber<N>
    {
        N product = 1.0, shift = 0.0;
        for (int i = 0; i < DownwardSteps; i++)
        {
            var isAbove = N.Greater(small + shift, 3.0);
            shift = shift - isAbove;
            product = N.Select(isAbove, product * (small + shift), product);
        }
        for (int i = 0; i < UpwardSteps; i++)
        {
            var isBelow = N.Greater(Least, small + shift);
            product = N.Select(isBelow, product * (small + shift), product);
            shift = shift + isBelow;
        }
        return (product, shift);
    }

    static N Shifted<N>(N small, N shift, N logarithm)
        where N : struct, ISlopeNumber<N>
    {
        // Exact near the zeros at 1 and 2.
        var z = small + (shift - 2.0);
        return N.SelectGreater(2.0, small, -logarithm, logarithm) + z * (Numerator(z) / Denominator(z));
    }

    static N Numerator<N>(N z)
        where N : struct, ISlopeNumber<N>
    {
        var p = -1.37825152569120859100e3 * z - 3.88016315134637840924e4;
        p = (p * z - 3.31612992738871184744e5) * z - 1.16237097492762307383e6;
        return (p * z - 1.72173700820839662146e6) * z - 8.53555664245765465627e5;
    }

    static N Denominator<N>(N z)
        where N : struct, ISlopeNumber<N>
    {
        var p = (z - 3.51815701436523470549e2) * z - 1.70642106651881159223e4;
        p = (p * z - 2.20528590553854454839e5) * z - 1.13933444367982507207e6;
        return (p * z - 2.53252307177582951285e6) * z - 2.01889141433532773231e6;
    }

    // Σ 1/(x + k)ⁿ⁺¹ over the first k.
    static N Terms<N>(N x, int order, int steps)
        where N : struct, ISlopeNumber<N>
    {
        N sum = 0.0;
        if (order == 0)
        {
            // Two at a time, with one division. Beyond the limit, which keeps products finite, they do not count beside log x.
            var limited = N.Minimum(x, 1e18);
            for (int k = 0; k < steps; k += 2)
            {
                var (first, second) = (limited + (double)k, limited + (k + 1.0));
                sum = sum + (first + second) / (first * second);
            }
            return sum;
        }
        for (int k = 0; k < steps; k++) sum = sum + Power(1.0 / (x + (double)k), order + 1);
        return sum;
    }

    // What is left of n!·Σ 1/(x + k)ⁿ⁺¹ from k = 0 on; of order 0 it is −log x + … .
    static N Series<N>(N x, int order)
        where N : struct, ISlopeNumber<N>
    {
        var (reciprocal, p) = (1.0 / x, (N)0.0);
        var square = reciprocal * reciprocal;
        foreach (double coefficient in Coefficients[order]) p = (p + coefficient) * square;
        p = p + 0.5 * Factorials[order] * reciprocal;
        return order == 0 ? p - N.Log(x) : (p + Factorials[order - 1]) * Power(reciprocal, order);
    }

    static N DerivativeOfCotangent<N>(N cotangent, int order)
        where N : struct, ISlopeNumber<N>
    {
        double[] polynomial = CotDerivatives[order];
        N sum = polynomial[^1];
        for (int i = polynomial.Length - 2; i >= 0; i--) sum = sum * cotangent + polynomial[i];
        return sum;
    }

    static N Power<N>(N x, int exponent)
        where N : struct, ISlopeNumber<N>
    {
        var power = x;
        for (int i = 1; i < exponent; i++) power = power * x;
        return power;
    }

    // From the last term of the series to the first.
    static double[] CoefficientsOf(int order)
    {
        var coefficients = new double[Bernoulli.Length];
        for (int k = Bernoulli.Length; k >= 1; k--)
            coefficients[^k] = Bernoulli[k - 1] * (Factorials[2 * k + order - 1] / Factorials[2 * k]);
        return coefficients;
    }

    // Polynomials of the cotangent c: P₀ = c, Pₙ₊₁ = −(1 + c²)·Pₙ′.
    static double[][] DerivativesOfCotangent()
    {
        var polynomials = new double[Orders][];
        polynomials[0] = [0, 1];
        for (int n = 1; n < Orders; n++)
        {
            double[] last = polynomials[n - 1], next = polynomials[n] = new double[last.Length + 1];
            for (int i = 1; i < last.Length; i++)
            {
                next[i - 1] -= i * last[i];
                next[i + 1] -= i * last[i];
            }
        }
        return polynomials;
    }

    static double[] FactorialsTo(int last)
    {
        var factorials = new double[last + 1];
        factorials[0] = 1;
        for (int n = 1; n <= last; n++) factorials[n] = n * factorials[n - 1];
        return factorials;
    }
}
