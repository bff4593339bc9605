namespace Autograd.Layers;

/// <summary>Runs a <see cref="NarxCell"/> over sequences, with the feedback chosen for each run.</summary>
public sealed class Narx : Module
{
    readonly Dictionary<NarxFeedback, Recurrent<NarxState>> runs = [];

    /// <summary>Creates the driver of a cell.</summary>
    /// <param name="cell">The cell; its parameters become this module's.</param>
    public Narx(NarxCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        foreach (var feedback in Enum.GetValues<NarxFeedback>()) runs[feedback] = new Recurrent<NarxState>(cell.With(feedback));
        Cell = Part(cell, "cell");
    }

    /// <summary>The cell.</summary>
    public NarxCell Cell { get; }

    /// <summary>Runs freely: the network's own outputs are fed back.</summary>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
    /// <param name="initial">What the delay lines hold at the start, such as the final state of a run with the truth; zeros if none is
    /// given.</param>
    /// <param name="lengths">As for <see cref="Recurrent{TState}.Run(Tensor, ReadOnlySpan{int}, CancellationToken)"/>.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <exception cref="ShapeException">Shapes do not fit, or a delay is not below the number of steps where no state is given.</exception>
    public Unrolled<NarxState> Run(
        Tensor x, NarxState? initial = null, ReadOnlySpan<int> lengths = default, CancellationToken cancellation = default) =>
        Run(NarxFeedback.Predicted, x, initial, lengths, cancellation);

    /// <summary>Runs with known true outputs, which are fed back, or used to compute the errors that are.</summary>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
    /// <param name="targets">True outputs, <c>[time, batch, outputs]</c>. The output of a step depends only on those of earlier
    /// steps.</param>
    /// <param name="feedback">What is fed back. With <see cref="NarxFeedback.Predicted"/> the targets are not used.</param>
    /// <param name="initial">What the delay lines hold at the start; zeros if none is given.</param>
    /// <param name="lengths">As for <see cref="Recurrent{TState}.Run(Tensor, ReadOnlySpan{int}, CancellationToken)"/>.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <exception cref="ShapeException">Shapes do not fit, or a delay is not below the number of steps where no state is given.</exception>
    public Unrolled<NarxState> Run(
        Tensor x, Tensor targets, NarxFeedback feedback = NarxFeedback.True, NarxState? initial = null, ReadOnlySpan<int> lengths = default,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(targets);
        var inputs = feedback == NarxFeedback.Predicted ? x : Functions.Concatenate(-1, x, targets);
        return Run(feedback, inputs, initial, lengths, cancellation);
    }

    Unrolled<NarxState> Run(NarxFeedback feedback, Tensor x, NarxState? initial, ReadOnlySpan<int> lengths, CancellationToken cancellation)
    {
        Lengths.CheckSequences(nameof(Narx), x, lengths);
        if (initial is { } state) return runs[feedback].Run(x, state, lengths, cancellation: cancellation);
        Lags.CheckWithin(nameof(Narx), Cell.LongestDelay, x);
        return runs[feedback].Run(x, lengths, cancellation);
    }
}
