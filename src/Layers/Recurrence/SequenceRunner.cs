namespace Autograd.Layers;

/// <summary>Runs a cell over sequences, compiled or operation by operation.</summary>
sealed partial class SequenceRunner<TState>(Cell<TState> cell)
{
    readonly StepHistory history = new();

    public Execution Execution
    {
        get;
        set => field = Require.Defined(nameof(Recurrent), nameof(Execution), value);
    }

    public ExecutionPath LastPath { get; set; }

    public int Threads { get; set; }

    public long? MemoryBudget { get; set; }

    public bool KeepsStates { get; set; } = true;

    public Unrolled<TState> Run(
        Tensor x, TState state, ReadOnlySpan<int> lengths, int firstStep = 0, CancellationToken cancellation = default) =>
        Run(x, state, lengths, new() { FirstStep = firstStep, ForgetsStates = !KeepsStates, Cancellation = cancellation });

    /// <summary>The outputs alone.</summary>
    public Tensor Forward(Tensor x, TState state, ReadOnlySpan<int> lengths) =>
        Run(x, state, lengths, new() { ForgetsStates = true }).Outputs;

    Unrolled<TState> Run(Tensor x, TState state, ReadOnlySpan<int> lengths, ScanOptions options)
    {
        using var closed = ProbeSink.Close();
        CellDriver<TState>.Check(nameof(Recurrent), state, InputBatch.OfSequences(x), cell);
        var masks = Lengths.Masks(x, lengths);
        int segment = SegmentSteps(x, state, masks);
        var run = segment < x.Shape[0] ? RunInSegments(x, state, masks, segment, options) : Run(x, state, masks, options);
        return options.ForgetsStates ? run with { States = new ForgottenStates<TState>(x.Shape[0], NotAskedFor) } : run;
    }

    public string Explain(Tensor x, TState state, ReadOnlySpan<int> lengths)
    {
        var masks = Lengths.Masks(x, lengths);
        using var tape = Tape.Current is null ? new Tape() : null;
        var schedule = Schedule(x, state, masks);
        string plan = ScanCompiler.Explain(
            cell.GetType().Name, StepOver(state), history, x, StateTensors<TState>.Flatten(state),
            schedule is null ? masks.Sequences() : []);
        return schedule is null ? plan
            : $"{plan}\nSequences that have ended leave the batch. It runs in parts, steps x sequences: {schedule}.";
    }

    Unrolled<TState> Run(Tensor x, TState state, LengthMasks masks, ScanOptions options) =>
        Schedule(x, state, masks) is { } schedule
            ? RunInParts(x, state, schedule, options)
            : RunTogether(masks.Clean(x), state, masks, options);

    Unrolled<TState> RunTogether(Tensor x, TState state, LengthMasks masks, ScanOptions options)
    {
        string? reason = "the layer's Execution is Eager";
        if (Checkpoint.AsAtFirst(this, Execution) is var execution && (execution != Execution.Eager || ScanCompiler.IsRequired))
        {
            bool interprets = execution == Execution.Interpreted || !ScanCompiler.EmitsCode;
            var outcome = ScanCompiler.Run(
                StepOver(state), history, x, StateTensors<TState>.Flatten(state), masks.Sequences(),
                options with { Threads = Threads, Interprets = interprets });
            reason = outcome.Reason;
            if (reason is null)
            {
                LastPath = new(
                    interprets ? Execution.Interpreted : Execution.Compiled, interprets ? WhyInterpreted(execution) : null)
                {
                    Unshared = outcome.Unshared,
                };
                var states = new StateSequence<TState>(state, x.Shape[0], outcome.All.ToArray());
                return new(outcome.Outputs, StateTensors<TState>.Rebuild(state, outcome.Final), states);
            }
        }
        LastPath = new(Execution.Eager, reason);
        return Unroll(x, state, masks, options);
    }

    const string NotAskedFor = "they were not asked for. Run the layer with KeepsStates to have them";

    const string BeyondBudget =
        "the sequence ran in segments to stay within the layer's MemoryBudget. Raise the budget to have them";

    static string WhyInterpreted(Execution execution) =>
        execution == Execution.Interpreted ? "the layer's Execution is Interpreted" : "this program cannot make code at run time";

    /// <summary>Operation by operation.</summary>
    Unrolled<TState> Unroll(Tensor x, TState state, LengthMasks masks, ScanOptions options)
    {
        var driver = new CellDriver<TState>(nameof(Recurrent), cell, InputBatch.OfSequences(x), () => state, options.FirstStep)
        {
            Masks = masks,
            Cancellation = options.Cancellation,
        };
        var inputs = Functions.Unstack(x);
        var outputs = new Tensor[inputs.Length];
        var states = new TState[options.ForgetsStates ? 0 : inputs.Length];
        for (int t = 0; t < inputs.Length; t++)
        {
            outputs[t] = driver.Step(inputs[t]);
            if (!options.ForgetsStates) states[t] = Result(driver.State);
        }
        return new(Functions.Stack(outputs), Result(driver.State), states);

        // A state that is a parameter as it was given would change with it.
        static TState Result(TState state) =>
            StateTensors<TState>.Map(state, state, (tensor, _) => Functions.BroadcastTo(tensor, tensor.Shape));
    }

    // The cell's step over flat tensors, with what lies beyond a sequence's length masked.
    StepFunction StepOver(TState template) => (x, tensors, sequences) =>
    {
        var state = StateTensors<TState>.Rebuild(template, tensors);
        var (output, next) = CellDriver<TState>.Advance(cell, x, state);
        if (sequences.Length == 0) return (output, StateTensors<TState>.Flatten(next));
        var mask = sequences[0];
        var masked = StateTensors<TState>.Map(next, state, (after, before) => Functions.Where(LengthMasks.For(after, mask), after, before));
        return (Functions.Where(LengthMasks.For(output, mask), output, 0), StateTensors<TState>.Flatten(masked));
    };

    // The longest segments that fit the budget, which covers the memory of a segment and the states between segments; if none fit, those
    // for which the two balance.
    int SegmentSteps(Tensor x, TState state, LengthMasks masks)
    {
        int time = x.Shape[0];
        if (MemoryBudget is not { } budget || x.IsSymbolic || Tape.Current is not { IsRecording: true, IsTrace: false }) return time;
        var tensors = StateTensors<TState>.Flatten(state);
        long between = tensors.Sum(tensor => (long)tensor.ElementCount * tensor.ElementType.ByteSize());
        // Operation by operation, about a dozen tensors of the state's size are kept per step.
        long each = ScanCompiler.KeptBytesPerStep(StepOver(state), history, x, tensors, masks.Sequences()) ?? 12 * between;
        int least = (int)Math.Clamp(Math.Sqrt((double)time * between / Math.Max(each, 1)), 1, time);
        for (int segments = 1; segments < time; segments++)
        {
            int steps = (time - 1) / segments + 1;
            if (steps <= least) break;
            if (steps * each + segments * between <= budget) return steps;
        }
        return least;
    }

    Unrolled<TState> RunInSegments(Tensor x, TState state, LengthMasks masks, int segment, ScanOptions options)
    {
        int time = x.Shape[0];
        var (outputs, final) = Checkpoint.Sequence(time, segment, StateTensors<TState>.Flatten(state), (first, count, before) =>
        {
            // When it is run again in a backward sweep, it observes the same token.
            var (part, mask) = (Functions.Slice(x, 0, first, count), masks.From(first, count));
            var run = Run(
                part, StateTensors<TState>.Rebuild(state, before), mask,
                options with { FirstStep = options.FirstStep + first, ForgetsStates = true });
            return (run.Outputs, StateTensors<TState>.Flatten(run.Final));
        });
        return new(outputs, StateTensors<TState>.Rebuild(state, final), new ForgottenStates<TState>(time, BeyondBudget));
    }
}
