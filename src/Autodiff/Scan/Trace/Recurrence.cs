namespace Autograd.Scan;

/// <summary>
/// A recurrence as one entry of a function that is traced as a whole: (x, states, sequences, leaves of the step) to (outputs, final states,
/// states after every step). It is read, not differentiated.
/// </summary>
/// <param name="step">The step: x, states and sequences at one step to the output and the next states.</param>
/// <param name="states">Number of state tensors.</param>
/// <param name="sequences">Number of other tensors that are given for each step.</param>
/// <param name="firstStep">Number of the first step.</param>
internal sealed class Recurrence(TracedFunction step, int states, int sequences, int firstStep) : RecordedOperation
{
    public override string Name => nameof(Recurrence);

    public TracedFunction Step => step;

    public int States => states;

    public int Sequences => sequences;

    public int FirstStep => firstStep;

    /// <summary>Traces the step once for all of its steps, and records the recurrence.</summary>
    public static ScanOutcome Record(Tape tape, StepFunction step, Tensor x, Tensor[] states, Tensor[] sequences, int firstStep)
    {
        Tensor[] given = [ScanCompiler.AtOneStep(x), .. states, .. Array.ConvertAll(sequences, ScanCompiler.AtOneStep)];
        var traced = TracedFunction.Of(
            given,
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
        tape.Record(new Recurrence(traced, states.Length, sequences.Length, firstStep), [x, .. states, .. sequences, .. traced.Leaves],
            results);
        return new ScanOutcome(results, states.Length, null);
    }

    public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into) =>
        throw new MissingRuleException(Name, 0, "vjp");

    public override void Push(in Call call, ReadOnlySpan<Tensor?> tangents, TangentSink into) =>
        throw new MissingRuleException(Name, 0, "jvp");
}
