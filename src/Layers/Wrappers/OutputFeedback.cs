namespace Autograd.Layers;

/// <summary>
/// Feeds a cell's own past outputs back to it: the cell reads [x_t, y_{t−l₁}, y_{t−l₂}, …] for given lags, in addition to its own state. It
/// works with any cell: with a simple cell and lags 1, 2, it is the second-order recurrence h_t = f(x_t, h_{t−1}, h_{t−2}); around a stack
/// it is a connection from the top layer back to the lowest. Outputs before the first step are 0. A lag beyond the end of a sequence sees
/// only those.
/// </summary>
/// <typeparam name="TState">The cell's state.</typeparam>
public sealed class OutputFeedback<TState> : CellWrapper<TState, (TState Inner, LayerStates<Tensor> Past)>
{
    readonly int outputs;
    readonly int[] lags;

    /// <summary>Wraps a cell.</summary>
    /// <param name="cell">The cell; it has as many inputs as x has numbers, and <paramref name="outputs"/> more for each lag.</param>
    /// <param name="outputs">Number of the cell's outputs, at least 1.</param>
    /// <param name="lags">
    /// Which past outputs are fed back, in this order, each at least 1 and different; only the latest one by default.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A lag or the number of outputs is below 1.</exception>
    /// <exception cref="ArgumentException">A lag is given twice.</exception>
    public OutputFeedback(Cell<TState> cell, int outputs, params int[] lags)
        : base(cell)
    {
        this.outputs = Require.AtLeast(nameof(OutputFeedback<TState>), nameof(outputs), outputs, 1);
        this.lags = lags is [] ? [1] : Lags.Check(nameof(OutputFeedback<TState>), lags, least: 1);
    }

    /// <inheritdoc/>
    public override (TState Inner, LayerStates<Tensor> Past) Initial(int batch, ElementType type) =>
        (Cell.First(batch, type), Lags.Zeros(lags.Max(), batch, outputs, type));

    /// <summary>One step.</summary>
    /// <param name="x">Input, <c>[batch, inputs]</c>.</param>
    /// <param name="state">The cell's state, and its last outputs, latest first.</param>
    /// <exception cref="ShapeException">The cell's output is not <c>[batch, outputs]</c>.</exception>
    public override (Tensor Output, (TState Inner, LayerStates<Tensor> Past) Next) Step(
        Tensor x, (TState Inner, LayerStates<Tensor> Past) state)
    {
        var (inner, past) = state;
        var (y, next) = Cell.Step(Functions.Concatenate(-1, [x, .. lags.Select(lag => past[lag - 1])]), inner);
        if (y.Shape != past[0].Shape)
            throw new ShapeException(
                $"OutputFeedback: the cell's output is {y.Shape}; what is fed back is {past[0].Shape}, and must be the same.");
        return (y, (next, Lags.Shift(past, y)));
    }
}

/// <summary>Makes wrappers without naming the state's type.</summary>
public static class OutputFeedback
{
    /// <inheritdoc cref="OutputFeedback{TState}(Cell{TState}, int, int[])"/>
    public static OutputFeedback<TState> Around<TState>(Cell<TState> cell, int outputs, params int[] lags) => new(cell, outputs, lags);
}
