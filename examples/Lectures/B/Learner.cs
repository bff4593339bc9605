using Autograd.Layers;
using Autograd.Optimizers;

namespace Autograd.Lectures;

/// <summary>A layer over sequences with a linear read-out, and how it is trained: what most demonstrations of architectures have in common.</summary>
sealed class Learner : Layers.Module
{
    readonly ISequenceLayer layer;
    readonly Linear head;

    public Learner(Layers.Module layer, int units, int outputs, RandomKey key)
    {
        this.layer = (ISequenceLayer)Part(layer, "layer");
        head = Part(new Linear(units, outputs, key.For("read-out")), "head");
    }

    public static Learner Over<TState>(Cell<TState> cell, int units, int outputs, RandomKey key) => new(Recurrent.Over(cell), units, outputs, key);

    /// <summary>The read-out at all steps, <c>[time, batch, outputs]</c>.</summary>
    public Tensor All(Tensor x, int[]? lengths = null) => head.Forward(layer.Forward(x, lengths));

    /// <summary>The read-out at each sequence's last step, <c>[batch, outputs]</c>.</summary>
    public Tensor Last(Tensor x, int[]? lengths = null)
    {
        var hidden = layer.Forward(x, lengths);
        if (lengths is null) return head.Forward(hidden[^1]);
        int batch = lengths.Length;
        return head.Forward(Functions.GatherRows(hidden.Reshape(-1, hidden.Shape[2]), [.. lengths.Select((length, b) => (length - 1) * batch + b)]));
    }

    /// <summary>Trains with Adam on a loss for each update, until it is told to stop.</summary>
    /// <returns>The loss of each update.</returns>
    public double[] Train(Report report, string what, int updates, double rate, Func<int, Tensor> loss, Func<int, bool>? isDone = null)
    {
        Parameter[] parameters = [.. Parameters];
        var optimizer = new Adam(parameters, new Cosine(rate, updates, rate / 10)) { Clipping = Clipping.GlobalNorm(1) };
        var losses = new List<double>();
        for (int update = 0; update < updates && isDone?.Invoke(update) != true; update++)
        {
            using var tape = new Tape();
            Train(update);
            var value = loss(update);
            optimizer.Step(tape.Gradients(value, parameters));
            losses.Add(value.ToScalar());
            if (update % 50 == 0) report.Progress(what, (double)update / updates);
        }
        Evaluate();
        return [.. losses];
    }
}
