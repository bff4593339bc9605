namespace Autograd.Distributed;

/// <summary>The order in which the gradients of micro-batches are added.</summary>
public enum SumOrder
{
    /// <summary>
    /// In pairs of neighbours, then pairs of pairs, and so on, whichever ranks computed them: the same bits for any number of ranks.
    /// </summary>
    Strict,

    /// <summary>
    /// Each rank adds up its own; the ranks' sums are then added in the order of the ranks, or, where they are less than 64 KiB for each
    /// rank, by MPI in an order of its choice. The last digits depend on the number of ranks.
    /// </summary>
    Fast,
}
