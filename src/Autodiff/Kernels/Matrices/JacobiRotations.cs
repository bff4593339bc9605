using System.Numerics.Tensors;

namespace Autograd.Kernels;

/// <summary>
/// Eigenvalues and vectors of a symmetric matrix by rotations of pairs of rows and columns (Jacobi 1846; Golub and Van Loan, section 8.5):
/// orthogonal to rounding whatever the eigenvalues are.
/// </summary>
static class JacobiRotations
{
    const int MostSweeps = 60;

    // Exponents of largest elements with which nothing on the way overflows, or loses digits that count.
    const int LeastExponent = -500, MostExponent = 1000;

    /// <summary>
    /// Fills the values, the smallest first, and the vectors as columns, the largest component of each positive. False if the rotations
    /// did not converge, as they never do with NaN.
    /// </summary>
    public static bool Fill(ReadOnlySpan<double> matrix, Span<double> values, Span<double> vectors, int n)
    {
        // The vectors are rows here, along memory.
        var (a, v) = (matrix.ToArray(), new double[n * n]);
        for (int i = 0; i < n; i++) v[i * n + i] = 1;
        int exponent = Normalize(a);
        // What is below moves no eigenvalue, and no vector by a rounding that is far from the others.
        double negligible = EuclideanNorm.Of<double>(a) * Math.ScaleB(1, -60) / Math.Max(1, n);
        int sweep = 0;
        while (Sweep(a, v, n, negligible))
            if (++sweep == MostSweeps)
                return false;
        var order = Enumerable.Range(0, n).OrderBy(i => a[i * n + i]).ToArray();
        for (int j = 0; j < n; j++)
            Place(v.AsSpan(order[j] * n, n), values[j..(j + 1)], Math.ScaleB(a[order[j] * n + order[j]], exponent), vectors, j);
        return true;
    }

    // Divides by a power of two, no more than is needed: small elements beside large ones keep their digits.
    static int Normalize(double[] a)
    {
        double largest = a.Length == 0 ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude<double>(a));
        if (largest == 0 || !double.IsFinite(largest)) return 0;
        int exponent = Math.ILogB(largest);
        exponent -= Math.Clamp(exponent, LeastExponent, MostExponent);
        for (int i = 0; exponent != 0 && i < a.Length; i++) a[i] = Math.ScaleB(a[i], -exponent);
        return exponent;
    }

    static void Place(ReadOnlySpan<double> vector, Span<double> value, double number, Span<double> vectors, int column)
    {
        int n = vector.Length;
        value[0] = number;
        double sign = TensorPrimitives.MaxMagnitude(vector) < 0 ? -1 : 1;
        for (int i = 0; i < n; i++) vectors[i * n + column] = sign * vector[i];
    }

    static bool Sweep(double[] a, double[] v, int n, double negligible)
    {
        bool rotated = false;
        for (int p = 0; p < n - 1; p++)
            for (int q = p + 1; q < n; q++)
                rotated |= Rotate(a, v, n, p, q, negligible);
        return rotated;
    }

    static bool Rotate(double[] a, double[] v, int n, int p, int q, double negligible)
    {
        double off = a[p * n + q];
        if (Math.Abs(off) <= negligible) return false;
        double cotangent = (a[q * n + q] - a[p * n + p]) / (2 * off);
        double tangent = (cotangent >= 0 ? 1 : -1) / (Math.Abs(cotangent) + double.Hypot(1, cotangent));
        double cosine = 1 / Math.Sqrt(1 + tangent * tangent), sine = cosine * tangent;
        (a[p * n + p], a[q * n + q]) = (a[p * n + p] - tangent * off, a[q * n + q] + tangent * off);
        (a[p * n + q], a[q * n + p]) = (0, 0);
        for (int i = 0; i < n; i++)
        {
            if (i == p || i == q) continue;
            double x = a[i * n + p], y = a[i * n + q];
            a[i * n + p] = a[p * n + i] = cosine * x - sine * y;
            a[i * n + q] = a[q * n + i] = sine * x + cosine * y;
        }
        for (int i = 0; i < n; i++)
        {
            double x = v[p * n + i], y = v[q * n + i];
            v[p * n + i] = cosine * x - sine * y;
            v[q * n + i] = sine * x + cosine * y;
        }
        return true;
    }
}
