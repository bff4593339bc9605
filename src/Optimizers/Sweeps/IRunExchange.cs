namespace Autograd.Optimizers;

/// <summary>
/// Several processes that make the runs of a sweep together, each run in one of them (<c>SharedRuns</c> of <c>Autograd.Distributed</c>).
/// </summary>
public interface IRunExchange
{
    /// <summary>Whether this is the process that hands out runs and keeps the file.</summary>
    bool IsFirst { get; }

    /// <summary>Makes runs, each in the process that is free for it.</summary>
    /// <param name="sweep">What must be the same in all processes, as text: settings and seeds.</param>
    /// <param name="missing">The numbers of the runs that are to be made; those of the first process count.</param>
    /// <param name="threads">Runs at once in this process.</param>
    /// <param name="run">Makes one, on any thread; null if it was cancelled.</param>
    /// <param name="take">Told of each finished run, in the first process, one at a time.</param>
    /// <param name="cancellation">Ends the sweep in all processes, in whichever it is cancelled.</param>
    void Exchange(
        string sweep, IReadOnlyList<int> missing, int threads, Func<int, CancellationToken, SweepResult?> run, Action<SweepResult> take,
        CancellationToken cancellation);

    /// <summary>Gives the runs that the first process has to all.</summary>
    IReadOnlyList<SweepResult> Share(IReadOnlyList<SweepResult> results);
}
