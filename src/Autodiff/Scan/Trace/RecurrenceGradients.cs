namespace Autograd.Scan;

/// <summary>
/// The gradients of a recurrence as one entry of a function that is traced as a whole: (the recurrence's operands, cotangents of some of
/// its results) to the gradients of some operands.
/// </summary>
/// <param name="recurrence">The recurrence.</param>
/// <param name="wanted">Operands whose gradients these are.</param>
/// <param name="given">Results whose cotangents are operands.</param>
sealed class RecurrenceGradients(Recurrence recurrence, int[] wanted, int[] given) : RecordedOperation
{
    public override string Name => nameof(RecurrenceGradients);

    public override RecordedOperation? SweptOperation => recurrence;

    /// <summary>The operands whose gradients these are.</summary>
    public int[] Asked => wanted;

    /// <summary>Records the gradients in the trace at hand.</summary>
    public static Tensor[] Record(Recurrence recurrence, int[] wanted, Tensor[] operands, Tensor?[] cotangents)
    {
        int[] given = [.. Enumerable.Range(0, cotangents.Length).Where(i => cotangents[i] is not null)];
        var results = Array.ConvertAll(wanted, i => new Tensor(operands[i].ElementType, operands[i].Shape, null));
        var operation = new RecurrenceGradients(recurrence, wanted, given);
        Tape.Current!.Record(operation, [.. operands, .. given.Select(i => cotangents[i]!)], results);
        foreach (var result in results) result.Origin = operation;
        return results;
    }

    public override Tensor[] Run(Tensor[] operands) => Gradients(operands, recurrence.Run);

    public override Tensor?[] MapAll(MappedCall call)
    {
        int own = call.Operands.Length - given.Length;
        int[] asked = [.. wanted.Where((_, i) => call.Wanted[i])];
        var cotangents = new Tensor?[1 + 2 * recurrence.States];
        for (int i = 0; i < given.Length; i++)
        {
            var all = call.Spread(own + i);
            cotangents[given[i]] = recurrence.HasTime(given[i]) ? Functions.MoveAxis(all, 0, 1) : all;
        }
        var gradients = call.Kept?.GetValueOrDefault(recurrence) is KeptRun kept && asked.All(kept.Asked.Contains)
            ? kept.Sweep(asked, cotangents)
            : new RecurrenceRowGradients(recurrence, call.IsMapped[..own], call.Count).Of(call.Operands[..own], asked, cotangents);
        var found = new Queue<Tensor>(gradients);
        return Array.ConvertAll(call.Wanted, isAsked => isAsked ? found.Dequeue() : null);
    }

    // Step by step, and differentiated in its turn.
    public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into) =>
        into.Replay(StepByStep(call), cotangents);

    public override void Push(in Call call, ReadOnlySpan<Tensor?> tangents, TangentSink into) => into.Replay(StepByStep(call));

    Segment StepByStep(in Call call)
    {
        var operands = call.Operands.ToArray();
        return Tape.Current!.SegmentOf(() => Gradients(operands, recurrence.Unroll), isExact: false);
    }

    Tensor[] Gradients(Tensor[] operands, Func<Tensor[], Tensor[]> run)
    {
        int own = operands.Length - given.Length;
        return Problem.Of(Weighted, Array.ConvertAll(wanted, i => operands[i])).Solve(run => run.Gradients(run.IsNested)).Derivatives;

        Tensor Weighted(Tensor[] sources)
        {
            var all = operands[..own];
            for (int i = 0; i < wanted.Length; i++) all[wanted[i]] = sources[i];
            var results = run(all);
            var terms = given.Select((result, i) => Functions.Sum(results[result] * operands[own + i]));
            return terms.Aggregate((sum, term) => sum + term);
        }
    }
}
