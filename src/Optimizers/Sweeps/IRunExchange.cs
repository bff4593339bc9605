namespace Autograd.Optimizers;

/// <summary>
/// Several processes that share the runs of a sweep, each run in one of them (<c>SharedRuns</c> of <c>Autograd.Distributed</c>).
/// </summary>
public interface IRunExchange
{
    /// <summary>Whether this is the process that hands out runs and keeps the file.</summary>
    bool IsFirst { get; }

    /// <summary>Performs the runs, each in a process that is free.</summary>
    /// <param name="sweep">What must be the same in all processes, as text: settings and seeds.</param>
    /// <param name="missing">The numbers of the runs to perform; those given in the first process count.</param>
    /// <param name="threads">Runs at once in this process.</param>
    /// <param name="run">Performs one run, on any thread; null if it was cancelled.</param>
    /// <param name="take">Receives each finished run, in the first process, one at a time.</param>
    /// <param name="cancellation">Stops the sweep in all processes, whichever one it is cancelled in.</param>
    void Exchange(
        string sweep, IReadOnlyList<int> missing, int threads, Func<int, CancellationToken, SweepResult?> run, Action<SweepResult> take,
        CancellationToken cancellation);

    /// <summary>Sends the runs that the first process has to all others.</summary>
    IReadOnlyList<SweepResult> Share(IReadOnlyList<SweepResult> results);
}
