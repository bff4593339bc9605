using System.Numerics;

namespace Autograd.Optimizers;

/// <summary>One parameter's part of one step, as an optimizer sees it. Valid only during <see cref="Optimizer.Update{T}"/>.</summary>
/// <typeparam name="T">The parameter's element type, <c>float</c> or <c>double</c>.</typeparam>
public readonly ref struct ParameterUpdate<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const int MostSlots = 3;

    readonly OptimizerState state;
    readonly Tensor gradient;
    readonly GradientLimits limits;

    internal ParameterUpdate(OptimizerState state, Tensor gradient, GradientLimits limits, double learningRate, ParameterGroup? group)
    {
        this.state = state;
        this.gradient = gradient;
        this.limits = limits;
        LearningRate = group is null ? learningRate : learningRate * group.Rate;
        WeightDecay = group?.WeightDecay;
    }

    /// <summary>The parameter to be updated.</summary>
    public Parameter Parameter => state.Parameter;

    /// <summary>The learning rate of this step for this parameter.</summary>
    public double LearningRate { get; }

    /// <summary>The weight decay of the parameter's group; null for the optimizer's.</summary>
    public double? WeightDecay { get; }

    /// <summary>
    /// Updates the parameter and its state in one pass over memory, without allocation. The gradient g reaches the rule clipped, with the
    /// contribution of the L2 penalty added: clip(g) + <paramref name="weightDecay"/> · value.
    /// </summary>
    /// <param name="rule">How an element is updated.</param>
    /// <param name="weightDecay">Strength of the L2 penalty ½ λ ‖value‖²; 0 by default.</param>
    /// <exception cref="InvalidOperationException">The rule's number of slots is not the optimizer's.</exception>
    public void Run<TRule>(TRule rule, double weightDecay = 0)
        where TRule : struct, IUpdateRule<T>
    {
        if (TRule.Slots != state.Count || TRule.Slots > MostSlots)
            throw new InvalidOperationException(
                $"Run: rule {typeof(TRule).Name} has {TRule.Slots} state slots, its optimizer has {state.Count}; "
                + $"they must be equal, and at most {MostSlots}.");
        var preparation = new GradientPreparation<T>(limits, weightDecay);
        UpdatePass.Run(
            rule, preparation, Parameter.WriteSpan<T>(), gradient.ReadSpan<T>(),
            Slot(0, TRule.Slots), Slot(1, TRule.Slots), Slot(2, TRule.Slots));
    }

    Span<T> Slot(int slot, int count) => slot < count ? state.Write<T>(slot) : default;
}
