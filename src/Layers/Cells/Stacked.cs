using System.Globalization;
using System.Runtime.CompilerServices;

namespace Autograd.Layers;

/// <summary>
/// Cells on top of each other, as one cell: layer l reads the output of layer l − 1 at the same step (El Hihi and Bengio 1995). The state
/// is the list of the layers' states.
/// </summary>
/// <typeparam name="TState">The state of each layer.</typeparam>
public sealed class Stacked<TState> : Cell<LayerStates<TState>>
{
    Cell<TState>[] layers;

    /// <summary>Creates the stack, lowest layer first.</summary>
    /// <exception cref="ArgumentException">There is no layer, or a cell is given twice.</exception>
    public Stacked(params Cell<TState>[] layers)
        : base(default)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Length == 0 || layers.Distinct().Count() != layers.Length)
            throw new ArgumentException("Stacked: at least one cell is needed, each a different object.", nameof(layers));
        this.layers = layers;
        for (int i = 0; i < layers.Length; i++) Part(layers[i], "layer" + i.ToString(CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public override LayerStates<TState> Initial(int batch, ElementType type) => new(layers.Select(layer => layer.First(batch, type)));

    /// <inheritdoc/>
    public override Cell<LayerStates<TState>> WithRows(int[] rows)
    {
        var chosen = Array.ConvertAll(layers, layer => layer.WithRows(rows));
        return chosen.SequenceEqual(layers) ? this : ViewOf(this, view => view.layers = chosen);
    }

    /// <inheritdoc/>
    public override (Tensor Output, LayerStates<TState> Next) Step(Tensor x, LayerStates<TState> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Count != layers.Length)
            throw new ArgumentException($"Stacked: the state has {state.Count} layers, the stack {layers.Length}.", nameof(state));
        var next = new TState[layers.Length];
        for (int i = 0; i < layers.Length; i++) (x, next[i]) = layers[i].Step(x, state[i]);
        return (x, new LayerStates<TState>(next));
    }
}

/// <summary>Creates stacks without naming the state's type.</summary>
public static class Stacked
{
    /// <inheritdoc cref="Stacked{TState}(Cell{TState}[])"/>
    // Cells with the same state are a list, whatever their number.
    [OverloadResolutionPriority(1)]
    public static Stacked<TState> Of<TState>(params Cell<TState>[] layers) => new(layers);

    /// <summary>
    /// Two cells with different states, as one cell whose state is a tuple: <c>Stacked.Of(lstm, gru)</c>. For longer stacks, use
    /// <see cref="FlatState.Of"/>, which gives cells the same type of state.
    /// </summary>
    public static Stacked<T1, T2> Of<T1, T2>(Cell<T1> first, Cell<T2> second) => new(first, second);

    /// <summary>Three cells with different states, lowest first.</summary>
    /// <inheritdoc cref="Stacked{T1, T2, T3}(Cell{T1}, Cell{T2}, Cell{T3})"/>
    public static Stacked<T1, T2, T3> Of<T1, T2, T3>(Cell<T1> first, Cell<T2> second, Cell<T3> third) => new(first, second, third);

    /// <summary>Four cells with different states, lowest first.</summary>
    /// <inheritdoc cref="Stacked{T1, T2, T3, T4}(Cell{T1}, Cell{T2}, Cell{T3}, Cell{T4})"/>
    public static Stacked<T1, T2, T3, T4> Of<T1, T2, T3, T4>(Cell<T1> first, Cell<T2> second, Cell<T3> third, Cell<T4> fourth) =>
        new(first, second, third, fourth);

    internal static void CheckDistinct(params Module[] layers)
    {
        if (layers.Distinct().Count() != layers.Length)
            throw new ArgumentException("Stacked: each layer must be a different object.", nameof(layers));
    }
}
