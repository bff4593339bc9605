using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>The annotations of a batch of sequences, ready to be attended to; made by <see cref="AdditiveAttention.Over"/>.</summary>
public sealed class AttendedSequence
{
    // e^score is 0 in both element types, and unlike −∞ it gives no NaN anywhere.
    const double Excluded = -1e30;

    readonly Tensor keys, w, v;
    readonly Tensor? running;

    internal AttendedSequence(Tensor annotations, Tensor keys, Tensor w, Tensor v, Tensor? running)
    {
        Annotations = annotations;
        this.keys = keys;
        this.w = w;
        this.v = v;
        this.running = running;
    }

    /// <summary>The annotations, <c>[time, batch, annotation]</c>; 0 beyond each sequence's length.</summary>
    public Tensor Annotations { get; }

    /// <summary>The annotations of selected sequences of the batch.</summary>
    /// <param name="rows">For each sequence of the new batch, the number of the old one.</param>
    /// <exception cref="ShapeException">There is no such sequence.</exception>
    public AttendedSequence WithRows(int[] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new(Of(Annotations), Of(keys), w, v, running is null ? null : Of(running));

        // The batch is the second axis.
        Tensor Of(Tensor x) => Functions.SwapAxes(GatherRows(Functions.SwapAxes(x, 0, 1), rows), 0, 1);
    }

    /// <summary>Attends with a query.</summary>
    /// <param name="query"><c>[batch, query]</c>.</param>
    /// <returns>The context <c>[batch, annotation]</c> and the weights <c>[time, batch]</c>, which sum to 1 over time.</returns>
    public (Tensor Context, Tensor Weights) Read(Tensor query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var (time, batch) = (Annotations.Shape[0], Annotations.Shape[1]);
        if (query.Rank != 2 || query.Shape[0] != batch)
            throw new ShapeException(
                $"AttendedSequence.Read: the query is {query.Shape}, the annotations are {Annotations.Shape}; [{batch}, query] is needed.");
        var scores = MatMul(Tanh(MatMul(query, w) + keys), v).Reshape(time, batch);
        if (running is not null) scores = Where(running, scores, Excluded);
        var weights = Softmax(scores, 0);
        return (Sum(weights.Reshape(time, batch, 1) * Annotations, 0), weights);
    }
}
