namespace Autograd.Layers;

/// <summary>
/// A sequence layer for data whose first axis is the batch: maps <c>[batch, time, inputs]</c> to <c>[batch, time, outputs]</c> by an inner
/// layer that has time first. <code>var layer = new BatchFirst(Recurrent.Over(new GruCell(3, 64, key)));</code>
/// </summary>
public sealed class BatchFirst : Module, ISequenceLayer
{
    readonly ISequenceLayer layer;

    /// <summary>Wraps a layer.</summary>
    /// <param name="layer">The layer; if it is a module, its parameters become this one's.</param>
    public BatchFirst(ISequenceLayer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        this.layer = layer;
        if (layer is Module module) Part(module, nameof(layer));
    }

    /// <summary>The outputs of all steps.</summary>
    /// <param name="x">Inputs, <c>[batch, time, inputs]</c>.</param>
    /// <param name="lengths">Length of each sequence; all are full by default.</param>
    /// <exception cref="ShapeException">
    /// The rank is below 3, or the inner layer throws; its message then has the inner order of axes.
    /// </exception>
    public Tensor Forward(Tensor x, ReadOnlySpan<int> lengths = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank < 3) throw new ShapeException($"{nameof(BatchFirst)}: x is {x.Shape}; sequences are [batch, time, inputs] here.");
        return Swapped(layer.Forward(Swapped(x), lengths));
    }

    static Tensor Swapped(Tensor x) => Functions.Permute(x, [1, 0, .. Enumerable.Range(2, x.Rank - 2)]);
}
