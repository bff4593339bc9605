namespace Autograd.Bench;

/// <summary>How many turns, and how long.</summary>
interface ITurnOptions
{
    /// <summary>How often each takes its turn.</summary>
    int Rounds { get; }

    /// <summary>How long a turn is at least.</summary>
    double Seconds { get; }

    /// <summary>Whether it is only to be seen that it works.</summary>
    bool Quick { get; }
}

/// <summary>
/// Lets contenders take turns, A B C A B C …: what else happens on the machine then hits all alike. The first turn of each warms up and
/// does not count.
/// </summary>
sealed class Contest(ITurnOptions options, Progress progress, CancellationToken cancel)
{
    // The runtime compiles what is used often a second time, in the background.
    const double WarmUpSeconds = 1;

    // The threads of other libraries spin on for a while after their work.
    const int PauseMilliseconds = 50;

    /// <summary>Runs all rounds, or as many as there is time for until somebody presses Ctrl+C.</summary>
    public IReadOnlyList<Times> Run(string title, IEnumerable<Contender> contenders)
    {
        Times[] all = [.. contenders.Select(contender => new Times(contender))];
        for (int round = 0; round <= options.Rounds; round++)
            foreach (var times in all)
            {
                if (cancel.IsCancellationRequested) return all;
                bool counts = round > 0;
                progress.Show(
                    $"{title}: {(counts ? $"round {round} of {options.Rounds}" : "warming up")}, {times.Contender.Cell}, "
                    + $"{times.Contender.Name}");
                Thread.Sleep(PauseMilliseconds);
                times.Take(counts || options.Quick ? options.Seconds : WarmUpSeconds, counts);
            }

        return all;
    }
}
