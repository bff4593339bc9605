namespace Autograd.Layers;

/// <summary>
/// Runs a cell with several inputs and outputs over sequences of the same structure, each tensor <c>[time, batch, …]</c>. It is a
/// <see cref="Recurrent{TState}"/> over the parts side by side, so it is compiled, and gradients flow to every part.
/// <code>var (outputs, final, states) = Recurrent.Over(cell).RunParts((x, mask, gap), lengths);</code>
/// </summary>
/// <typeparam name="TInput">The cell's input.</typeparam>
/// <typeparam name="TState">The cell's state.</typeparam>
/// <typeparam name="TOutput">The cell's output.</typeparam>
public sealed class Recurrent<TInput, TState, TOutput> : Recurrent<TState>
{
    readonly Cell<TInput, TState, TOutput> cell;

    /// <inheritdoc cref="Recurrent{TState}(Cell{TState}, InitialState)"/>
    public Recurrent(Cell<TInput, TState, TOutput> cell, InitialState initial = InitialState.FromCell)
        : base(cell, initial)
        => this.cell = cell;

    /// <summary>Runs over sequences from the initial state.</summary>
    /// <inheritdoc cref="Recurrent{TState}.Run(Tensor, ReadOnlySpan{int}, CancellationToken)"
    /// path="/*[not(self::param[@name='x'])]"/>
    /// <param name="x">Inputs, tensors <c>[time, batch, …]</c> of the shapes that the cell has declared.</param>
    /// <param name="lengths">Length of each sequence, from 1 to that of the time axis; all are full by default.</param>
    /// <param name="cancellation">Ends the run between steps, compiled between chunks of steps.</param>
    public Unrolled<TState, TOutput> RunParts(
        TInput x, ReadOnlySpan<int> lengths = default, CancellationToken cancellation = default) =>
        Parted(Run(cell.Columns(x), lengths, cancellation));

    /// <summary>Runs over sequences from a given state.</summary>
    /// <inheritdoc cref="Recurrent{TState}.Run(Tensor, TState, ReadOnlySpan{int}, int, CancellationToken)"
    /// path="/*[not(self::param[@name='x'])]"/>
    /// <param name="x">Inputs, tensors <c>[time, batch, …]</c> of the shapes that the cell has declared.</param>
    /// <param name="initial">The state before the first step; the first axis of each tensor is the batch.</param>
    /// <param name="lengths">Length of each sequence, from 1 to that of the time axis; all are full by default.</param>
    /// <param name="firstStep">Number of the first step, at least 0: in a later chunk, the number of steps before it.</param>
    /// <param name="cancellation">Ends the run between steps, compiled between chunks of steps.</param>
    public Unrolled<TState, TOutput> RunParts(
        TInput x, TState initial, ReadOnlySpan<int> lengths = default, int firstStep = 0, CancellationToken cancellation = default) =>
        Parted(Run(cell.Columns(x), initial, lengths, firstStep, cancellation));

    Unrolled<TState, TOutput> Parted(Unrolled<TState> run) => new(cell.FromColumns(run.Outputs), run.Final, run.States);
}
