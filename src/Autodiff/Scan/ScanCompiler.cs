namespace Autograd;

/// <summary>
/// Runs recurrences as plans. Every run traces the step anew, which costs as much as a single step of one sequence; the plan is looked up
/// by what the step did, so a step that does something else, has other shapes or another element type gets another plan. Plans refer to no
/// tensor. What is known of a step from other runs, its
/// <see cref="StepHistory"/>, belongs to the caller.
/// </summary>
public static class ScanCompiler
{
    // Beyond, the machine code of a step leaves the instruction cache, and planning takes seconds.
    internal const int MostOperations = 30_000;

    static readonly ScanPlans Plans = new();

    /// <summary>Whether plans become machine code; ahead-of-time compiled programs cannot make any, and interpret them.</summary>
    public static bool EmitsCode => KernelBackEnd.Default == KernelBackEnd.Emitted;

    /// <summary>
    /// Whether a recurrence on this thread must be run here, whatever else is asked for: it becomes part of a function that is traced as a
    /// whole, as when a model is exported.
    /// </summary>
    public static bool IsRequired => Recorder.Current is { KeepsRecurrences: true };

    /// <summary>Runs a step over a sequence: the recurrence as a plan, recorded on the tape of this thread as one entry.</summary>
    /// <param name="step">The step: a pure function of its arguments, of parameters, and of the time step. It is traced without
    /// data.</param>
    /// <param name="history">What its runs have shown of it.</param>
    /// <param name="x">Inputs, <c>[time, …]</c>.</param>
    /// <param name="states">The states before the first step.</param>
    /// <param name="sequences">Other tensors given for each step, <c>[time, …]</c>; constants to every derivative.</param>
    /// <param name="options">How it runs.</param>
    /// <exception cref="ShapeException">x has no axis of time, or another sequence not the same.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The input or a state belongs to a tape that has ended.</exception>
    /// <exception cref="TapeException">The input or a state belongs to the tape of another thread; or a parameter is changed while the run
    /// reads it.</exception>
    public static ScanOutcome Run(
        StepFunction step, StepHistory history, Tensor x, Tensor[] states, Tensor[] sequences, ScanOptions options = default)
    {
        var request = ScanRequest.Of(step, history, x, states, sequences);
        request.CheckOwners();
        if (Tape.Current is { KeepsRecurrences: true } whole)
            return Recurrence.Record(
                whole, step, request.X, request.States, sequences, options with { ForgetsStates = false, Cancellation = default });
        var (entry, trace, reason) = Prepare(request);
        if (entry is null) return new(null, 0, reason);
        var backEnd = options.Interprets ? KernelBackEnd.Interpreted : KernelBackEnd.Default;
        var leaves = entry.LeavesOf(trace.Program!, trace.Leaves);
        var inputs = new ScanInputs(request.X, request.States, sequences, trace.StepData, leaves, options);
        if (Tape.Current is not { } tape || !entry.Plan.HasGradients)
        {
            if (Recorder.Current is null) Recorder.CheckUse("Recurrent", [request.X, .. request.States, .. trace.Leaves]);
            var unrecorded = entry.Begin(inputs, isRecorded: false, backEnd);
            return new(unrecorded.Forward(), states.Length, null) { Unshared = unrecorded.Unshared, Threads = unrecorded.Threads };
        }
        var run = entry.Begin(inputs, isRecorded: true, backEnd);
        var results = run.Forward();
        var segment = tape.SegmentOf(() => request.RunStepByStep(trace, options), isExact: false);
        tape.RecordSegment(new ScanOperation(run, segment), [request.X, .. request.States, .. leaves], results);
        return new(results, states.Length, null) { Unshared = run.Unshared, Threads = run.Threads };
    }

    /// <summary>Bytes that a recorded run keeps for each step; null where there is no plan.</summary>
    /// <inheritdoc cref="Run"/>
    /// <param name="step">The step: a pure function of its arguments, of parameters, and of the time step.</param>
    /// <param name="history">What its runs have shown of it.</param>
    /// <param name="x">Inputs, <c>[time, …]</c>.</param>
    /// <param name="states">The states before the first step.</param>
    /// <param name="sequences">Other tensors given for each step, <c>[time, …]</c>; constants to every derivative.</param>
    public static long? KeptBytesPerStep(StepFunction step, StepHistory history, Tensor x, Tensor[] states, Tensor[] sequences) =>
        Plan(step, history, x, states, sequences).Plan?.KeptBytesPerStep;

    /// <summary>
    /// What rows of the batch cost; null where there is no plan, or where a row needs others, or something else that is given row by row,
    /// so that no sequence can be run without the others.
    /// </summary>
    /// <inheritdoc cref="Run"/>
    /// <param name="step">The step: a pure function of its arguments, of parameters, and of the time step.</param>
    /// <param name="history">What its runs have shown of it.</param>
    /// <param name="x">Inputs, <c>[time, …]</c>.</param>
    /// <param name="states">The states before the first step.</param>
    public static RowCost? CostOfRows(StepFunction step, StepHistory history, Tensor x, Tensor[] states)
    {
        var request = ScanRequest.Of(step, history, x, states, []);
        if (history.NeedsWholeBatch) return null;
        var (entry, _, _) = Prepare(request);
        if (entry?.Plan is not { RowsAreApart: true } plan) return null;
        // A plan that takes numbers serves other steps too.
        if (!entry.TakesNumbers && history.IsFreeOfBatch(plan)) return plan.RowCost;
        using var pause = Tape.Current is { } tape ? tape.Pause() : default;
        if (StepBatches.AreFree(step, plan.Graph.Program, x, states))
        {
            history.AcceptBatches(plan);
            return plan.RowCost;
        }
        history.NeedsWholeBatch = true;
        return null;
    }

    /// <summary>The plan in readable form, or why there is none.</summary>
    /// <inheritdoc cref="Run"/>
    /// <param name="name">What it is called.</param>
    /// <param name="step">The step: a pure function of its arguments, of parameters, and of the time step.</param>
    /// <param name="history">What its runs have shown of it.</param>
    /// <param name="x">Inputs, <c>[time, …]</c>.</param>
    /// <param name="states">The states before the first step.</param>
    /// <param name="sequences">Other tensors given for each step, <c>[time, …]</c>; constants to every derivative.</param>
    public static string Explain(string name, StepFunction step, StepHistory history, Tensor x, Tensor[] states, Tensor[] sequences)
    {
        var (entry, trace, reason) = Prepare(ScanRequest.Of(step, history, x, states, sequences));
        if (entry is null) return $"{name} runs eagerly: {reason}.";
        var leaves = entry.LeavesOf(trace.Program!, trace.Leaves).Select((leaf, i) => NameOf(leaf, i));
        return ScanText.Of(entry.Plan, name, [.. leaves]);
    }

    static string NameOf(Tensor leaf, int number) => leaf switch
    {
        Parameter parameter => parameter.Name,
        ConstantTensor { Origin: null } constant => constant.Name,
        _ => FormattableString.Invariant($"{(leaf.Owner is null ? "constant" : "captured")} {number}"),
    };

    /// <summary>The plan with which a sequence would run, or why there is none.</summary>
    internal static (ScanPlan? Plan, string? Reason) Plan(
        StepFunction step, StepHistory history, Tensor x, Tensor[] states, Tensor[] sequences)
    {
        var (entry, _, reason) = Prepare(ScanRequest.Of(step, history, x, states, sequences));
        return (entry?.Plan, reason);
    }

    static (ScanEntry? Entry, StepTrace Trace, string? Reason) Prepare(ScanRequest request)
    {
        var (tape, history) = (Tape.Current, request.History);
        if ((request.Obstacle(tape) ?? history.Impurity) is { } obstacle) return (null, null!, obstacle);
        var trace = request.Trace();
        if (trace.Program is not { } program) return (null, trace, trace.Reason);
        int operations = program.Nodes.Length - program.FirstComputed;
        if (operations > MostOperations)
            return (null, trace, $"a step of {operations} operations is too large to be planned, {MostOperations} at most");
        int repeats = history.Repeats(trace, out var known);
        for (; repeats > 0; repeats--)
            if (StepComparison.Difference(trace, request.TraceAgain(tape)) is { } difference)
                return (null, trace, history.Refuse(difference));
        // The one that the plan was made for, as a rule, so that it is found at once.
        history.Accept(program = known ?? program);
        bool[] tracked = request.Tracked(tape, trace.Leaves);
        var rules = TracedRules.Of(program, tracked, out string? reason);
        return reason is not null ? (null, trace, reason) : (Plans.Find(program, trace.Leaves, tracked, rules, out reason), trace, reason);
    }
}
