namespace Autograd.Scan;

/// <summary>
/// A recurrence as one entry of a function that is traced as a whole: (x, states, sequences, leaves of the step) to (outputs, final states,
/// states after every step). It is read, or run again for one row or many. A sweep adds its gradients as an entry as well
/// (<see cref="RecurrenceGradients"/>); forward mode records its steps one by one.
/// </summary>
/// <param name="step">The step: x, states and sequences at one step to the output and the next states.</param>
/// <param name="states">Number of state tensors.</param>
/// <param name="sequences">Number of other tensors that are given for each step.</param>
/// <param name="options">How it runs.</param>
sealed class Recurrence(TracedFunction step, int states, int sequences, ScanOptions options) : RecordedOperation
{
    public override string Name => nameof(Recurrence);

    public TracedFunction Step => step;

    public int States => states;

    public int Sequences => sequences;

    public ScanOptions Options => options;

    /// <summary>Traces the step once for all of its steps, and records the recurrence.</summary>
    public static ScanOutcome Record(Tape tape, StepFunction step, Tensor x, Tensor[] states, Tensor[] sequences, ScanOptions options)
    {
        var traced = TracedFunction.Of(
            ScanRequest.GivenAtOneStep(x, states, sequences),
            symbols =>
            {
                var (output, next) = step(symbols[0], symbols[1..(1 + states.Length)], symbols[(1 + states.Length)..]);
                return [output, .. next];
            },
            isStep: true);
        var values = Array.ConvertAll(traced.Results, number => traced.Values[number]);
        int time = x.Shape[0];
        var all = Array.ConvertAll(values, value => new Tensor(value.Type, Shape.Create([time, .. value.Shape.Lengths]), null));
        var final = Array.ConvertAll(values[1..], value => new Tensor(value.Type, value.Shape, null));
        Tensor[] results = [all[0], .. final, .. all[1..]];
        tape.Record(new Recurrence(traced, states.Length, sequences.Length, options), [x, .. states, .. sequences, .. traced.Leaves],
            results);
        return new ScanOutcome(results, states.Length, null);
    }

    public override Tensor[] Run(Tensor[] operands) => new RecurrenceRows(this, new bool[operands.Length], null).Run(operands);

    public override Tensor?[] MapAll(MappedCall call)
    {
        var results = call.Sweep is RecurrenceGradients sweep ? RunKept(call, sweep) : RunAll(call);
        return [.. results.Select((result, i) => !call.Wanted[i] ? null : HasTime(i) ? Functions.MoveAxis(result, 1, 0) : result)];
    }

    Tensor[] RunAll(MappedCall call)
    {
        var rows = new RecurrenceRows(this, call.IsMapped, call.Count);
        return rows.Run([.. call.Operands.Select((operand, i) => rows.Given(operand, i))]);
    }

    Tensor[] RunKept(MappedCall call, RecurrenceGradients sweep)
    {
        var run = new RecurrenceRowGradients(this, call.IsMapped, call.Count).Keep(Tape.Current!, call.Operands, sweep.Asked);
        call.Kept!.Add(this, run);
        return run.Results;
    }

    /// <summary>Operation by operation.</summary>
    public Tensor[] Unroll(Tensor[] operands) => new RecurrenceRows(this, new bool[operands.Length], null).Unroll(operands);

    /// <summary>Whether a result has a leading axis of time.</summary>
    public bool HasTime(int result) => result == 0 || result > states;

    public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into)
    {
        var wanted = new List<int>();
        for (int i = 0; i < call.Operands.Length; i++)
            // Sequences are constants to every derivative.
            if (into.Wants(i) && !IsSequence(i))
                wanted.Add(i);
        if (wanted.Count == 0) return;
        var gradients = RecurrenceGradients.Record(this, [.. wanted], call.Operands.ToArray(), cotangents.ToArray());
        for (int i = 0; i < gradients.Length; i++) into.Add(wanted[i], gradients[i]);
    }

    public override void Push(in Call call, ReadOnlySpan<Tensor?> tangents, TangentSink into)
    {
        var operands = call.Operands.ToArray();
        into.Replay(Tape.Current!.SegmentOf(() => Unroll(operands), isExact: false));
    }

    bool IsSequence(int operand) => operand > states && operand <= states + sequences;
}
