namespace Autograd.Layers;

public static partial class LinearAlgebra
{
    /// <summary>
    /// Ridge regression in closed form: the W that minimises Σ‖features·W − targets‖² + ridge·‖W‖², which is (FᵀF + ridge·I)⁻¹·Fᵀ·T
    /// (Hoerl and Kennard 1970), by a Cholesky solve in double. A bias is a feature that is 1 everywhere; it is shrunk like the others.
    /// </summary>
    /// <param name="features">F, <c>[samples, features]</c>.</param>
    /// <param name="targets">T, <c>[samples, outputs]</c>.</param>
    /// <param name="ridge">Weight of the penalty, at least 0; not divided by the number of samples.</param>
    /// <returns>W in double, <c>[features, outputs]</c>.</returns>
    /// <exception cref="ShapeException">The numbers of samples differ, or there is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The ridge is negative or not finite.</exception>
    /// <exception cref="ArgumentException">With this ridge FᵀF is singular to working precision, or an element is not finite.</exception>
    public static Tensor SolveRidge(Tensor features, Tensor targets, double ridge)
    {
        var (samples, size) = Matrix(nameof(SolveRidge), nameof(features), features);
        var (count, _) = Matrix(nameof(SolveRidge), nameof(targets), targets);
        if (samples != count || samples == 0)
            throw new ShapeException($"SolveRidge: features are {features.Shape}, targets {targets.Shape}; both need the same number of rows, at least one.");
        Require.NotNegative(nameof(SolveRidge), nameof(ridge), ridge);
        var f = Tensor.From(FiniteElements(nameof(SolveRidge), features), features.Shape);
        var t = Tensor.From(FiniteElements(nameof(SolveRidge), targets), targets.Shape);
        var gram = Functions.MatMul(f, f, transposeLeft: true) + Tensor.Identity(size, ElementType.Float64) * ridge;
        return SolvePositiveDefinite(gram, Functions.MatMul(f, t, transposeLeft: true));
    }
}
