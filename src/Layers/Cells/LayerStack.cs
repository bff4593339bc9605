using System.Globalization;

namespace Autograd.Layers;

/// <summary>Cells on top of each other, as one cell whose state is the list of the layers' states.</summary>
/// <typeparam name="TState">The state of each layer.</typeparam>
public abstract class LayerStack<TState> : Cell<LayerStates<TState>>
{
    readonly string name;
    Cell<TState>[] layers;

    private protected LayerStack(string name, Cell<TState>[] layers)
        : base(default)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Length == 0 || layers.Distinct().Count() != layers.Length)
            throw new ArgumentException($"{name}: at least one cell is needed, each a different object.", nameof(layers));
        this.name = name;
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
            throw new ArgumentException($"{name}: the state has {state.Count} layers, the stack {layers.Length}.", nameof(state));
        var next = new TState[layers.Length];
        var output = Step(x, layers, state, next);
        return (output, new LayerStates<TState>(next));
    }

    /// <summary>Runs every layer once and puts the states that follow in place; the output of the stack.</summary>
    private protected abstract Tensor Step(Tensor x, Cell<TState>[] layers, LayerStates<TState> state, TState[] next);
}
