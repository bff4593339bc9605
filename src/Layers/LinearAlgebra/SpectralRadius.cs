using System.Numerics.Tensors;

namespace Autograd.Layers;

public static partial class LinearAlgebra
{
    // 2⁵⁰ steps: the distance from the limit is the logarithm of a condition number, divided by this.
    const int Squarings = 50;

    // From this size on a space is looked for that needs no product of whole matrices; it is at most half as large.
    const int LeastKrylov = 400;

    // A space of more than a few rows is not worth the change, and takes no fewer squarings.
    const int MostLeading = 4, LeastReduced = 4 * MostLeading;

    // A direction that has shrunk to the root of a rounding is known to the other half of the digits only.
    static readonly double Faint = Math.Sqrt(Epsilon);

    /// <summary>
    /// The largest magnitude of an eigenvalue, as the limit of ‖Aᵏ‖^(1/k) (Gelfand 1941) at k = 2⁵⁰, by repeated squaring. Unlike power
    /// iteration, it is not disturbed by complex pairs, and it gives the same number on every run. It is taken of each block that the
    /// matrix falls apart into when rows and columns are exchanged: a triangular matrix has the radius of its diagonal. For a large block,
    /// the limit is taken in a Krylov space (Arnoldi 1951) of at most half the size, provided that one contains the directions of the
    /// largest eigenvalues up to rounding.
    /// </summary>
    /// <param name="matrix"><c>[n, n]</c>.</param>
    /// <returns>The radius; 0 for a nilpotent matrix, and for one without elements.</returns>
    /// <exception cref="ShapeException">The matrix is not square.</exception>
    /// <exception cref="ArgumentException">An element is not finite.</exception>
    public static double SpectralRadius(Tensor matrix) => SpectralRadius(matrix, out _);

    // The order is that of the largest matrix whose powers were taken: they are nearly all that the radius costs.
    internal static double SpectralRadius(Tensor matrix, out int order)
    {
        int n = Square(nameof(SpectralRadius), matrix);
        double[] elements = FiniteElements(nameof(SpectralRadius), matrix);
        double largest = 0;
        order = 0;
        foreach (double[] block in IrreducibleBlocks(elements, n))
        {
            var (radius, taken) = RadiusOfBlock(block);
            largest = Math.Max(largest, radius);
            order = Math.Max(order, taken);
        }
        return largest;
    }

    static (double Radius, int Order) RadiusOfBlock(double[] block)
    {
        if (block.Length == 1) return (Math.Abs(block[0]), 1);
        int n = (int)Math.Sqrt(block.Length), exponent = Prepare(block, n);
        var scaled = Tensor.From(block, [n, n]);
        var (radius, order) = (n < LeastKrylov ? null : RadiusInKrylovSpace(scaled)) ?? (Limit(scaled).Radius, n);
        return (Math.ScaleB(radius, exponent), order);
    }

    // The leading directions L of what the matrix does in the space, and the radius r of that. LV is left by the matrix by the share that
    // the last row has in L: where that is a rounding of r, the matrix that has r differs from the one asked for by no more.
    static (double Radius, int Order)? RadiusInKrylovSpace(Tensor matrix)
    {
        int most = matrix.Shape[0] / 2;
        var space = new KrylovSpace(matrix, most, new RandomKey(0));
        for (int next = most / 2; next <= most; next += next / 4)
        {
            while (space.Size < next)
                if (!space.Grow()) return null;
            var (radius, leading) = Limit(space.Inside);
            if (leading is null) continue;
            var last = Functions.Slice(leading, 1, space.Size - 1, 1);
            if (space.Outside * Length(last.AsSpan<double>()) <= matrix.Shape[0] * Epsilon * radius) return (radius, next);
        }
        return null;
    }

    // The radius, and an orthonormal basis of the space of the eigenvalues that have it, where that was seen to be small.
    static (double Radius, Tensor? Leading) Limit(Tensor matrix)
    {
        int n = matrix.Shape[0];
        var power = matrix;
        double logarithm = 0, share = 1;
        for (int i = 0; i <= Squarings; i++, share /= 2)
        {
            // Kept at norm 1, so that no power overflows; the logarithms of the norms add up.
            double norm = LargestElement(power);
            // A nilpotent matrix has no power beyond its size. Later, the eigenvalues have underflowed beside what grows.
            if (norm == 0) return (1L << i < 2L * n ? 0 : EigenvaluesOfBlock(matrix.ToDoubles()).Max(value => value.Magnitude), null);
            logarithm += share * Elementary.Log(norm);
            power /= norm;
            if (n >= LeastReduced && LeadingBasis(power) is { } basis && Within(basis, matrix) is { } within)
                return (Limit(within).Radius, basis);
            if (i < Squarings) power = Functions.MatMul(power, power);
        }
        return (Elementary.Exp(logarithm), null);
    }

    // What grows slowest has vanished from a high power: its rows span the space of the largest eigenvalues. Null where that is not small,
    // or not yet clearly apart from what is vanishing.
    static Tensor? LeadingBasis(Tensor power)
    {
        int n = power.Shape[0];
        double[] left = power.ToDoubles(), basis = new double[MostLeading * n];
        for (int count = 0; ; count++)
        {
            var longest = Longest(left, n);
            double length = Length(longest);
            if (length <= n * Epsilon) return Tensor.From(basis.AsSpan(0, count * n), [count, n]);
            if (count == MostLeading || length < Faint) return null;
            var own = basis.AsSpan(count * n, n);
            longest.CopyTo(own);
            for (int i = 0; i < count; i++) Remove(own, basis.AsSpan(i * n, n));
            TensorPrimitives.Divide(own, Length(own), own);
            for (int row = 0; row < n; row++) Remove(left.AsSpan(row * n, n), own);
        }
    }

    // What the matrix does in a space of rows, if it leaves the space as it is up to rounding. Directions whose eigenvalues are equal, or
    // nearly, may vanish from the powers although they belong to it.
    static Tensor? Within(Tensor basis, Tensor matrix)
    {
        var images = Functions.MatMul(basis, matrix);
        var within = Functions.MatMul(images, basis, transposeRight: true);
        var outside = images - Functions.MatMul(within, basis);
        return Length(outside.AsSpan<double>()) <= matrix.Shape[0] * Epsilon * Length(matrix.AsSpan<double>()) ? within : null;
    }

    static ReadOnlySpan<double> Longest(ReadOnlySpan<double> rows, int n)
    {
        int longest = 0;
        double squares = 0;
        for (int row = 0; row < n; row++)
        {
            double own = LaneSum.OfSquares(rows.Slice(row * n, n));
            if (own > squares) (longest, squares) = (row, own);
        }
        return rows.Slice(longest * n, n);
    }

    // Any norm will do; this one cannot overflow.
    static double LargestElement(Tensor matrix) =>
        matrix.ElementCount == 0 ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude(matrix.AsSpan<double>()));
}
