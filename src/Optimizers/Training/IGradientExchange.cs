namespace Autograd.Optimizers;

/// <summary>
/// Several processes that make each step together: each computes some micro-batches of every batch, and all get the same gradients
/// (<c>DataParallel</c> of <c>Autograd.Distributed</c>). Whatever they decide must be the same for all.
/// </summary>
public interface IGradientExchange
{
    /// <summary>Whether this is the process that writes files.</summary>
    bool IsFirst { get; }

    /// <summary>Computes this process' micro-batches of a batch, and gives the mean loss and the gradients of the whole.</summary>
    /// <param name="microBatches">How many the batch consists of.</param>
    /// <param name="loss">The loss of one, from its number within the batch; recorded on a tape that the exchange makes.</param>
    (double Loss, IReadOnlyList<Tensor> Gradients) Exchange(int microBatches, Func<int, Tensor> loss);

    /// <summary>Whether a condition holds in any of the processes.</summary>
    bool Any(bool holds);
}
