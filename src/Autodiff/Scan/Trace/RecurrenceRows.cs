namespace Autograd.Scan;

/// <summary>
/// Runs a recurrence from its traced step, for many rows at once or, for the one that it was traced
/// for. The step for all rows is the step with a leading axis for them, and runs as a plan as any other does.
/// </summary>
/// <param name="recurrence">The recurrence.</param>
/// <param name="isMapped">Which of its operands are mapped.</param>
/// <param name="rows">Number of rows; null for the one.</param>
sealed class RecurrenceRows(Recurrence recurrence, bool[] isMapped, int? rows)
{
    readonly int count = rows ?? 1;

    bool AreMany => rows is not null;

    int FirstSequence => 1 + recurrence.States;

    int FirstLeaf => FirstSequence + recurrence.Sequences;

    bool IsState(int operand) => operand >= 1 && operand < FirstSequence;

    int FirstStep => recurrence.Options.FirstStep;

    /// <summary>
    /// A mapped call's operand as a run takes it: time before the rows, and a row for each of whatever a run has rows of.
    /// </summary>
    public Tensor Given(Tensor operand, int number)
    {
        if (number >= FirstLeaf) return operand;
        var all = isMapped[number] ? operand : Functions.BroadcastTo(operand, [count, .. operand.Shape.Lengths]);
        return IsState(number) ? all : Functions.MoveAxis(all, 0, 1);
    }

    /// <summary>The results, time before the rows.</summary>
    public Tensor[] Run(Tensor[] operands)
    {
        var sequences = Sequences(operands);
        return Run(Over(recurrence.Step, operands[FirstLeaf..], sequences.Length), operands[0], operands[1..FirstSequence], sequences);
    }

    /// <summary>Operation by operation.</summary>
    public Tensor[] Unroll(Tensor[] operands)
    {
        var sequences = Sequences(operands);
        return Unroll(Over(recurrence.Step, operands[FirstLeaf..], sequences.Length), operands[0], operands[1..FirstSequence], sequences);
    }

    /// <summary>Runs a step over sequences.</summary>
    public Tensor[] Run(StepFunction step, Tensor x, Tensor[] states, Tensor[] sequences)
    {
        var outcome = ScanCompiler.Run(step, StepHistory.OfPure(), x, states, sequences, recurrence.Options);
        return outcome.Reason is null ? [outcome.Outputs, .. outcome.Final, .. outcome.All] : Unroll(step, x, states, sequences);
    }

    /// <summary>Whatever is given for each step: the sequences, and data of the step, which are drawn for all of them.</summary>
    public Tensor[] Sequences(Tensor[] operands)
    {
        var step = recurrence.Step;
        int steps = operands[0].Shape[0];
        var drawn = step.StepData.Select((data, i) => Functions.Stack(
            [.. Enumerable.Range(FirstStep, steps).Select(t => ForEachRow(data.At(t, step.Values[step.Inputs + i].Type)))]));
        return [.. operands[FirstSequence..FirstLeaf], .. steps == 0 ? [] : drawn];
    }

    Tensor ForEachRow(Tensor data) => AreMany ? Functions.BroadcastTo(data, [count, .. data.Shape.Lengths]) : data;

    /// <summary>The step for all rows: whatever it is given at each step has a row for each.</summary>
    /// <param name="step">The step for one row, maybe with more leaves and results.</param>
    /// <param name="leaves">Its leaves.</param>
    /// <param name="given">Number of tensors that are given for each step.</param>
    /// <param name="moreMapped">Which of those leaves are mapped that it has more.</param>
    public StepFunction Over(TracedFunction step, Tensor[] leaves, int given, params bool[] moreMapped)
    {
        bool[] flags = [.. Enumerable.Repeat(AreMany, FirstSequence + given), .. isMapped[FirstLeaf..], .. moreMapped];
        return (x, states, sequences) =>
        {
            Tensor[] values = [x, .. states, .. sequences, .. leaves];
            var results = AreMany ? MappedProgram.RunSpread(step, values, flags, count)
                : MappedProgram.Run(step, values, flags, count).Results;
            return (results[0], results[1..]);
        };
    }

    Tensor[] Unroll(StepFunction step, Tensor x, Tensor[] states, Tensor[] sequences) =>
        UnrolledSteps.Run(step, x, states, sequences, recurrence.Options);
}
