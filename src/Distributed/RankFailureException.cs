namespace Autograd.Distributed;

/// <summary>
/// Another rank did not do its part: it failed, sent nothing in time, or runs a different program. The message names it and, as far as is
/// known, says why. The job cannot continue, but can be started again from a snapshot.
/// </summary>
public sealed class RankFailureException : Exception
{
    internal RankFailureException(IReadOnlyList<int> ranks, string reason)
        : base(reason)
        => Ranks = ranks;

    /// <summary>The ranks concerned.</summary>
    public IReadOnlyList<int> Ranks { get; }
}
