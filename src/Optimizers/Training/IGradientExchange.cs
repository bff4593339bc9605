namespace Autograd.Optimizers;

/// <summary>
/// Several processes that make each step together: each computes some micro-batches of every batch, and all get the same gradients
/// (<c>DataParallel</c> of <c>Autograd.Distributed</c>). All decisions must be the same in every process.
/// </summary>
public interface IGradientExchange
{
    /// <summary>Whether this is the process that writes files.</summary>
    bool IsFirst { get; }

    /// <summary>Computes the micro-batches of this process, and returns the mean loss and the gradients of the whole batch.</summary>
    /// <param name="microBatches">The number of micro-batches in the batch.</param>
    /// <param name="loss">The loss of one, from its number within the batch; recorded on a tape that the exchange creates.</param>
    (double Loss, IReadOnlyList<Tensor> Gradients) Exchange(int microBatches, Func<int, Tensor> loss);

    /// <summary>Whether a condition holds in any of the processes.</summary>
    bool Any(bool holds);
}
