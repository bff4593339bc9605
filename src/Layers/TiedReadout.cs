namespace Autograd.Layers;

/// <summary>
/// A linear read-out over the symbols of an <see cref="Embedding"/> that uses the weights of the embedding (Press and Wolf 2017): y =
/// x·tableᵀ + bias, <c>[…, size]</c> to <c>[…, symbols]</c>. The table remains a single parameter, whose gradient is the sum over both
/// uses.
/// </summary>
public sealed class TiedReadout : Module, ILayer
{
    readonly Embedding embedding;
    readonly Parameter? bias;

    /// <summary>Ties a read-out to an embedding, which must be part of the same model.</summary>
    /// <param name="embedding">The embedding.</param>
    /// <param name="hasBias">Whether there is a bias, 0 at first.</param>
    public TiedReadout(Embedding embedding, bool hasBias = true)
    {
        this.embedding = Share(embedding);
        if (hasBias) Parameter(out bias, Tensor.Zeros([embedding.Table.Shape[0]]));
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        int size = embedding.Table.Shape[1];
        if (x.Rank == 0 || x.Shape[^1] != size)
            throw new ShapeException($"{nameof(TiedReadout)}: x is {x.Shape}; [..., {size}] is needed.");
        var rows = Functions.MatMul(x.Reshape(-1, size), embedding.Table, transposeRight: true);
        var y = Functions.Reshape(rows, [.. x.Shape.Lengths[..^1], rows.Shape[1]]);
        return bias is null ? y : y + bias;
    }
}
