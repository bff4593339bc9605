using System.Numerics.Tensors;

namespace Autograd.Kernels;

/// <summary>
/// The exponential of a matrix: halved until it is small, the diagonal Padé approximation of order 13, and squared as often (Higham 2005).
/// </summary>
static class ExponentialSeries
{
    // Within it the approximation is right to rounding in double (Higham 2005, table 2.3).
    const double Small = 5.371920351148152;

    static readonly double[] Coefficients =
    [
        64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600, 670442572800,
        33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
    ];

    /// <summary>Fills the exponential of a square matrix.</summary>
    public static void Fill(ReadOnlySpan<double> matrix, Span<double> result, int n)
    {
        double[] a = matrix.ToArray();
        double norm = Norm(a, n);
        int squarings = norm > Small ? Math.ILogB(norm / Small) + 1 : 0;
        for (int i = 0; i < a.Length; i++) a[i] = Math.ScaleB(a[i], -squarings);
        double[] power = Pade(a, n);
        for (int i = 0; i < squarings; i++) power = Product(power, power, n);
        power.CopyTo(result);
    }

    // (V − U)⁻¹·(V + U), where U are the odd powers and V the even ones.
    static double[] Pade(double[] a, int n)
    {
        double[] a2 = Product(a, a, n), a4 = Product(a2, a2, n), a6 = Product(a4, a2, n);
        double[] odd = Sum(Product(a6, Combined(a2, a4, a6, 9), n), a2, a4, a6, 1, n);
        double[] u = Product(a, odd, n), v = Sum(Product(a6, Combined(a2, a4, a6, 8), n), a2, a4, a6, 0, n);
        double[] numerator = new double[n * n], denominator = new double[n * n], result = new double[n * n];
        TensorPrimitives.Add<double>(v, u, numerator);
        TensorPrimitives.Subtract<double>(v, u, denominator);
        new Elimination(denominator, n).Solve(numerator, result, n);
        return result;
    }

    // Of the powers 2, 4 and 6, from one coefficient on.
    static double[] Combined(double[] a2, double[] a4, double[] a6, int first)
    {
        var sum = new double[a2.Length];
        for (int i = 0; i < sum.Length; i++)
            sum[i] = Coefficients[first] * a2[i] + Coefficients[first + 2] * a4[i] + Coefficients[first + 4] * a6[i];
        return sum;
    }

    static double[] Sum(double[] high, double[] a2, double[] a4, double[] a6, int first, int n)
    {
        var low = Combined(a2, a4, a6, first + 2);
        for (int i = 0; i < high.Length; i++) high[i] += low[i];
        for (int i = 0; i < n; i++) high[i * n + i] += Coefficients[first];
        return high;
    }

    // The largest sum of magnitudes in a row.
    static double Norm(double[] a, int n)
    {
        double largest = 0;
        double[] row = new double[n];
        for (int i = 0; i < n; i++)
        {
            TensorPrimitives.Abs(a.AsSpan(i * n, n), row);
            largest = Math.Max(largest, LaneSum.Of<double>(row));
        }
        return largest;
    }

    static double[] Product(double[] left, double[] right, int n)
    {
        var result = new double[n * n];
        MatrixProduct.Multiply<double>(left, n, false, right, n, false, result, n, n, n, n, accumulate: false);
        return result;
    }
}
