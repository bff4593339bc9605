namespace Autograd.Layers;

/// <content>Sequences that have ended leave the batch, so that their padding costs nothing.</content>
sealed partial class SequenceRunner<TState>
{
    // Only a plan knows that the rows of a batch are independent; operation by operation, they are masked.
    LengthSchedule? Schedule(Tensor x, TState state, LengthMasks masks)
    {
        if (masks.AreNone || Checkpoint.AsAtFirst(this, Execution) == Execution.Eager) return null;
        var cost = ScanCompiler.CostOfRows(StepOver(state), history, x, StateTensors<TState>.Flatten(state));
        return cost is { } known ? LengthSchedule.Of(masks.All, x.Shape[0], known) : null;
    }

    Unrolled<TState> RunInParts(Tensor x, TState state, LengthSchedule schedule, ScanOptions options)
    {
        var type = Tape.Actual(x).ElementType;
        var packed = schedule.Pack(x);
        var running = StateTensors<TState>.Map(state, tensor => Functions.GatherRows(tensor, schedule.Order));
        var parts = new List<StatePart<TState>>();
        var outputs = new List<Tensor>();
        int begun = 0;
        foreach (var part in schedule.Parts)
        {
            var masks = new LengthMasks(schedule.LengthsIn(part), part.Steps, type);
            var ended = Rows(running, part.Rows..);
            var inputs =
                Functions.Reshape(packed[begun..(begun += part.Steps * part.Rows)], [part.Steps, part.Rows, .. x.Shape.Lengths[2..]]);
            var run = RunTogether(
                masks.Clean(inputs), Rows(running, ..part.Rows), masks, options with { FirstStep = options.FirstStep + part.First });
            outputs.Add(run.Outputs);
            parts.Add(new(part, run, ended));
            running = run.Final;
        }
        var states = new StatesInParts<TState>(x.Shape[0], schedule, parts);
        var none = Tensor.Zeros([1, .. outputs[0].Shape.Lengths[2..]], type);
        return new(schedule.Unpack(outputs, x.Shape[0], none), states.Final, states);
    }

    static TState Rows(TState state, Range rows) => StateTensors<TState>.Map(state, tensor => tensor[rows]);
}
