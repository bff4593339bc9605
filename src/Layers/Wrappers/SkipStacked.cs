namespace Autograd.Layers;

/// <summary>
/// Cells on top of each other with skip connections (Graves 2013, section 2): every layer reads the input x along with the output of the
/// layer below, and every layer contributes to the output, h²_t = f(h¹_t·W + x_t·W' + h²_{t−1}·R). The outputs of all layers are placed
/// side by side, lowest first, and a layer above weights each: y = g(h²·V + h¹·V'). Multiplying them side by side by one matrix is the same
/// as multiplying each by its own and adding.
/// </summary>
/// <typeparam name="TState">The state of each layer.</typeparam>
public sealed class SkipStacked<TState> : LayerStack<TState>
{
    /// <summary>
    /// Creates the stack, lowest layer first. Layer l &gt; 0 has as many inputs as x and the layer below have numbers, x first.
    /// </summary>
    /// <param name="layers">The cells; their parameters become this module's.</param>
    /// <exception cref="ArgumentException">There is no layer, or a cell is given twice.</exception>
    public SkipStacked(params Cell<TState>[] layers)
        : base("SkipStacked", layers)
    {
    }

    private protected override Tensor Step(Tensor x, Cell<TState>[] layers, LayerStates<TState> state, TState[] next)
    {
        var outputs = new Tensor[layers.Length];
        for (int i = 0; i < layers.Length; i++)
            (outputs[i], next[i]) = layers[i].Step(i == 0 ? x : Functions.Concatenate(-1, x, outputs[i - 1]), state[i]);
        return Functions.Concatenate(-1, outputs);
    }
}

/// <summary>Creates stacks without naming the state's type.</summary>
public static class SkipStacked
{
    /// <inheritdoc cref="SkipStacked{TState}(Cell{TState}[])"/>
    public static SkipStacked<TState> Of<TState>(params Cell<TState>[] layers) => new(layers);
}
