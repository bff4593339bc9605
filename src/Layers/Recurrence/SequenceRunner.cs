namespace Autograd.Layers;

/// <summary>Runs a cell over sequences, compiled or operation by operation.</summary>
internal sealed class SequenceRunner<TState>(Cell<TState> cell)
{
    readonly StepHistory history = new();

    public Execution Execution { get; set; }

    public ExecutionPath LastPath { get; private set; }

    public int Threads { get; set; } = 1;

    public long? MemoryBudget { get; set; }

    public Unrolled<TState> Run(Tensor x, TState state, ReadOnlySpan<int> lengths)
    {
        CheckBatch(state, x.Shape);
        var masks = Lengths.Masks(x, lengths);
        x = masks.Clean(x);
        int segment = SegmentSteps(x, state, masks);
        return segment < x.Shape[0] ? RunInSegments(x, state, masks, segment) : Run(x, state, masks, 0);
    }

    public string Explain(Tensor x, TState state, ReadOnlySpan<int> lengths)
    {
        var masks = Lengths.Masks(x, lengths);
        using var tape = Tape.Current is null ? new Tape() : null;
        return Scan.Explain(cell.GetType().Name, StepOver(state), history, x, StateTensors<TState>.Flatten(state), masks.Sequences());
    }

    Unrolled<TState> Run(Tensor x, TState state, LengthMasks masks, int firstStep)
    {
        string? reason = "the layer's Execution is Eager";
        if (Checkpoint.AsAtFirst(this, Execution) == Execution.Compiled)
        {
            var outcome = Scan.Run(StepOver(state), history, x, StateTensors<TState>.Flatten(state), masks.Sequences(), Threads, firstStep);
            reason = outcome.Reason;
            if (reason is null)
            {
                LastPath = new(Execution.Compiled, null);
                return new(outcome.Outputs, StateTensors<TState>.Rebuild(state, outcome.Final), new StateSequence<TState>(state, outcome.All.ToArray()));
            }
        }
        LastPath = new(Execution.Eager, reason);
        return Unroll(x, state, masks, firstStep);
    }

    /// <summary>Operation by operation.</summary>
    Unrolled<TState> Unroll(Tensor x, TState state, LengthMasks masks, int firstStep)
    {
        var inputs = Functions.Unstack(x);
        var outputs = new Tensor[inputs.Length];
        var states = new TState[inputs.Length];
        for (int t = 0; t < inputs.Length; t++)
        {
            using var step = TimeStep.Begin(firstStep + t);
            var (output, next) = cell.Step(inputs[t], state);
            CheckState(state, next);
            outputs[t] = masks.OutputAt(t, output);
            states[t] = state = masks.StateAt(t, next, state);
        }
        return new(Functions.Stack(outputs), state, states);
    }

    // The cell's step over flat tensors, with what lies beyond a sequence's length masked.
    StepFunction StepOver(TState template) => (x, tensors, sequences) =>
    {
        var state = StateTensors<TState>.Rebuild(template, tensors);
        var (output, next) = cell.Step(x, state);
        CheckState(state, next);
        if (sequences.Length == 0) return (output, StateTensors<TState>.Flatten(next));
        var mask = sequences[0];
        var masked = StateTensors<TState>.Map(next, state, (after, before) => Functions.Where(LengthMasks.ForRank(mask, after.Rank), after, before));
        return (Functions.Where(LengthMasks.ForRank(mask, output.Rank), output, Tensor.Scalar(0, x.ElementType)), StateTensors<TState>.Flatten(masked));
    };

    // The most steps in a segment that fit the budget: its own memory and the states between segments. At the least where the two balance.
    int SegmentSteps(Tensor x, TState state, LengthMasks masks)
    {
        int time = x.Shape[0];
        if (MemoryBudget is not { } budget || x.IsSymbolic || Tape.Current is not { IsRecording: true, IsTrace: false }) return time;
        var tensors = StateTensors<TState>.Flatten(state);
        var (plan, _) = Scan.Plan(StepOver(state), history, x, tensors, masks.Sequences());
        long between = tensors.Sum(tensor => (long)tensor.ElementCount * tensor.ElementType.ByteSize());
        // Operation by operation about a dozen tensors of the state's size are kept for each step.
        long each = plan?.KeptBytesPerStep ?? 12 * between;
        int least = (int)Math.Clamp(Math.Sqrt((double)time * between / Math.Max(each, 1)), 1, time);
        for (int segments = 1; segments < time; segments++)
        {
            int steps = (time - 1) / segments + 1;
            if (steps <= least) break;
            if (steps * each + segments * between <= budget) return steps;
        }
        return least;
    }

    Unrolled<TState> RunInSegments(Tensor x, TState state, LengthMasks masks, int segment)
    {
        int time = x.Shape[0];
        var (outputs, final) = Checkpoint.Sequence(time, segment, StateTensors<TState>.Flatten(state), (first, count, before) =>
        {
            var run = Run(Functions.Slice(x, 0, first, count), StateTensors<TState>.Rebuild(state, before), masks.From(first, count), first);
            return (run.Outputs, StateTensors<TState>.Flatten(run.Final));
        });
        return new(outputs, StateTensors<TState>.Rebuild(state, final), new ForgottenStates<TState>(time));
    }

    // Otherwise a state of another batch could be broadcast against the input without an error.
    static void CheckBatch(TState state, Shape x)
    {
        var tensors = StateTensors<TState>.Flatten(state);
        for (int i = 0; i < tensors.Length; i++)
            if (tensors[i].Rank == 0 || tensors[i].Shape[0] != x[1])
                throw new ShapeException($"Recurrent: tensor {i} of the initial state is {tensors[i].Shape}; its first axis must be the batch, {x[1]} in x {x}.");
    }

    void CheckState(TState before, TState after)
    {
        int different = StateTensors<TState>.FirstDifference(before, after, out var from, out var to);
        if (different >= 0)
            throw new ShapeException(
                $"{cell.GetType().Name}.Step: tensor {different} of the state is {from?.ToString() ?? "missing"} before the step and {to?.ToString() ?? "missing"} after it.");
    }
}
