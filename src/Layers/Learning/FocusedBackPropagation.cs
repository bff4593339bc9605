namespace Autograd.Layers;

/// <summary>
/// Focused back-propagation (Mozer 1989): where each unit feeds back only to itself, and each weight belongs to one unit, ∂unit/∂weight is
/// a single number per weight, carried forward in time. For cells of this architecture, such as <see cref="FocusedCell"/>, the gradients
/// are exact, at the cost of a few numbers per weight and step; other cells are refused.
/// </summary>
public sealed class FocusedBackPropagation : ForwardLearning<Tensor>
{
    InfluencePattern? pattern;

    /// <summary>Creates the rule for a cell.</summary>
    /// <param name="cell">
    /// A cell whose units feed back only to themselves. The last axis of each of its parameters must be the units.
    /// </param>
    /// <param name="readOut">Further parameters that the loss uses; none by default.</param>
    public FocusedBackPropagation(Cell<Tensor> cell, IEnumerable<Parameter>? readOut = null)
        : base(nameof(FocusedBackPropagation), cell, readOut)
    {
    }

    private protected override InfluencePattern PatternOf(int units, int weights, int inputs)
    {
        if (pattern is null) Check(units, inputs);
        return pattern ??= InfluencePattern.Within(Connections.OfOwn(units, weights), steps: 1);
    }

    void Check(int units, int inputs)
    {
        foreach (var parameter in Cell.Parameters)
            if (parameter.Rank == 0 || parameter.Shape[^1] != units)
                throw new ArgumentException(
                    $"FocusedBackPropagation: parameter {parameter.Name} is {parameter.Shape}; its last axis must be the {units} units "
                    + $"of {Cell.GetType().Name}.");
        var (feeds, direct, weights) = Connections.Of(Cell, inputs);
        for (int j = 0; j < units; j++)
        {
            if (Enumerable.Range(0, units).Any(i => i != j && feeds[j][i]))
                throw new ArgumentException(
                    $"FocusedBackPropagation: unit {j} of {Cell.GetType().Name} is fed by other units. The rule is for self-connections "
                    + "only; use RealTimeLearning.");
            if (Enumerable.Range(0, weights).Any(w => w % units != j && direct[j][w]))
                throw new ArgumentException(
                    $"FocusedBackPropagation: unit {j} of {Cell.GetType().Name} depends on weights of other units; the last axis of a "
                    + "parameter must be the units.");
        }
    }
}
