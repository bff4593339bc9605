namespace Autograd.Scan;

/// <summary>
/// eˣ as arithmetic: 2ⁿ·eʳ with r = x − n·ln 2 within half of ln 2, and a polynomial for eʳ. The relative error is about one unit in the last place. The
/// platform's function for single precision computes in double and takes twice the time.
/// </summary>
internal static class Exponential
{
    // Moshier, Cephes library, expf: eʳ = 1 + r + r²·p(r).
    static readonly double[] Single = [1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1];

    // Taylor: the first term left out is below 10⁻¹⁷ for r within half of ln 2.
    static readonly double[] Double = [.. Enumerable.Range(2, 12).Reverse().Select(n => 1 / Enumerable.Range(1, n).Aggregate(1.0, (product, i) => product * i))];

    /// <summary>eˣ; 0 below the smallest normal number and ∞ above the largest, NaN for NaN.</summary>
    public static EmittedNumber Of(EmittedNumber x)
    {
        var (low, high) = Range(x);
        var y = EmittedNumber.Select(EmittedNumber.Greater(low, x), 0.0, Saturating(x));
        return EmittedNumber.Select(EmittedNumber.Greater(x, high), double.PositiveInfinity, y);
    }

    /// <summary>eˣ between the smallest and the largest power of two: its ends are returned beyond them. NaN for NaN.</summary>
    public static EmittedNumber Saturating(EmittedNumber x)
    {
        bool isSingle = x.Builder.IsSingle;
        var (low, high) = Range(x);
        // The argument comes second, so that a NaN passes.
        x = EmittedNumber.Both(KernelOp.MinimumNative, high, EmittedNumber.Both(KernelOp.MaximumNative, low, x));
        // Adding 1.5 · 2^(bits of the fraction) leaves the nearest whole number in the low bits.
        double shift = isSingle ? 12582912.0 : 6755399441055744.0;
        var shifted = x * 1.4426950408889634 + shift;
        var n = shifted - shift;
        var (upper, lower) = isSingle ? (0.693359375, -2.12194440e-4) : (0.693145751953125, 1.42860682030941723212e-6);
        var r = n * -upper + x;
        r = n * -lower + r;
        var coefficients = isSingle ? Single : Double;
        EmittedNumber p = coefficients[0];
        foreach (double coefficient in coefficients.AsSpan(1)) p = p * r + coefficient;
        p = p * (r * r) + r + 1.0;
        return EmittedNumber.Both(KernelOp.ScaleByPowerOfTwo, p, shifted);
    }

    // Logarithms of the smallest normal and of the largest number, a little within.
    static (double Low, double High) Range(EmittedNumber x) => x.Builder.IsSingle ? (-87.33654, 88.72283) : (-708.3964, 709.78271289338397);
}
