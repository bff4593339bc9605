namespace Autograd;

public sealed partial class Tape
{
    List<StepUses>? splits;

    /// <summary>Says that what follows belongs to a time step; −1 ends it. Drivers of recurrent cells do.</summary>
    public void BeginStep(int step)
    {
        Alive(nameof(BeginStep)).Steps.Add((memory.EntryCount, step));
        if (splits is null || !IsRecording) return;
        foreach (var uses in splits)
        {
            // First back to the parameter's own value, or the new use would be one of the step before.
            bindings![uses.Parameter] = uses.Value;
            if (step >= 0) bindings[uses.Parameter] = uses.Begin(step);
        }
    }

    /// <summary>
    /// From here on keeps a parameter's uses at different time steps apart, so that the gradient of each can be asked for: what a weight gets from step t
    /// alone. Call it before the sequence is run.
    /// <code>
    /// using var tape = new Tape();
    /// var uses = tape.SplitByStep(cell["R"]);
    /// var loss = Loss(recurrent.Forward(x));
    /// var byStep = uses.Gradients(loss);      // [time, hidden, hidden]
    /// </code>
    /// </summary>
    public StepUses SplitByStep(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ThrowIfMisused(nameof(SplitByStep));
        if (splits?.Find(split => split.Parameter == parameter) is { } known) return known;
        var value = Resolve(parameter);
        LeafOf(value);
        var uses = new StepUses(this, parameter, value);
        (splits ??= []).Add(uses);
        (bindings ??= [])[parameter] = value;
        return uses;
    }

    /// <summary>Whether the uses of some parameter are kept apart by step.</summary>
    internal bool SplitsSteps => splits is not null;

    /// <summary>The time step under way, or null.</summary>
    internal int? CurrentStep => memory.Steps.Count > 0 && memory.Steps[^1].Step >= 0 ? memory.Steps[^1].Step : null;
}
