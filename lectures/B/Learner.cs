using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>
/// A layer over sequences with a linear read-out, and how it is trained: what most demonstrations of architectures have in common.
/// </summary>
sealed class Learner : Layers.Module
{
    readonly ISequenceLayer layer;
    readonly Linear? head;

    public Learner(Layers.Module layer, int units, int outputs, RandomKey key)
    {
        this.layer = (ISequenceLayer)Part(layer, "layer");
        head = Part(new Linear(units, outputs, key.For("read-out")), "head");
    }

    Learner(Layers.Module layer) => this.layer = (ISequenceLayer)Part(layer, "layer");

    /// <summary>A layer whose outputs are what is wanted.</summary>
    public static Learner Of(Layers.Module layer) => new(layer);

    public static Learner Over<TState>(Cell<TState> cell, int units, int outputs, RandomKey key) => new(Recurrent.Over(cell), units,
        outputs, key);

    /// <summary>The read-out at all steps, <c>[time, batch, outputs]</c>.</summary>
    public Tensor All(Tensor x, int[]? lengths = null) => ReadOut(layer.Forward(x, lengths));

    /// <summary>The read-out at each sequence's last step, <c>[batch, outputs]</c>.</summary>
    public Tensor Last(Tensor x, int[]? lengths = null)
    {
        var hidden = layer.Forward(x, lengths);
        if (lengths is null) return ReadOut(hidden[^1]);
        int batch = lengths.Length;
        return ReadOut(Functions.GatherRows(hidden.Reshape(-1, hidden.Shape[2]), [.. lengths.Select((length, b) =>
            (length - 1) * batch + b)]));
    }

    Tensor ReadOut(Tensor hidden) => head is null ? hidden : head.Forward(hidden);

    /// <inheritdoc cref="Training.Fit"/>
    public double[] Train(
        Report report, string what, int updates, double rate, Func<int, Tensor> loss, Func<int, bool>? isDone = null,
        double beta2 = 0.999) => this.Fit(report, what, updates, rate, loss, isDone, beta2);
}
