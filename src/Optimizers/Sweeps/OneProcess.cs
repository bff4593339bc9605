using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Autograd.Optimizers;

/// <summary>The runs of a sweep on the threads of this process.</summary>
sealed class OneProcess : IRunExchange
{
    public bool IsFirst => true;

    public void Exchange(
        string sweep, IReadOnlyList<int> missing, int threads, Func<int, CancellationToken, SweepResult?> run, Action<SweepResult> take,
        CancellationToken cancellation)
    {
        var gate = new Lock();
        try
        {
            Parallel.ForEach(
                Partitioner.Create(missing, EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { MaxDegreeOfParallelism = threads },
                (number, state) =>
                {
                    if (cancellation.IsCancellationRequested) state.Stop();
                    else if (run(number, cancellation) is { } result)
                        lock (gate) take(result);
                });
        }
        catch (AggregateException several)
        {
            // The receiver of progress has thrown: runs themselves do not.
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
    }

    public IReadOnlyList<SweepResult> Share(IReadOnlyList<SweepResult> results) => results;
}
