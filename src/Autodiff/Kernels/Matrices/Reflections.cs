using System.Numerics.Tensors;

namespace Autograd.Kernels;

/// <summary>A = Q·R by reflections (Householder 1958), with a diagonal of R that is not negative.</summary>
static class Reflections
{
    /// <summary>Fills Q, <c>[m, n]</c>, and R, <c>[n, n]</c>, of a matrix <c>[m, n]</c> with m ≥ n.</summary>
    public static void Fill(ReadOnlySpan<double> matrix, Span<double> q, Span<double> r, int m, int n)
    {
        // Columns lie along memory; under the diagonal each becomes the vector of its reflection.
        var (columns, weights) = (new double[m * n], new double[n]);
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++)
                columns[j * m + i] = matrix[i * n + j];
        r.Clear();
        for (int k = 0; k < n; k++)
        {
            r[k * n + k] = Reflect(columns.AsSpan(k * m + k, m - k), out weights[k]);
            for (int j = k + 1; j < n; j++)
            {
                Apply(columns.AsSpan(k * m + k, m - k), weights[k], columns.AsSpan(j * m + k, m - k));
                r[k * n + j] = columns[j * m + k];
            }
        }
        var column = new double[m];
        for (int j = 0; j < n; j++)
        {
            column.AsSpan().Clear();
            column[j] = 1;
            for (int k = j; k >= 0; k--) Apply(columns.AsSpan(k * m + k, m - k), weights[k], column.AsSpan(k));
            double sign = r[j * n + j] < 0 ? -1 : 1;
            for (int i = 0; i < m; i++) q[i * n + j] = sign * column[i];
            for (int i = j; i < n; i++) r[j * n + i] *= sign;
        }
    }

    // Turns x into the vector v with which x − weight·v·(v·x) is a multiple of the first axis, and returns that multiple.
    static double Reflect(Span<double> x, out double weight)
    {
        double length = EuclideanNorm.Of<double>(x);
        weight = 0;
        if (length == 0) return 0;
        double multiple = x[0] > 0 ? -length : length;
        x[0] -= multiple;
        // v·v = −2·multiple·v[0], which does not overflow before the length does.
        TensorPrimitives.Divide(x, length, x);
        weight = -length / (multiple * x[0]);
        return multiple;
    }

    static void Apply(ReadOnlySpan<double> v, double weight, Span<double> x)
    {
        if (weight != 0) TensorPrimitives.MultiplyAdd(v, -weight * LaneSum.OfProducts<double>(v, x), x, x);
    }
}
