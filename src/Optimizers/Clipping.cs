using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// A limit on gradients, without which the training of recurrent networks tends to diverge (Pascanu, Mikolov, Bengio 2013). Set it as
/// <see cref="Optimizer.Clipping"/>; beyond measuring the gradients, it needs no pass over memory. Immutable.
/// </summary>
public abstract class Clipping
{
    private protected Clipping(double maximum) => Maximum = maximum;

    /// <summary>The limit.</summary>
    public double Maximum { get; }

    /// <summary>
    /// Scales all gradients together so that their common Euclidean norm ‖g‖ is at most <paramref name="maximum"/>: g · min(1, maximum /
    /// ‖g‖). The direction is preserved. Nothing is added to the norm in the division, so the norm of clipped gradients is exactly the
    /// limit, up to rounding (Pascanu, Mikolov, Bengio 2013, algorithm 1).
    /// </summary>
    /// <param name="maximum">Largest norm; positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is not positive and finite.</exception>
    public static Clipping GlobalNorm(double maximum) =>
        new GlobalNormClipping(Require.Positive($"{nameof(Clipping)}.{nameof(GlobalNorm)}", nameof(maximum), maximum));

    /// <summary>
    /// Limits every element of the gradients individually: min(max(g, −maximum), maximum). The direction may change (Mikolov 2012).
    /// </summary>
    /// <param name="maximum">Largest magnitude of an element; positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is not positive and finite.</exception>
    public static Clipping Value(double maximum) =>
        new ValueClipping(Require.Positive($"{nameof(Clipping)}.{nameof(Value)}", nameof(maximum), maximum));

    /// <summary>
    /// Clips gradients without an optimizer, for an update rule of your own. An optimizer with <see cref="Optimizer.Clipping"/> does this
    /// without copies.
    /// </summary>
    /// <param name="gradients">Any number of tensors; read, never written.</param>
    /// <returns>
    /// The clipped gradients, which belong to no tape if anything was clipped and are otherwise the given tensors; and what was measured
    /// before clipping: their global norm, or their largest magnitude.
    /// </returns>
    /// <exception cref="ArgumentException">One of the tensors is null.</exception>
    /// <exception cref="ObjectDisposedException">The tape that owned a tensor has ended.</exception>
    /// <exception cref="InvalidOperationException">A tensor is symbolic.</exception>
    /// <exception cref="NonFiniteGradientException">A gradient has a NaN or an infinity.</exception>
    public (Tensor[] Gradients, double Size) Clip(IReadOnlyList<Tensor> gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        for (int i = 0; i < gradients.Count; i++)
            if (gradients[i] is null)
                throw new ArgumentException(
                    Invariant($"{nameof(Clipping)}: gradient {i} of {gradients.Count} is null."), nameof(gradients));
        double size = Measure(gradients);
        if (!double.IsFinite(size)) throw NonFiniteGradientException.Unnamed(gradients);
        var limits = Limits(size);
        return ([.. limits == GradientLimits.None ? gradients : gradients.Select(limits.Apply)], size);
    }

    /// <summary>The size that the limit applies to: finite if and only if all gradients are.</summary>
    internal abstract double Measure(IReadOnlyList<Tensor> gradients);

    /// <summary>What has to be done to gradients of that size.</summary>
    internal abstract GradientLimits Limits(double size);
}

sealed class GlobalNormClipping(double maximum) : Clipping(maximum)
{
    internal override double Measure(IReadOnlyList<Tensor> gradients) => GradientNorm.Global(gradients);

    internal override GradientLimits Limits(double size) =>
        size > Maximum ? new(Maximum / size, double.PositiveInfinity) : GradientLimits.None;

    public override string ToString() => Invariant($"global norm at most {Maximum}");
}

sealed class ValueClipping(double maximum) : Clipping(maximum)
{
    internal override double Measure(IReadOnlyList<Tensor> gradients) => GradientNorm.LargestMagnitude(gradients);

    internal override GradientLimits Limits(double size) => size > Maximum ? new(1, Maximum) : GradientLimits.None;

    public override string ToString() => Invariant($"every element at most {Maximum}");
}
