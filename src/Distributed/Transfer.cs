namespace Autograd.Distributed;

/// <summary>Bytes on their way to or from a rank, or a sum over all ranks. The memory must not move until it is done.</summary>
abstract class Transfer
{
    /// <summary>The rank at the other end; null if it is all of them.</summary>
    public abstract int? Peer { get; }

    /// <summary>Whether it is done; once it is, it stays so.</summary>
    public abstract bool IsDone();
}
