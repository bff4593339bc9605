namespace Autograd.Distributed;

/// <summary>The mean loss of a micro-batch, and its weight in the batch.</summary>
/// <param name="Mean">A tensor with one element.</param>
/// <param name="Weight"> The number of sequences, valid steps or labels that the mean is over: micro-batches are weighted by it, so that
/// their loss is that of the whole batch. Not negative; 0 leaves the micro-batch out.
/// </param>
public readonly record struct WeightedLoss(Tensor Mean, double Weight)
{
    /// <summary>A loss with a weight of 1, for when all micro-batches have the same size.</summary>
    public static implicit operator WeightedLoss(Tensor mean) => new(mean, 1);

    /// <inheritdoc cref="op_Implicit(Tensor)"/>
    public static WeightedLoss FromTensor(Tensor mean) => mean;
}
