namespace Autograd.Layers;

/// <summary>
/// Residual connection around any cell: the output is x + the cell's output (He et al. 2016; for recurrent layers Wu et al. 2016, section
/// 3.1).
/// </summary>
/// <typeparam name="TState">The cell's state.</typeparam>
public sealed class Residual<TState> : CellWrapper<TState>
{
    /// <summary>Wraps a cell that has as many outputs as inputs.</summary>
    /// <param name="cell">The cell; its parameters become this module's.</param>
    public Residual(Cell<TState> cell)
        : base(cell)
    {
    }

    /// <summary>One step of the cell, and x added to its output.</summary>
    /// <inheritdoc/>
    /// <exception cref="ShapeException">The output does not have the shape of x.</exception>
    public override (Tensor Output, TState Next) Step(Tensor x, TState state)
    {
        var (output, next) = Cell.Step(x, state);
        // Otherwise one output would be broadcast over all inputs without an error.
        if (output.Shape != x.Shape)
            throw new ShapeException($"Residual: x is {x.Shape}, the cell's output is {output.Shape}; the shapes must be equal.");
        return (x + output, next);
    }
}

/// <summary>Makes wrappers without naming the state's type.</summary>
public static class Residual
{
    /// <inheritdoc cref="Residual{TState}(Cell{TState})"/>
    public static Residual<TState> Around<TState>(Cell<TState> cell) => new(cell);
}
