using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// Parameters that an optimizer treats differently from the rest: with another rate or weight decay, or temporarily frozen.
/// <code>
/// var frozen = new ParameterGroup(model.Embedding.Parameters) { IsFrozen = true };
/// var optimizer = new AdamW(model.Parameters, 1e-3, weightDecay: 0.1)
/// {
///     Groups = [new(biases) { WeightDecay = 0 }, new(model.Head.Parameters) { Rate = 10 }, frozen],
///     Clipping = Clipping.GlobalNorm(1),
/// };
/// </code>
/// Gradients are still given for all parameters, in the same order, and clipped by one norm, that of the gradients that are used. The
/// numbers may be changed between steps. Like the optimizer's other options, they are not saved with it.
/// </summary>
public sealed class ParameterGroup
{
    /// <summary>Names the parameters.</summary>
    /// <param name="parameters">Some of the optimizer's. The list is copied.</param>
    /// <exception cref="ArgumentException">There are no parameters, one is null, or one occurs twice.</exception>
    public ParameterGroup(IReadOnlyList<Parameter> parameters) =>
        Parameters = Array.AsReadOnly(Optimizer.Checked(nameof(ParameterGroup), parameters));

    /// <summary>The parameters.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>What the optimizer's learning rate is multiplied by; not negative; 1 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value set is negative, infinite or NaN.</exception>
    public double Rate { get; set => field = Require.NotNegative(nameof(ParameterGroup), nameof(Rate), value); } = 1;

    /// <summary>The weight decay, in place of the optimizer's and of the same kind; null, the default, for the optimizer's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value set is negative, infinite or NaN.</exception>
    public double? WeightDecay
    {
        get;
        set => field = value is { } decay ? Require.NotNegative(nameof(ParameterGroup), nameof(WeightDecay), decay) : null;
    }

    /// <summary>
    /// Whether parameters and state are left unchanged: their gradients are checked, but neither measured nor used. False by default. What
    /// depends on the number of the step, such as Adam's corrections, advances for all parameters.
    /// </summary>
    public bool IsFrozen { get; set; }

    /// <summary>The options: <c>ParameterGroup: 4 parameters, rate x 0.1, weight decay 0</c>.</summary>
    public override string ToString() =>
        Invariant($"{nameof(ParameterGroup)}: {Parameters.Count} parameters, rate x {Rate}")
        + (WeightDecay is { } decay ? Invariant($", weight decay {decay}") : "") + (IsFrozen ? ", frozen" : "");
}
