using Autograd.Optimizers;

namespace Autograd.Distributed;

/// <summary>
/// The runs of a <see cref="Sweep{T}"/> over the ranks of a job: each rank receives a run whenever it has a free thread, and rank 0 hands
/// out runs, performs some itself, and keeps the file.
/// <code>
/// var sweep = new Sweep&lt;double&gt;(settings, seeds: 5, run => Train(run))
/// {
///     Together = new SharedRuns(communicator), Threads = 1, File = "sweep.jsonl",
/// };
/// var table = sweep.Run(progress: null, cancellation);
/// </code>
/// A run gives the same bits as when it is run alone, wherever it is performed. All ranks must call <see cref="Sweep{T}.Run"/>, and all get
/// the whole table. A job that was killed continues with the runs that its file does not have; a sweep that is cancelled on one rank is
/// cancelled on all.
/// <para>
/// Runs may take as long as they like: the ranks tell each other that they are alive while runs are in progress, and one that is silent for
/// longer than <see cref="Communicator.Timeout"/> is named. Runs must not use the communicator.
/// </para>
/// </summary>
/// <param name="communicator">The ranks; not to be used for anything else while the sweep runs.</param>
/// <exception cref="ArgumentNullException">There is no communicator.</exception>
public sealed class SharedRuns(Communicator communicator) : IRunExchange
{
    const string Operation = "Sweep";

    readonly Communicator communicator = communicator ?? throw new ArgumentNullException(nameof(communicator));

    /// <inheritdoc/>
    bool IRunExchange.IsFirst => communicator.Rank == 0;

    /// <inheritdoc/>
    void IRunExchange.Exchange(
        string sweep, IReadOnlyList<int> missing, int threads, Func<int, CancellationToken, SweepResult?> run, Action<SweepResult> take,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        ArgumentNullException.ThrowIfNull(missing);
        Require.AtLeast(Operation, nameof(threads), threads, 1);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(take);
        Agreement.Check(Operation, communicator, "the settings and seeds", sweep);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pool = new RunPool(threads, number => run(number, ended.Token));
        Exception? error;
        try
        {
            error = communicator.Rank == 0 ? new RunGiver(communicator, pool, ended, missing, take).Run()
                : new RunTaker(communicator, pool, ended).Run();
        }
        finally
        {
            // After a failure runs may still be under way.
            ended.Cancel();
        }
        Agreement.ThrowIfSomeRankEnds(communicator, Operation, error, default);
    }

    /// <inheritdoc/>
    IReadOnlyList<SweepResult> IRunExchange.Share(IReadOnlyList<SweepResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        if (communicator.Size == 1) return results;
        byte[][] lines = communicator.Rank == 0 ? [.. results.Select(SweepLine.Of)] : [];
        int[] lengths = Broadcast(Broadcast([lines.Length])[0], [.. lines.Select(line => line.Length)]);
        byte[] text = Broadcast(lengths.Sum(), lines.SelectMany(line => line).ToArray());
        if (communicator.Rank == 0) return results;
        var shared = new List<SweepResult>();
        for (int i = 0, start = 0; i < lengths.Length; start += lengths[i++])
            shared.Add(SweepLine.Read(text.AsMemory(start, lengths[i])));
        return shared;
    }

    T[] Broadcast<T>(T[] data)
        where T : unmanaged
    {
        communicator.Broadcast<T>(data);
        return data;
    }

    T[] Broadcast<T>(int count, T[] data)
        where T : unmanaged
        => Broadcast(communicator.Rank == 0 ? data : new T[count]);
}
