using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// A limit on gradients, without which recurrent networks diverge now and then (Pascanu, Mikolov, Bengio 2013). Set it as
/// <see cref="Optimizer.Clipping"/>; it costs no pass over memory beyond the measuring one. Immutable.
/// </summary>
public abstract class Clipping
{
    private protected Clipping(double maximum) => Maximum = maximum;

    /// <summary>The limit.</summary>
    public double Maximum { get; }

    /// <summary>
    /// Scales all gradients together so that their common Euclidean norm ‖g‖ is at most <paramref name="maximum"/>: g · min(1, maximum /
    /// ‖g‖). The direction stays. Nothing is added to the norm, so clipped gradients have the limit as their norm exactly, up to rounding
    /// (Pascanu, Mikolov, Bengio 2013, algorithm 1).
    /// </summary>
    /// <param name="maximum">Largest norm; positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is not positive and finite.</exception>
    public static Clipping GlobalNorm(double maximum) =>
        new GlobalNormClipping(Require.Positive($"{nameof(Clipping)}.{nameof(GlobalNorm)}", nameof(maximum), maximum));

    /// <summary>
    /// Confines every gradient element by itself: min(max(g, −maximum), maximum). The direction may change (Mikolov 2012).
    /// </summary>
    /// <param name="maximum">Largest magnitude of an element; positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is not positive and finite.</exception>
    public static Clipping Value(double maximum) =>
        new ValueClipping(Require.Positive($"{nameof(Clipping)}.{nameof(Value)}", nameof(maximum), maximum));

    /// <summary>The size that the limit is about: finite if and only if all gradients are.</summary>
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
