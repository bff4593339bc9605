namespace Autograd.Scan;

/// <summary>
/// A value of a derivative that is computed from leaves alone: once for each run instead of at each step, so that it is one more leaf,
/// behind those of the program. What the step itself computes from leaves alone is outside of the program already.
/// </summary>
/// <param name="Value">The leaf that it is.</param>
/// <param name="Operation">What computes it.</param>
/// <param name="Operands">Leaves before it, and constants.</param>
sealed record LoopInvariant(StepValue Value, Operation Operation, StepValue[] Operands);

/// <summary>
/// A step and its derivative as one graph: the program is run with tensors that have no data, and the tape is swept backward over it with
/// cotangents that have none either. Rules are operations, so what the sweep records is the program of the backward step.
/// </summary>
sealed class StepGraph
{
    public required StepProgram Program { get; init; }

    /// <summary>All values, operands before what uses them.</summary>
    public required StepValue[] Values { get; init; }

    /// <summary>What is computed once for each run, operands before what uses them.</summary>
    public required LoopInvariant[] Invariants { get; init; }

    public required StepValue Output { get; init; }

    public required StepValue[] Next { get; init; }

    /// <summary>Gradient of the input; null where it is 0 or was not asked for.</summary>
    public StepValue? InputGradient { get; init; }

    public StepValue?[] StateGradients { get; init; } = [];

    /// <summary>What each step adds to the gradients of the leaves.</summary>
    public StepValue?[] LeafGradients { get; init; } = [];

    /// <summary>Everything that is asked of the graph.</summary>
    public IEnumerable<StepValue> Results =>
        Next.Append(Output).Concat(Gradients);

    /// <summary>The gradients that are asked for.</summary>
    public IEnumerable<StepValue> Gradients => StateGradients.Append(InputGradient).Concat(LeafGradients).OfType<StepValue>();

    /// <summary>How often each value is used, by number: by other values, and as a result.</summary>
    public int[] Uses()
    {
        var uses = new int[Values.Length];
        foreach (var value in Values)
            foreach (var operand in value.Operands) uses[operand.Number]++;
        foreach (var result in Results) uses[result.Number]++;
        return uses;
    }

    /// <summary>The forward step alone.</summary>
    public static StepGraph Forward(StepProgram program)
    {
        using var tape = Tape.BeginIsolated();
        return new StepGraphBuilder(tape, program).Build(null);
    }

    /// <summary>The forward and the backward step.</summary>
    /// <param name="program">The forward step.</param>
    /// <param name="inputGradient">Whether the gradient of the input is needed.</param>
    /// <param name="leafGradients">Which leaves' gradients are needed.</param>
    public static StepGraph WithGradients(StepProgram program, bool inputGradient, bool[] leafGradients)
    {
        using var tape = Tape.BeginIsolated();
        return new StepGraphBuilder(tape, program).Build((inputGradient, leafGradients));
    }
}
