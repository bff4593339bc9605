namespace Autograd.Layers;

/// <summary>
/// A cell whose state is given as the array of its tensors, in order of declaration. It computes the same as the cell; since the type of
/// the state no longer depends on the cell, cells of different kinds can be put in one list:
/// <code>Stacked.Of([.. cells])         // Cell&lt;Tensor[]&gt;[], from FlatState.Of(lstm), FlatState.Of(gru), …</code>
/// </summary>
/// <typeparam name="TInner">The state of the cell within.</typeparam>
public sealed class FlatState<TInner> : CellWrapper<TInner, Tensor[]>
{
    /// <inheritdoc cref="CellWrapper{TInner, TState}(Cell{TInner})"/>
    public FlatState(Cell<TInner> cell)
        : base(cell)
    {
    }

    /// <inheritdoc/>
    public override Tensor[] Initial(int batch, ElementType type) => StateTensors<TInner>.Flatten(Cell.First(batch, type));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The number of tensors in the state differs from the cell's.</exception>
    public override (Tensor Output, Tensor[] Next) Step(Tensor x, Tensor[] state)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(state);
        var (output, next) = Cell.Step(x, Inner(state, x));
        return (output, StateTensors<TInner>.Flatten(next));
    }

    TInner Inner(Tensor[] state, Tensor x)
    {
        // Which tensor belongs to which list only a state of the cell says.
        bool needsTemplate = StateTensors<TInner>.HasLists && !StateTensors<TInner>.IsList;
        var template = needsTemplate ? Cell.Initial(x.Shape[0], Tape.Actual(x).ElementType) : default;
        int count = needsTemplate ? StateTensors<TInner>.Flatten(template!).Length : StateTensors<TInner>.Slots;
        if (!StateTensors<TInner>.IsList && state.Length != count)
            throw new ArgumentException(
                $"FlatState: the state has {state.Length} tensors, that of {Cell.GetType().Name} {count}.", nameof(state));
        return needsTemplate ? StateTensors<TInner>.Rebuild(template!, state) : StateTensors<TInner>.Create(state);
    }
}

/// <summary>Makes wrappers without naming the state's type.</summary>
public static class FlatState
{
    /// <inheritdoc cref="FlatState{TInner}(Cell{TInner})"/>
    public static FlatState<TInner> Of<TInner>(Cell<TInner> cell) => new(cell);
}
