namespace Autograd.Distributed;

/// <summary>In which order the gradients of micro-batches are added.</summary>
public enum SumOrder
{
    /// <summary>
    /// In pairs of neighbours, pairs of pairs, and so on, whoever has computed them: the same bits for any number of ranks.
    /// </summary>
    Strict,

    /// <summary>Each rank adds up its own, and MPI the sums, in the order it likes: last digits depend on the number of ranks.</summary>
    Fast,
}
