namespace Autograd.Bench;

/// <summary>A process that runs a training step over and over when it is its turn.</summary>
/// <param name="Cell">What is computed.</param>
/// <param name="Name">Who computes it, and on which path.</param>
/// <param name="Process">The process.</param>
/// <param name="Size">The size of the step.</param>
internal sealed record Contender(string Cell, string Name, PeerProcess Process, PeepholeLstmSize Size)
{
    /// <summary>Runs the step for some time, at least once.</summary>
    /// <returns>Milliseconds of each step.</returns>
    /// <exception cref="PeerException">The process has ended or says that it cannot.</exception>
    public IReadOnlyList<double> Turn(double seconds) =>
        Process.Ask(FormattableString.Invariant($"{Cell} {Size.Time} {Size.Batch} {Size.Inputs} {Size.Hidden} {seconds}"));
}

/// <summary>The times of a contender.</summary>
internal sealed class Times(Contender contender)
{
    readonly List<double> milliseconds = [];

    public Contender Contender => contender;

    /// <summary>Why it was left out, if it was.</summary>
    public string? Failure { get; private set; }

    public int Count => milliseconds.Count;

    /// <summary>Milliseconds; not a number where there are none.</summary>
    public double Minimum => Count == 0 ? double.NaN : milliseconds.Min();

    /// <summary>Milliseconds; not a number where there are none.</summary>
    public double Median => Count == 0 ? double.NaN : milliseconds.Order().ElementAt(Count / 2);

    /// <summary>Takes a turn; the times of one that only warms up do not count.</summary>
    public void Take(double seconds, bool counts)
    {
        if (Failure is not null) return;
        try
        {
            var turn = contender.Turn(seconds);
            if (counts) milliseconds.AddRange(turn);
        }
        catch (PeerException error)
        {
            Failure = error.Message;
        }
    }
}
