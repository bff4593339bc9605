namespace Autograd.Layers;

/// <summary>
/// Any cell, given its state from several steps ago instead of the last one: (y_t, s_t) = cell(x_t, s_{t−lag}). Gradients cross the same
/// distance in time in 1/lag as many steps (the dilated recurrence of Chang et al. 2017, section 2). States before the first step are the
/// cell's initial state.
/// </summary>
/// <typeparam name="TState">The cell's state.</typeparam>
public sealed class DelayedState<TState> : CellWrapper<TState, LayerStates<TState>>
{
    readonly int lag;

    /// <summary>Wraps a cell.</summary>
    /// <param name="cell">The cell; its parameters become this module's.</param>
    /// <param name="lag">How many steps ago; at least 1, which gives the cell itself.</param>
    /// <exception cref="ArgumentOutOfRangeException">The lag is below 1.</exception>
    public DelayedState(Cell<TState> cell, int lag)
        : base(cell)
    {
        this.lag = Require.AtLeast(nameof(DelayedState<TState>), nameof(lag), lag, 1);
    }

    /// <inheritdoc/>
    public override LayerStates<TState> Initial(int batch, ElementType type) =>
        new(Enumerable.Range(0, lag).Select(_ => Cell.First(batch, type)));

    /// <summary>One step.</summary>
    /// <param name="x">Input, <c>[batch, inputs]</c>.</param>
    /// <param name="state">The last states, latest first.</param>
    public override (Tensor Output, LayerStates<TState> Next) Step(Tensor x, LayerStates<TState> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var (output, next) = Cell.Step(x, state[lag - 1]);
        return (output, Lags.Shift(state, next));
    }
}

/// <summary>Creates wrappers without naming the state's type.</summary>
public static class DelayedState
{
    /// <inheritdoc cref="DelayedState{TState}(Cell{TState}, int)"/>
    public static DelayedState<TState> Of<TState>(Cell<TState> cell, int lag) => new(cell, lag);
}
