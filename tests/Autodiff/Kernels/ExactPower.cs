using System.Numerics;

namespace Autograd.Tests.Autodiff.Kernels;

/// <summary>Powers of positive numbers with 160 binary places, by the series of the logarithm and of the exponential.</summary>
static class ExactPower
{
    const int Places = 160;

    static readonly BigInteger One = BigInteger.One << Places;

    static readonly BigInteger Ln2 = LogarithmOfRatio(2, 1);

    /// <summary>How far a number is from xʸ, in units of the last place of the number; the result must be a normal one.</summary>
    public static double Distance(double found, double x, double y)
    {
        var (mantissa, exponent) = Parts(x);
        var logarithm = LogarithmOfRatio(mantissa, 1L << 52) + (exponent + 52) * Ln2;
        var (factor, shift) = Parts(y);
        var product = Shifted(factor * logarithm, shift);
        var whole = BigInteger.Divide(product, Ln2);
        var power = Exponential(product - whole * Ln2);
        var (digits, unit) = Parts(found);
        // In units of the last place of what was found.
        var scaled = Shifted(power, (int)whole - unit);
        return (double)(scaled - (digits << Places)) / Math.ScaleB(1, Places);
    }

    // value = digits · 2^exponent with 53 digits.
    static (BigInteger Digits, int Exponent) Parts(double value)
    {
        int exponent = Math.ILogB(value) - 52;
        return (new BigInteger(Math.ScaleB(value, -exponent)), exponent);
    }

    // ln(a/b) = 2(s + s³/3 + …) with s = (a − b)/(a + b).
    static BigInteger LogarithmOfRatio(BigInteger a, BigInteger b)
    {
        var s = ((a - b) << Places) / (a + b);
        var square = (s * s) >> Places;
        var sum = BigInteger.Zero;
        for (int k = 1; !s.IsZero && s != -1; k += 2, s = (s * square) >> Places) sum += s / k;
        return 2 * sum;
    }

    static BigInteger Exponential(BigInteger x)
    {
        BigInteger sum = One, term = One;
        for (int k = 1; !term.IsZero && term != -1; k++)
        {
            term = ((term * x) >> Places) / k;
            sum += term;
        }
        return sum;
    }

    static BigInteger Shifted(BigInteger value, int places) => places >= 0 ? value << places : value >> -places;
}
