namespace Autograd.Scan;

/// <summary>A step, and the sequence that it is to run over.</summary>
/// <param name="Step">The step.</param>
/// <param name="History">What its runs have shown of it.</param>
/// <param name="X">Inputs, <c>[time, …]</c>.</param>
/// <param name="States">The states before the first step.</param>
/// <param name="Sequences">Other tensors given for each step, <c>[time, …]</c>.</param>
readonly record struct ScanRequest(StepFunction Step, StepHistory History, Tensor X, Tensor[] States, Tensor[] Sequences)
{
    /// <summary>What was asked for, if it can be.</summary>
    /// <exception cref="ShapeException">x has no axis of time, or another sequence not the same.</exception>
    public static ScanRequest Of(StepFunction step, StepHistory history, Tensor x, Tensor[] states, Tensor[] sequences)
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
        return new(step, history, Recorder.Actual(x), Array.ConvertAll(states, Recorder.Actual), sequences);
    }

    /// <summary>Shape and type of what is given at each step: the input, the states, the sequences.</summary>
    public static Tensor[] GivenAtOneStep(Tensor x, Tensor[] states, Tensor[] sequences)
    {
        return [AtOneStep(x), .. states, .. Array.ConvertAll(sequences, AtOneStep)];

        static Tensor AtOneStep(Tensor sequence) => new(sequence.ElementType, Shape.Create(sequence.Shape.Lengths[1..]), null);
    }

    /// <summary>Throws for what belongs to a tape that has ended, or to that of another thread: a trace sees shapes only.</summary>
    public void CheckOwners()
    {
        X.CheckOwner("Recurrent");
        foreach (var state in States) state.CheckOwner("Recurrent");
    }

    /// <summary>Why it runs operation by operation here, whatever its step does; null if it need not.</summary>
    public string? Obstacle(Tape? tape)
    {
        var (x, states) = (X, States);
        if (tape is { IsTrace: true } || x.IsSymbolic || Array.Exists(states, state => state.IsSymbolic)
            || Array.Exists(Sequences, sequence => sequence.IsSymbolic))
            return "it runs inside another step that is traced";
        if (tape is { Observer: { } observer }) return observer.Reason;
        if (tape is { SplitsSteps: true }) return "the tape keeps the uses of a parameter at different steps apart";
        if (Array.Exists(states, state => state.ElementType != x.ElementType)) return "the state has another element type than the input";
        return x.ElementCount == 0 || Array.Exists(states, state => state.ElementCount == 0) ? "there are no elements" : null;
    }

    /// <summary>What the step does.</summary>
    public StepTrace Trace()
    {
        var given = GivenAtOneStep(X, States, Sequences);
        return StepTrace.Of(Step, given, States.Length, History.Expected(given));
    }

    /// <summary>What it does at another call. What it computes outside of its program was recorded the first time.</summary>
    public StepTrace TraceAgain(Tape? tape)
    {
        using var pause = tape is null ? default : tape.Pause();
        return Trace();
    }

    /// <summary>Of which of the input, the states and the leaves gradients are needed.</summary>
    public bool[] Tracked(Tape? tape, Tensor[] leaves)
    {
        var tracked = new bool[1 + States.Length + leaves.Length];
        if (tape is not { IsRecording: true }) return tracked;
        tracked[0] = tape.NumberOf(X) >= 0;
        for (int i = 0; i < States.Length; i++) tracked[1 + i] = tape.NumberOf(States[i]) >= 0;
        for (int i = 0; i < leaves.Length; i++) tracked[1 + States.Length + i] = tape.NumberOf(leaves[i]) >= 0;
        return tracked;
    }

    /// <summary>The program of a trace run operation by operation: what a plan must equal.</summary>
    public Tensor[] RunStepByStep(StepTrace trace, ScanOptions options)
    {
        var (program, type) = (trace.Program!, X.ElementType);
        return UnrolledSteps.Run(
            (x, states, sequences) =>
            {
                int t = TimeStep.Current.Number;
                var values = program.Run(
                    [x, .. states, .. sequences, .. trace.StepData.Select(data => data.At(t, type)), .. trace.Leaves]);
                return (values[program.Output], Array.ConvertAll(program.Next, number => values[number]));
            },
            X, States, Sequences, options);
    }
}
