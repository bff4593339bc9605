using System.Numerics.Tensors;

namespace Autograd.Layers;

public static partial class LinearAlgebra
{
    // 2⁵⁰ steps: the distance from the limit is the logarithm of a condition number, divided by this.
    const int Squarings = 50;

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
        double logarithm = 0, share = 1;
        for (int i = 0; i <= Squarings; i++, share /= 2)
        {
            // Kept at norm 1, so that no power overflows; the logarithms of the norms add up.
            double norm = LargestElement(power);
            if (norm == 0) return 0;
            logarithm += share * Math.Log(norm);
            power /= norm;
            if (i < Squarings) power = Functions.MatMul(power, power);
        }
        return Math.Exp(logarithm);
    }

    // Any norm will do; this one cannot overflow.
    static double LargestElement(Tensor matrix) =>
        matrix.ElementCount == 0 ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude(matrix.AsSpan<double>()));
}
