using System.Diagnostics;

namespace Autograd.Bench;

/// <summary>Somebody who runs a training step over and over when it is their turn.</summary>
internal interface IContender
{
    /// <summary>What is computed.</summary>
    string Cell { get; }

    /// <summary>Who computes it, and on which path.</summary>
    string Name { get; }

    /// <summary>Runs the step for some time, at least once.</summary>
    /// <returns>Milliseconds of each step.</returns>
    IReadOnlyList<double> Turn(double seconds);
}

/// <summary>A step of this library in this process.</summary>
internal sealed class OwnStep(string cell, string name, ITrainingStep step) : IContender
{
    public string Cell => cell;

    public string Name => name;

    public IReadOnlyList<double> Turn(double seconds) => Turn(step.Run, seconds);

    /// <summary>Times an action again and again.</summary>
    public static List<double> Turn(Action run, double seconds)
    {
        var milliseconds = new List<double>();
        long start = Stopwatch.GetTimestamp();
        do
        {
            long before = Stopwatch.GetTimestamp();
            run();
            milliseconds.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        return milliseconds;
    }
}

/// <summary>A step that another process runs.</summary>
internal sealed class PeerStep(string cell, string name, PeerProcess process, PeepholeLstmSize size, string? asked = null) : IContender
{
    public string Cell => cell;

    public string Name => name;

    public IReadOnlyList<double> Turn(double seconds) =>
        process.Ask(FormattableString.Invariant($"{asked ?? cell} {size.Time} {size.Batch} {size.Inputs} {size.Hidden} {seconds}"));
}

/// <summary>The times of a contender.</summary>
internal sealed class Times(IContender contender)
{
    readonly List<double> milliseconds = [];

    public IContender Contender => contender;

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
