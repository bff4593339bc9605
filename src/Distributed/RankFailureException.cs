namespace Autograd.Distributed;

/// <summary>
/// Another rank did not do its part: it failed, or nothing came from it in time, or it runs something else. The message names it and, as
/// far as it is known, says why. The job cannot go on; started again from a snapshot it can.
/// </summary>
public sealed class RankFailureException : Exception
{
    internal RankFailureException(IReadOnlyList<int> ranks, string reason)
        : base(reason)
        => Ranks = ranks;

    /// <summary>The ranks it is about.</summary>
    public IReadOnlyList<int> Ranks { get; }
}
