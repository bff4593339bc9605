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
        ThrowIfMissing(step, history, x, states, sequences);
        var backEnd = options.Interprets ? KernelBackEnd.Interpreted : KernelBackEnd.Default;
        x = Recorder.Actual(x);
        states = Array.ConvertAll(states, Recorder.Actual);
        // The trace sees their shapes only.
        x.CheckOwner("Recurrent");
        foreach (var state in states) state.CheckOwner("Recurrent");
        if (Tape.Current is { KeepsRecurrences: true } whole)
            return Recurrence.Record(
                whole, step, x, states, sequences, options with { ForgetsStates = false, Cancellation = default });
        var (entry, trace, reason) = Prepare(step, history, x, states, sequences);
        if (entry is null) return new(null, 0, reason);
        var leaves = entry.LeavesOf(trace.Program!, trace.Leaves);
        var inputs = new ScanInputs(x, states, sequences, trace.StepData, leaves, options);
        if (Tape.Current is not { } tape || !entry.Plan.HasGradients)
        {
            if (Recorder.Current is null) Recorder.CheckUse("Recurrent", trace.Leaves);
            var unrecorded = entry.Begin(inputs, isRecorded: false, backEnd);
            return new(unrecorded.Forward(), states.Length, null) { Unshared = unrecorded.Unshared, Threads = unrecorded.Threads };
        }
        var run = entry.Begin(inputs, isRecorded: true, backEnd);
        var results = run.Forward();
        var segment = tape.SegmentOf(() => StepByStep(trace.Program!, x, states, sequences, trace, options), isExact: false);
        tape.RecordSegment(new ScanOperation(run, segment), [x, .. states, .. leaves], results);
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
        ThrowIfMissing(step, history, x, states, []);
        if (history.NeedsWholeBatch) return null;
        var (entry, _, _) = Prepare(step, history, Recorder.Actual(x), Array.ConvertAll(states, Recorder.Actual), []);
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
        ThrowIfMissing(step, history, x, states, sequences);
        var (entry, trace, reason) = Prepare(step, history, Recorder.Actual(x), Array.ConvertAll(states, Recorder.Actual), sequences);
        if (entry is null) return $"{name} runs eagerly: {reason}.";
        var leaves = entry.LeavesOf(trace.Program!, trace.Leaves).Select((leaf, i) => NameOf(leaf, i));
        return ScanText.Of(entry.Plan, name, [.. leaves]);
    }

    static void ThrowIfMissing(StepFunction step, StepHistory history, Tensor x, Tensor[] states, Tensor[] sequences)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(x);
        Require.NoNull("Recurrent", nameof(states), states);
        Require.NoNull("Recurrent", nameof(sequences), sequences);
        if (x.Rank == 0) throw new ShapeException("Recurrent: x is a scalar; a leading axis, time, is needed.");
        foreach (var sequence in sequences)
            if (sequence.Rank == 0 || sequence.Shape[0] != x.Shape[0])
                throw new ShapeException(
                    $"Recurrent: x is {x.Shape}, another sequence is {sequence.Shape}; the leading axis of both is time.");
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
        ThrowIfMissing(step, history, x, states, sequences);
        var (entry, _, reason) = Prepare(step, history, Recorder.Actual(x), Array.ConvertAll(states, Recorder.Actual), sequences);
        return (entry?.Plan, reason);
    }

    /// <summary>The program run operation by operation: what a plan must equal.</summary>
    static Tensor[] StepByStep(
        StepProgram program, Tensor x, Tensor[] states, Tensor[] sequences, StepTrace trace, ScanOptions options)
    {
        var inputs = Functions.Unstack(x);
        var parts = Array.ConvertAll(sequences, sequence => Functions.Unstack(sequence));
        var outputs = new Tensor[inputs.Length];
        Tensor[][] all = options.ForgetsStates ? [] : Array.ConvertAll(states, _ => new Tensor[inputs.Length]);
        for (int t = 0; t < inputs.Length; t++)
        {
            using var step = TimeStep.Begin(options.FirstStep + t);
            var values = program.Run(
                [
                    inputs[t], .. states, .. parts.Select(part => part[t]),
                    .. trace.StepData.Select(data => data.At(options.FirstStep + t, x.ElementType)), .. trace.Leaves,
                ]);
            outputs[t] = values[program.Output];
            states = Array.ConvertAll(program.Next, number => values[number]);
            for (int i = 0; i < all.Length; i++) all[i][t] = states[i];
        }
        return [Functions.Stack(outputs), .. states, .. all.Select(steps => Functions.Stack(steps))];
    }

    static string? Obstacle(Tape? tape, Tensor x, Tensor[] states, Tensor[] sequences)
    {
        if (tape is { IsTrace: true } || x.IsSymbolic || Array.Exists(states, state => state.IsSymbolic)
            || Array.Exists(sequences, sequence => sequence.IsSymbolic))
            return "it runs inside another step that is traced";
        if (tape is { Observer: { } observer }) return observer.Reason;
        if (tape is { SplitsSteps: true }) return "the tape keeps the uses of a parameter at different steps apart";
        if (Array.Exists(states, state => state.ElementType != x.ElementType)) return "the state has another element type than the input";
        return x.ElementCount == 0 || Array.Exists(states, state => state.ElementCount == 0) ? "there are no elements" : null;
    }

    static StepTrace Trace(StepFunction step, StepHistory history, Tensor x, Tensor[] states, Tensor[] sequences)
    {
        Tensor[] given = [AtOneStep(x), .. states, .. Array.ConvertAll(sequences, AtOneStep)];
        return StepTrace.Of(step, given, states.Length, history.Expected(given));
    }

    internal static Tensor AtOneStep(Tensor sequence) => new(sequence.ElementType, Shape.Create(sequence.Shape.Lengths[1..]), null);

    static (ScanEntry? Entry, StepTrace Trace, string? Reason) Prepare(
        StepFunction step, StepHistory history, Tensor x, Tensor[] states, Tensor[] sequences)
    {
        var tape = Tape.Current;
        if ((Obstacle(tape, x, states, sequences) ?? history.Impurity) is { } obstacle) return (null, null!, obstacle);
        var trace = Trace(step, history, x, states, sequences);
        if (trace.Program is not { } program) return (null, trace, trace.Reason);
        int operations = program.Nodes.Length - program.FirstComputed;
        if (operations > MostOperations)
            return (null, trace, $"a step of {operations} operations is too large to be planned, {MostOperations} at most");
        int repeats = history.Repeats(trace, out var known);
        for (; repeats > 0; repeats--)
        {
            var again = TraceAgain(tape, step, history, x, states, sequences);
            if (StepComparison.Difference(trace, again) is { } difference) return (null, trace, history.Refuse(difference));
        }
        // The one that the plan was made for, as a rule, so that it is found at once.
        history.Accept(program = known ?? program);
        bool[] tracked = Tracked(tape, x, states, trace.Leaves);
        var rules = TracedRules.Of(program, tracked, out string? reason);
        return reason is not null ? (null, trace, reason) : (Plans.Find(program, trace.Leaves, tracked, rules, out reason), trace, reason);
    }

    // Of which of the input, the states and the leaves gradients are needed.
    static bool[] Tracked(Tape? tape, Tensor x, Tensor[] states, Tensor[] leaves)
    {
        var tracked = new bool[1 + states.Length + leaves.Length];
        if (tape is not { IsRecording: true }) return tracked;
        tracked[0] = tape.NumberOf(x) >= 0;
        for (int i = 0; i < states.Length; i++) tracked[1 + i] = tape.NumberOf(states[i]) >= 0;
        for (int i = 0; i < leaves.Length; i++) tracked[1 + states.Length + i] = tape.NumberOf(leaves[i]) >= 0;
        return tracked;
    }

    // What the step computes outside of its program was recorded the first time.
    static StepTrace TraceAgain(Tape? tape, StepFunction step, StepHistory history, Tensor x, Tensor[] states, Tensor[] sequences)
    {
        using var pause = tape is null ? default : tape.Pause();
        return Trace(step, history, x, states, sequences);
    }
}
