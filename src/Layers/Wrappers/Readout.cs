namespace Autograd.Layers;

/// <summary>
/// A cell whose output passes through a layer, as one cell: y = layer(output). This allows the outputs, rather than the hidden units, to be
/// fed back or decoded.
/// </summary>
/// <typeparam name="TState">The cell's state, which is unchanged.</typeparam>
public sealed class Readout<TState> : CellWrapper<TState>
{
    readonly ILayer layer;

    /// <summary>Wraps a cell.</summary>
    /// <param name="cell">The cell; its parameters become this module's.</param>
    /// <param name="layer">A module that is an <see cref="ILayer"/>; its parameters become this module's too.</param>
    /// <exception cref="ArgumentException">The layer is not an <see cref="ILayer"/>.</exception>
    public Readout(Cell<TState> cell, Module layer)
        : base(cell)
    {
        this.layer = Part(layer, "layer") as ILayer
            ?? throw new ArgumentException($"Readout: the layer is a {layer.GetType().Name}; it must be an ILayer.", nameof(layer));
    }

    /// <inheritdoc/>
    public override (Tensor Output, TState Next) Step(Tensor x, TState state)
    {
        var (output, next) = Cell.Step(x, state);
        return (layer.Forward(output), next);
    }
}

/// <summary>Makes wrappers without naming the state's type.</summary>
public static class Readout
{
    /// <inheritdoc cref="Readout{TState}(Cell{TState}, Module)"/>
    public static Readout<TState> Of<TState>(Cell<TState> cell, Module layer) => new(cell, layer);
}
