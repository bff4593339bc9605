using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// Any cell with a limit on the gradient inside the recurrence: what flows back into the previous state is limited at every step, so that
/// it cannot explode over time, however long the sequence (Graves 2013, section 2.1). Values and forward mode are those of the cell.
/// </summary>
/// <typeparam name="TState">The cell's state.</typeparam>
public sealed class GradientLimitedCell<TState> : CellWrapper<TState>
{
    readonly Func<Tensor, Tensor> limit;

    /// <summary>Wraps a cell.</summary>
    /// <param name="cell">The cell; its parameters become this one's.</param>
    /// <param name="limit">Maps the gradient of a tensor of the state, <c>[batch, …]</c>, to the one to be propagated.</param>
    public GradientLimitedCell(Cell<TState> cell, Func<Tensor, Tensor> limit)
        : base(cell)
    {
        ArgumentNullException.ThrowIfNull(limit);
        this.limit = limit;
    }

    /// <inheritdoc/>
    public override (Tensor Output, TState Next) Step(Tensor x, TState state) =>
        Cell.Step(x, State.Map(state, tensor => WithGradient(tensor, limit)));
}

/// <summary>Creates cells with a limit on the gradient inside the recurrence.</summary>
public static class GradientLimitedCell
{
    /// <summary>Every element of the state's gradient is limited to ±<paramref name="maximum"/> at every step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is not positive and finite.</exception>
    public static GradientLimitedCell<TState> ByValue<TState>(Cell<TState> cell, double maximum)
    {
        Require.Positive(nameof(GradientLimitedCell), nameof(maximum), maximum);
        return new GradientLimitedCell<TState>(cell, gradient => Clamp(gradient, -maximum, maximum));
    }

    /// <summary>
    /// The gradient of each tensor of the state is scaled down to a norm of at most <paramref name="maximum"/>, separately for each
    /// sequence, at every step.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is not positive and finite.</exception>
    public static GradientLimitedCell<TState> ByNorm<TState>(Cell<TState> cell, double maximum)
    {
        Require.Positive(nameof(GradientLimitedCell), nameof(maximum), maximum);
        return new GradientLimitedCell<TState>(cell, gradient =>
        {
            var limits = Tensor.Full([gradient.Shape[0]], maximum, gradient.ElementType);
            // Without the bound a gradient of 0 would be 0/0.
            var norm = Norm(gradient.Reshape(gradient.Shape[0], -1), -1);
            var factor = limits / Maximum(norm, limits);
            int[] shape = [gradient.Shape[0], .. Enumerable.Repeat(1, gradient.Rank - 1)];
            return gradient * factor.Reshape(shape);
        });
    }
}
