using System.Diagnostics.CodeAnalysis;

namespace Autograd.Layers;

/// <summary>
/// A cell around another one, whose state may be of a different type. It implements what all wrappers share: the cell's parameters are also
/// the wrapper's, and data that the cell holds per sequence of a batch follow the rows.
/// </summary>
/// <typeparam name="TInner">The state of the inner cell.</typeparam>
/// <typeparam name="TState">The wrapper's own state.</typeparam>
public abstract class CellWrapper<TInner, [DynamicallyAccessedMembers(StateLayout.Kept)] TState> : Cell<TState>
{
    /// <summary>Wraps a cell.</summary>
    /// <param name="cell">The cell; its parameters become this module's.</param>
    protected CellWrapper(Cell<TInner> cell)
        : base(default)
        => Cell = Part(cell, "cell");

    /// <summary>The inner cell.</summary>
    protected Cell<TInner> Cell { get; private set; }

    /// <inheritdoc/>
    public override Cell<TState> WithRows(int[] rows)
    {
        var chosen = Cell.WithRows(rows);
        return chosen == Cell ? this : ViewOf(this, view => view.Cell = chosen);
    }
}

/// <summary>A cell around another one with the same state and the same first state.</summary>
/// <typeparam name="TState">The state of both.</typeparam>
public abstract class CellWrapper<[DynamicallyAccessedMembers(StateLayout.Kept)] TState> : CellWrapper<TState, TState>
{
    /// <inheritdoc/>
    protected CellWrapper(Cell<TState> cell)
        : base(cell)
    {
    }

    /// <inheritdoc/>
    public override TState Initial(int batch, ElementType type) => Cell.First(batch, type);
}
