using System.Globalization;

namespace Autograd.Layers;

/// <summary>
/// Cells on top of each other with skip connections (Graves 2013, section 2): every layer reads the input x along with the output of the
/// layer below, and every layer contributes to the output, h²_t = f(h¹_t·W + x_t·W' + h²_{t−1}·R). The outputs of all layers are placed
/// side by side, lowest first, and a layer above weights each: y = g(h²·V + h¹·V'). Multiplying them side by side by one matrix is the same
/// as multiplying each by its own and adding.
/// </summary>
/// <typeparam name="TState">The state of each layer.</typeparam>
public sealed class SkipStacked<TState> : Cell<LayerStates<TState>>
{
    Cell<TState>[] layers;

    /// <summary>
    /// Creates the stack, lowest layer first. Layer l &gt; 0 has as many inputs as x and the layer below have numbers, x first.
    /// </summary>
    /// <param name="layers">The cells; their parameters become this module's.</param>
    /// <exception cref="ArgumentException">There is no layer, or a cell is given twice.</exception>
    public SkipStacked(params Cell<TState>[] layers)
        : base(default)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Length == 0 || layers.Distinct().Count() != layers.Length)
            throw new ArgumentException("SkipStacked: at least one cell is needed, each a different object.", nameof(layers));
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
            throw new ArgumentException($"SkipStacked: the state has {state.Count} layers, the stack {layers.Length}.", nameof(state));
        var (outputs, next) = (new Tensor[layers.Length], new TState[layers.Length]);
        for (int i = 0; i < layers.Length; i++)
            (outputs[i], next[i]) = layers[i].Step(i == 0 ? x : Functions.Concatenate(-1, x, outputs[i - 1]), state[i]);
        return (Functions.Concatenate(-1, outputs), new LayerStates<TState>(next));
    }
}

/// <summary>Creates stacks without naming the state's type.</summary>
public static class SkipStacked
{
    /// <inheritdoc cref="SkipStacked{TState}(Cell{TState}[])"/>
    public static SkipStacked<TState> Of<TState>(params Cell<TState>[] layers) => new(layers);
}
