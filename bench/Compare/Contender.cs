using static System.FormattableString;

namespace Autograd.Bench;

/// <summary>What runs a training step over and over when it is its turn.</summary>
/// <param name="Cell">What is computed.</param>
/// <param name="Name">Who computes it, and on which path.</param>
/// <param name="Size">The size of the step.</param>
/// <param name="Turn">
/// Runs the step for some seconds, at least once, and gives the milliseconds of each. Throws <see cref="PeerException"/> where it cannot.
/// </param>
sealed record Contender(string Cell, string Name, PeepholeLstmSize Size, Func<double, IReadOnlyList<double>> Turn)
{
    /// <summary>A process that is asked.</summary>
    public Contender(string cell, string name, PeerProcess process, PeepholeLstmSize size)
        : this(cell, name, size, seconds => process.Ask(Question(cell, size, seconds)))
    {
    }

    static string Question(string cell, PeepholeLstmSize size, double seconds) =>
        Invariant($"{cell} {size.Time} {size.Batch} {size.Inputs} {size.Hidden} {seconds}");
}

/// <summary>The times of a contender.</summary>
sealed class Times(Contender contender)
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
