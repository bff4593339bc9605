namespace Autograd;

public sealed partial class Tape
{
    List<StepUses>? splits;
    (TimeStep? Before, Tensor[]? Uses, int Scopes)? loop;
    int stepScopes;

    /// <summary>
    /// Begins a time step, in a hand-written loop over <c>cell.Step</c>: until the next call, a call with −1, or the end of the tape,
    /// entries are labelled with the step and <see cref="TimeStep.Current"/> returns it. Afterwards, the step that was under way before the
    /// loop, if there was one, continues.
    /// </summary>
    /// <param name="step">Number of the step, from 0; −1 ends the loop.</param>
    public void BeginStep(int step)
    {
        ThrowIfMisused(nameof(BeginStep));
        EndStep();
        if (step < 0) return;
        var (before, begun) = (TimeStep.Capture(), new TimeStep(step));
        TimeStep.Set(begun);
        loop = (before, BeginUses(begun), stepScopes);
    }

    internal override Tensor[]? EnterStep(TimeStep? step)
    {
        stepScopes++;
        // What follows has a label.
        if (replay is not null && step is { Trace: null }) EndReplay();
        return BeginUses(step);
    }

    internal override void LeaveStep(TimeStep? before, Tensor[]? uses)
    {
        if (IsEnded) return;
        // A loop written by hand that was begun within the scope has ended with it.
        if (loop is { } open && open.Scopes >= stepScopes) loop = null;
        stepScopes--;
        EndUses(before, uses);
    }

    // Labels what follows, and begins a use of the parameters that are split. Returns the uses that go on afterwards.
    Tensor[]? BeginUses(TimeStep? step)
    {
        Label(step);
        if (splits is null || !IsRecording) return null;
        Tensor[] before = [.. splits.Select(uses => bindings![uses.Parameter])];
        foreach (var uses in splits)
        {
            // First back to the parameter's own value, or the new use would be one of the step before.
            bindings![uses.Parameter] = uses.Value;
            if (step is { Trace: null } known) bindings[uses.Parameter] = uses.Begin(known.Number);
        }
        return before;
    }

    // The step before goes on, with the uses that it had.
    void EndUses(TimeStep? before, Tensor[]? uses)
    {
        Label(before);
        // What was split within the step has no use before it.
        for (int i = 0; i < splits?.Count; i++) bindings![splits[i].Parameter] = i < uses?.Length ? uses[i] : splits[i].Value;
    }

    // The step of a loop written by hand is over.
    void EndStep()
    {
        if (loop is not var (before, uses, _)) return;
        loop = null;
        TimeStep.Set(before);
        EndUses(before, uses);
    }

    void Label(TimeStep? step)
    {
        if (replay is null) Memory.Steps.Add((Memory.EntryCount, step is { Trace: null } known ? known.Number : -1));
    }

    /// <summary>
    /// From here on, keeps the uses of a parameter at different time steps apart, so that each has its own gradient: what step t alone
    /// contributes to a weight's gradient. Call it before the sequence is run.
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
    internal int? CurrentStep => Memory.Steps.Count > 0 && Memory.Steps[^1].Step >= 0 ? Memory.Steps[^1].Step : null;
}
