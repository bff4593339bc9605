namespace Autograd.Layers;

public static partial class LinearAlgebra
{
    /// <summary>
    /// Ridge regression in closed form: the W that minimises Σ‖features·W − targets‖² + ridge·‖W‖², which is (FᵀF + ridge·I)⁻¹·Fᵀ·T
    /// (Hoerl and Kennard 1970). A bias is a feature that is 1 everywhere; it is shrunk like the others.
    /// <para>
    /// In double through Cholesky factors, twice: the first, with a shift, is a preconditioner that makes the features nearly orthogonal,
    /// the second solves (Fukaya, Kannan, Nakatsukasa, Yamamoto and Yanagisawa 2020). So the conditioning of F is not squared, and ridges
    /// far below ε·‖FᵀF‖ make sense.
    /// </para>
    /// </summary>
    /// <param name="features">F, <c>[samples, features]</c>.</param>
    /// <param name="targets">T, <c>[samples, outputs]</c>.</param>
    /// <param name="ridge">Weight of the penalty, at least 0; not divided by the number of samples.</param>
    /// <returns>W in double, <c>[features, outputs]</c>.</returns>
    /// <exception cref="ShapeException">The numbers of samples differ, or there is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The ridge is negative or not finite.</exception>
    /// <exception cref="ArgumentException">With this ridge the features are dependent to working precision, or an element is not
    /// finite.</exception>
    public static Tensor SolveRidge(Tensor features, Tensor targets, double ridge)
    {
        var (samples, size) = Matrix(nameof(SolveRidge), nameof(features), features);
        var (count, outputs) = Matrix(nameof(SolveRidge), nameof(targets), targets);
        if (samples != count || samples == 0)
            throw new ShapeException($"SolveRidge: features are {features.Shape}, targets {targets.Shape}; both need the same number of rows, at least one.");
        Require.NotNegative(nameof(SolveRidge), nameof(ridge), ridge);
        var f = Tensor.From(FiniteElements(nameof(SolveRidge), features), features.Shape);
        var t = Tensor.From(FiniteElements(nameof(SolveRidge), targets), targets.Shape);
        // The penalty is as many more samples: features √ridge·I, targets 0.
        var identity = Tensor.Identity(size, ElementType.Float64);
        // Scaled, so that no product of features underflows or overflows.
        double[] samplesAndPenalty = Functions.Concatenate(0, f, Math.Sqrt(ridge) * identity).ToDoubles();
        int exponent = Normalize(samplesAndPenalty);
        var all = Tensor.From(samplesAndPenalty, [samples + size, size]);
        double[] factor = ShiftedFactor(all, identity);
        double[] rows = all.ToDoubles();
        for (int i = 0; i < samples + size; i++) SubstituteForward(factor, rows.AsSpan(i * size, size));
        var nearlyOrthogonal = Tensor.From(rows, all.Shape);
        var right = Functions.MatMul(nearlyOrthogonal[..samples], t, transposeLeft: true);
        var solution = SolvePositiveDefinite(Functions.MatMul(nearlyOrthogonal, nearlyOrthogonal, transposeLeft: true), right);
        double[] weights = Transposed(solution.ToDoubles(), size, outputs);
        for (int i = 0; i < outputs; i++) SubstituteBackward(factor, weights.AsSpan(i * size, size));
        Scale(weights, -exponent);
        return Tensor.From(Transposed(weights, outputs, size), [size, outputs]);
    }

    static double[] ShiftedFactor(Tensor all, Tensor identity)
    {
        int size = all.Shape[1];
        var gram = Functions.MatMul(all, all, transposeLeft: true);
        double trace = 0;
        for (int i = 0; i < size; i++) trace += gram.At(i, i);
        // A bound of what rounding can take from the smallest eigenvalue; the trace bounds the largest.
        double shift = Epsilon * (Math.Sqrt(all.Shape[0]) + size) * trace + double.Epsilon;
        double[] factor = (gram + shift * identity).ToDoubles();
        Factor(factor, size);
        return factor;
    }
}
