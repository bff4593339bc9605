namespace Autograd.Scan;

/// <summary>
/// A recurrence that was run as a plan: its results are the outputs, the final states, and, unless they were forgotten, the states after
/// all steps. A plain backward sweep runs the plan's backward pass. Where more is asked, a recorded sweep or forward mode, the recurrence
/// is run again step by step, as a checkpoint is.
/// </summary>
sealed class ScanOperation(IScanRun run, Segment stepByStep) : RecordedOperation
{
    public override string Name => "Scan";

    public override IEnumerable<Storage> Kept => run.Kept;

    public override string? WhyNoSource(int result) => result == 0
        ? null
        : "a state of a recurrence that ran compiled, whose inner states are not recorded. Set the layer's Execution to Eager to "
        + "differentiate with respect to its states.";

    public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into)
    {
        if (into.IsRecorded || Tensor.AnyIsSymbolic(cotangents))
        {
            into.Replay(stepByStep, cotangents);
            return;
        }
        var needed = new bool[call.Operands.Length];
        for (int i = 0; i < needed.Length; i++) needed[i] = into.Wants(i);
        var gradients = run.Backward(cotangents, needed, into.Cancellation);
        for (int i = 0; i < gradients.Length; i++)
            if (needed[i] && gradients[i] is { } gradient)
                into.Add(i, gradient);
    }

    public override void Push(in Call call, ReadOnlySpan<Tensor?> tangents, TangentSink into) => into.Replay(stepByStep);
}

/// <summary>A run of a plan, of either element type.</summary>
interface IScanRun
{
    /// <summary>Threads at most, with the one that asks.</summary>
    int Threads { get; }

    /// <summary>Why threads that were asked for have nothing to do, or not always; null where they have, or were not.</summary>
    string? Unshared { get; }

    IEnumerable<Storage> Kept { get; }

    Tensor[] Forward();

    Tensor?[] Backward(ReadOnlySpan<Tensor?> cotangents, bool[] needed, CancellationToken cancellation);
}
