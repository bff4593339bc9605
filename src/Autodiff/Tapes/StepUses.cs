namespace Autograd;

/// <summary>
/// The uses of a parameter at the time steps of a recurrence, kept apart so that each has its own gradient; see
/// <see cref="Tape.SplitByStep"/>.
/// </summary>
public sealed class StepUses
{
    readonly Tape tape;
    readonly List<(int Step, Tensor Use)> uses = [];

    internal StepUses(Tape tape, Parameter parameter, Tensor value)
    {
        this.tape = tape;
        Parameter = parameter;
        Value = value;
    }

    /// <summary>The parameter.</summary>
    public Parameter Parameter { get; }

    /// <summary>One more than the last step so far in which the parameter could be used.</summary>
    public int Steps => uses.Count == 0 ? 0 : uses.Max(use => use.Step) + 1;

    /// <summary>What stands for the parameter outside of steps.</summary>
    internal Tensor Value { get; }

    /// <summary>
    /// The gradient of a loss by step: <c>[steps, parameter…]</c>, whose sum over the steps is the parameter's gradient. If several drivers
    /// ran the same step, such as both directions of a layer, it includes the uses by all of them.
    /// </summary>
    /// <param name="loss">A recorded tensor with one element.</param>
    public Tensor Gradients(Tensor loss)
    {
        if (uses.Count == 0)
            throw new TapeException(
                $"StepUses.Gradients: no time step was recorded since parameter {Parameter.Name} was split; split it before the sequence "
                + "is run.");
        var gradients = tape.Gradients(loss, [.. uses.Select(use => use.Use)]);
        var byStep = Enumerable.Range(0, Steps).Select(_ => Tensor.Zeros(Value.Shape, Value.ElementType)).ToArray();
        for (int i = 0; i < gradients.Length; i++) byStep[uses[i].Step] += gradients[i];
        return Functions.Stack(byStep);
    }

    /// <summary>
    /// The use at a step: the same memory, with an entry of its own; one for each step, even if the step is run several times.
    /// </summary>
    internal Tensor Begin(int step)
    {
        if (uses.Find(use => use.Step == step).Use is { Owner.IsEnded: false } known) return known;
        var use = Functions.Reshape(Value, Value.Shape.Lengths);
        uses.Add((step, use));
        return use;
    }

    /// <summary>Whether a value is one of the uses.</summary>
    internal bool Has(Tensor value) => uses.Exists(use => ReferenceEquals(use.Use, value));
}
