using System.Globalization;

namespace Autograd.Layers;

/// <summary>Runs any cell over sequences <c>[time, batch, inputs]</c>.</summary>
/// <typeparam name="TState">The cell's state.</typeparam>
public class Recurrent<TState> : Module, ISequenceLayer
{
    readonly Cell<TState> cell;
    readonly Parameter[] learned = [];
    readonly SequenceRunner<TState> runner;
    ProbeRunner<TState>? probing;

    /// <summary>Creates the driver of a cell.</summary>
    /// <param name="cell">The cell; its parameters become this module's.</param>
    /// <param name="initial">Where the first state comes from when none is given.</param>
    public Recurrent(Cell<TState> cell, InitialState initial = InitialState.FromCell)
    {
        this.cell = Part(cell, "cell");
        runner = new SequenceRunner<TState>(cell);
        if (Require.Defined(nameof(Recurrent), nameof(initial), initial) == InitialState.FromCell) return;
        learned = [.. StateTensors<TState>.Flatten(cell.Initial(1, ElementType.Float32)).Select(Learned)];
        cell.LearnFirst(learned);
    }

    /// <summary>The cell.</summary>
    public Cell<TState> Cell => cell;

    /// <summary>How the cell is run; compiled by default.</summary>
    public Execution Execution
    {
        get => runner.Execution;
        set => runner.Execution = value;
    }

    /// <summary>
    /// How the last run was executed, and why; eager permanently once the cell's step was found to behave differently from call to call.
    /// </summary>
    public ExecutionPath LastPath => runner.LastPath;

    /// <summary>
    /// The number of threads that a compiled run may use; 0, the default, for as many as pay off: one for short runs, and one when all
    /// processors are busy, as inside a parallel loop. They share the batch, and what is computed for several steps at once; the results do
    /// not depend on their number.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int Threads
    {
        get => runner.Threads;
        set => runner.Threads = Require.AtLeast(nameof(Recurrent), nameof(Threads), value, 0);
    }

    /// <summary>
    /// The number of bytes that a recorded run may keep for its backward pass; no limit by default. A sequence that needs more runs in
    /// segments, which the backward pass runs again (<see cref="Checkpoint"/>). The longest segments that fit the budget are used or, if
    /// none fit, those that need the least memory, which grows as √time. <see cref="Unrolled{TState}.States"/> are then not available, and
    /// gradients agree with those of a run without segments up to rounding.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public long? MemoryBudget
    {
        get => runner.MemoryBudget;
        set => runner.MemoryBudget = value is null or >= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Recurrent: MemoryBudget must be at least 1 byte.");
    }

    /// <summary>
    /// Whether runs keep the states after all steps, for <see cref="Unrolled{TState}.States"/>; true by default. A run for the outputs and
    /// the final state is faster without them, and without a tape takes less memory. <see cref="Forward"/> never keeps them.
    /// </summary>
    public bool KeepsStates
    {
        get => runner.KeepsStates;
        set => runner.KeepsStates = value;
    }

    /// <summary>
    /// The plan for such inputs in readable form, the forward and the backward step after planning; or the reason why there is none.
    /// </summary>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>; their values do not matter.</param>
    /// <param name="lengths">Lengths of the sequences.</param>
    public string Explain(Tensor x, ReadOnlySpan<int> lengths = default)
    {
        var shape = Lengths.CheckSequences(nameof(Recurrent<TState>), x, lengths);
        return runner.Explain(x, First(shape[1], Tape.Actual(x).ElementType), lengths);
    }

    /// <summary>The outputs of all steps, <c>[time, batch, outputs]</c>; see
    /// <see cref="Run(Tensor, ReadOnlySpan{int}, CancellationToken)"/>.</summary>
    public Tensor Forward(Tensor x, ReadOnlySpan<int> lengths = default)
    {
        var shape = Lengths.CheckSequences(nameof(Recurrent<TState>), x, lengths);
        return runner.Forward(x, First(shape[1], Tape.Actual(x).ElementType), lengths);
    }

    /// <summary>Runs over sequences from the initial state.</summary>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
    /// <param name="lengths"> The length of each sequence, in any order, from 1 to the length of the time axis; none means that all are
    /// full. Beyond its length, a sequence keeps its state and its outputs are 0; nothing depends on what the padding holds, nor on the
    /// order of the batch.
    /// </param>
    /// <param name="cancellation"> Stops the run between steps or, if it is compiled, between chunks of steps; also stops segments while
    /// the backward pass runs them again.
    /// </param>
    /// <exception cref="OperationCanceledException"> The run was cancelled. Nothing usable was recorded; end the tape's scope.
    /// </exception>
    /// <exception cref="ShapeException">The rank is below 3, the sequence is empty, or a length or the initial state does not
    /// fit.</exception>
    public Unrolled<TState> Run(Tensor x, ReadOnlySpan<int> lengths = default, CancellationToken cancellation = default)
    {
        var shape = Lengths.CheckSequences(nameof(Recurrent<TState>), x, lengths);
        return runner.Run(x, First(shape[1], Tape.Actual(x).ElementType), lengths, cancellation: cancellation);
    }

    /// <summary>Runs over sequences from a given state: the final state of the previous chunk, an encoder's summary.</summary>
    /// <inheritdoc cref="Run(Tensor, ReadOnlySpan{int}, CancellationToken)"/>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
    /// <param name="lengths">Length of each sequence, from 1 to that of the time axis; all are full by default.</param>
    /// <param name="cancellation">Ends the run between steps, compiled between chunks of steps.</param>
    /// <param name="initial">The state before the first step; the first axis of each tensor is the batch.</param>
    /// <param name="firstStep"> Number of the first step, at least 0: in a later chunk, the number of steps before it, so that random masks
    /// of steps are not repeated.
    /// </param>
    public Unrolled<TState> Run(
        Tensor x, TState initial, ReadOnlySpan<int> lengths = default, int firstStep = 0, CancellationToken cancellation = default)
    {
        Lengths.CheckSequences(nameof(Recurrent<TState>), x, lengths);
        Require.AtLeast(nameof(Recurrent<TState>), nameof(firstStep), firstStep, 0);
        return runner.Run(x, initial, lengths, firstStep, cancellation);
    }

    /// <summary>
    /// Runs over sequences, and returns values that the step names with <see cref="Cell{TState}.Probe"/>: gates, candidates, attention
    /// weights.
    /// <code>var i = layer.Probe(x, ["i"])["i"];          // [time, batch, units]</code>
    /// </summary>
    /// <remarks>
    /// The run gives the same results as without probes, up to rounding, and is compiled wherever it is without them. It runs one
    /// additional step, to find out which values there are, and ignores <see cref="MemoryBudget"/>.
    /// </remarks>
    /// <inheritdoc cref="Run(Tensor, ReadOnlySpan{int}, CancellationToken)"/>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
    /// <param name="lengths">Length of each sequence, from 1 to that of the time axis; all are full by default.</param>
    /// <param name="cancellation">Ends the run between steps, compiled between chunks of steps.</param>
    /// <param name="names">The names; a value of a part has the path of the part before its name, such as <c>layer0.i</c>.</param>
    /// <exception cref="ArgumentException">The step names no such value; the message lists those it names.</exception>
    public ProbedRun<TState> Probe(
        Tensor x, IReadOnlyList<string> names, ReadOnlySpan<int> lengths = default, CancellationToken cancellation = default)
    {
        var shape = Lengths.CheckSequences($"{nameof(Recurrent)}.{nameof(Probe)}", x, lengths);
        return Probe(x, names, First(shape[1], Tape.Actual(x).ElementType), lengths, cancellation: cancellation);
    }

    /// <summary>
    /// Runs over sequences from a given state, and returns values that the step names with <see cref="Cell{TState}.Probe"/>.
    /// </summary>
    /// <inheritdoc cref="Probe(Tensor, IReadOnlyList{string}, ReadOnlySpan{int}, CancellationToken)"/>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
    /// <param name="names">The names; a value of a part has the path of the part before its name, such as <c>layer0.i</c>.</param>
    /// <param name="lengths">Length of each sequence, from 1 to that of the time axis; all are full by default.</param>
    /// <param name="cancellation">Ends the run between steps, compiled between chunks of steps.</param>
    /// <param name="initial">The state before the first step; the first axis of each tensor is the batch.</param>
    /// <param name="firstStep">Number of the first step, at least 0.</param>
    public ProbedRun<TState> Probe(
        Tensor x, IReadOnlyList<string> names, TState initial, ReadOnlySpan<int> lengths = default, int firstStep = 0,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        Lengths.CheckSequences($"{nameof(Recurrent)}.{nameof(Probe)}", x, lengths);
        Require.AtLeast(nameof(Recurrent), nameof(firstStep), firstStep, 0);
        if (probing is null || !probing.Names.SequenceEqual(names)) probing = new(cell, names);
        return probing.Run(runner, x, initial, lengths, firstStep, cancellation);
    }

    /// <summary>The state that sequences begin with when none is given: the learned one, or the cell's own.</summary>
    /// <param name="batch">Number of sequences.</param>
    /// <param name="type">Element type, that of the input.</param>
    public TState Initial(int batch, ElementType type) => First(batch, type);

    TState First(int batch, ElementType type) => cell.FirstOf(learned, batch, type);

    Parameter Learned(Tensor zero, int index)
    {
        Parameter(out var parameter, zero, "initial" + index.ToString(CultureInfo.InvariantCulture));
        return parameter;
    }
}

/// <summary>Creates drivers without naming the state's type: <c>Recurrent.Over(new LstmCell(65, 128, key))</c>.</summary>
public static class Recurrent
{
    /// <inheritdoc cref="Recurrent{TState}(Cell{TState}, InitialState)"/>
    public static Recurrent<TState> Over<TState>(Cell<TState> cell, InitialState initial = InitialState.FromCell) => new(cell, initial);

    /// <inheritdoc cref="Recurrent{TInput, TState, TOutput}(Cell{TInput, TState, TOutput}, InitialState)"/>
    public static Recurrent<TInput, TState, TOutput> Over<TInput, TState, TOutput>(
        Cell<TInput, TState, TOutput> cell, InitialState initial = InitialState.FromCell) =>
        new(cell, initial);
}
