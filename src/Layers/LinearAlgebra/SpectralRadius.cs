using System.Numerics.Tensors;

namespace Autograd.Layers;

public static partial class LinearAlgebra
{
    // 2⁵⁰ steps: the distance from the limit is the logarithm of a condition number, divided by this.
    const int Squarings = 50;

    // Below this size, and before this many squarings, a smaller space is not looked for.
    const int LeastReduced = 64, FirstReduced = 5;

    /// <summary>
    /// The largest magnitude of an eigenvalue, as the limit of ‖Aᵏ‖^(1/k) (Gelfand 1941) at k = 2⁵⁰, by repeated squaring. Unlike a power
    /// iteration it does not depend on a start vector and is not disturbed by complex pairs; it gives the same number on every run.
    /// </summary>
    /// <param name="matrix"><c>[n, n]</c>.</param>
    /// <returns>The radius; 0 for a matrix some power of which is 0, and for one without elements.</returns>
    /// <exception cref="ShapeException">The matrix is not square.</exception>
    /// <exception cref="ArgumentException">An element is not finite.</exception>
    public static double SpectralRadius(Tensor matrix)
    {
        Square(nameof(SpectralRadius), matrix);
        var power = Tensor.From(FiniteElements(nameof(SpectralRadius), matrix), matrix.Shape);
        int n = power.Shape[0];
        double logarithm = 0, share = 1;
        for (int i = 0; i <= Squarings; i++, share /= 2)
        {
            // Kept at norm 1, so that no power overflows; the logarithms of the norms add up.
            double norm = LargestElement(power);
            if (norm == 0) return 0;
            logarithm += share * Math.Log(norm);
            power /= norm;
            if (n >= LeastReduced && i >= FirstReduced && SmallBasis(power.AsSpan<double>(), n) is { } basis)
                return SpectralRadius(
                    Functions.MatMul(basis, Functions.MatMul(matrix.As(ElementType.Float64), Functions.Transpose(basis))));
            if (i < Squarings) power = Functions.MatMul(power, power);
        }
        return Math.Exp(logarithm);
    }

    // What grows slowest has vanished from a high power. Its rows span a space that the matrix maps into itself, with the largest
    // eigenvalues; where that is small, the rest of the work is done in it. Null where it is more than a quarter of the whole.
    static Tensor? SmallBasis(ReadOnlySpan<double> rows, int n)
    {
        int most = n / 4, count = 0;
        var basis = new double[most * n];
        var left = new double[n];
        for (int row = 0; row < n; row++)
        {
            rows.Slice(row * n, n).CopyTo(left);
            // Twice is enough (Kahan; Parlett 1980).
            for (int pass = 0; pass < 2; pass++)
                for (int i = 0; i < count; i++) Remove(left, basis.AsSpan(i * n, n));
            double norm = Length(left);
            if (norm <= n * ElementType.Float64.Epsilon()) continue;
            if (count == most) return null;
            TensorPrimitives.Divide(left, norm, basis.AsSpan(count++ * n, n));
        }
        return Tensor.From(basis.AsSpan(0, count * n), [count, n]);
    }

    // Any norm will do; this one cannot overflow.
    static double LargestElement(Tensor matrix) =>
        matrix.ElementCount == 0 ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude(matrix.AsSpan<double>()));
}
