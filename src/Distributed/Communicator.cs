using System.Diagnostics;
using System.Runtime.CompilerServices;
using static System.FormattableString;

namespace Autograd.Distributed;

/// <summary>
/// The processes of a job, each with a number, its <em>rank</em>, and the messages they send each other. All ranks call the same methods in
/// the same order. <see cref="MpiJob"/> provides one over processes, <see cref="LocalJob"/> one over threads.
/// <para>Not safe for use from several threads at once.</para>
/// </summary>
public abstract unsafe class Communicator
{
    // The tags of internal messages; those below are for users.
    const int OwnTag = 1 << 14;

    readonly SlicedSum sliced;

    private protected Communicator() => sliced = new SlicedSum(this);

    /// <summary>The number of this process, from 0.</summary>
    public abstract int Rank { get; }

    /// <summary>The number of processes.</summary>
    public abstract int Size { get; }

    /// <summary>
    /// How long to wait for another rank, 10 minutes by default. It must exceed the longest time for which one rank computes, or writes a
    /// snapshot, while others wait.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public TimeSpan Timeout
    {
        get;
        set => field = value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(
            nameof(value), value, $"{nameof(Communicator)}: a timeout must be positive.");
    } = TimeSpan.FromMinutes(10);

    /// <summary>Sends numbers to a rank, which must receive the same number of them.</summary>
    /// <param name="data">The numbers.</param>
    /// <param name="to">The rank.</param>
    /// <param name="tag">Distinguishes messages; from 0 to 16,383.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank, or it is this one; or there is no such tag.</exception>
    /// <exception cref="RankFailureException">The rank has not received them in time.</exception>
    public void Send<T>(ReadOnlySpan<T> data, int to, int tag = 0)
        where T : unmanaged
    {
        CheckPeer(nameof(Send), nameof(to), to, tag);
        fixed (T* first = data) Wait(nameof(Send), [BeginSend(first, Bytes(data.Length, sizeof(T)), to, tag)]);
    }

    /// <summary>Receives numbers that a rank sends.</summary>
    /// <param name="data">Where they are stored.</param>
    /// <param name="from">The rank.</param>
    /// <param name="tag">The tag with which it was sent.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank, or it is this one; or there is no such tag.</exception>
    /// <exception cref="RankFailureException">Nothing arrived in time, or the number of numbers differs.</exception>
    public void Receive<T>(Span<T> data, int from, int tag = 0)
        where T : unmanaged
    {
        CheckPeer(nameof(Receive), nameof(from), from, tag);
        fixed (T* first = data) Wait(nameof(Receive), [BeginReceive(first, Bytes(data.Length, sizeof(T)), from, tag)]);
    }

    /// <summary>Waits until all ranks have reached this point.</summary>
    /// <exception cref="RankFailureException">A rank has not arrived in time.</exception>
    public void Barrier()
    {
        Span<byte> all = stackalloc byte[Size];
        Gather<byte>(nameof(Barrier), [0], all);
    }

    /// <summary>Sends the numbers of one rank to all.</summary>
    /// <param name="data">On that rank, the numbers; on the others, where they are stored.</param>
    /// <param name="from">The rank whose numbers are sent.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank.</exception>
    /// <exception cref="RankFailureException">A rank has not arrived in time.</exception>
    public void Broadcast<T>(Span<T> data, int from = 0)
        where T : unmanaged
    {
        if (from < 0 || from >= Size) throw NoRank(nameof(Broadcast), nameof(from), from);
        if (Size == 1 || data.Length == 0) return;
        fixed (T* first = data) BroadcastBytes((byte*)first, Bytes(data.Length, sizeof(T)), from);
    }

    /// <summary>
    /// Sends the numbers of each rank to all. Each rank sends to each other rank, so that one that does not arrive can be named.
    /// </summary>
    /// <param name="own">This rank's numbers; the same count on each rank.</param>
    /// <param name="all">Where all are stored, in the order of the ranks.</param>
    /// <exception cref="ArgumentException">The length does not match the numbers of all ranks.</exception>
    /// <exception cref="RankFailureException">A rank has not arrived in time.</exception>
    public void AllGather<T>(ReadOnlySpan<T> own, Span<T> all)
        where T : unmanaged
        => Gather(nameof(AllGather), own, all);

    /// <summary>
    /// Replaces numbers by their sums over all ranks. Where there are 64 KiB or more for each rank, they are added in the order of the
    /// ranks; fewer are added by MPI in an order of its choice, so the last digits may differ from job to job.
    /// </summary>
    /// <param name="data">The numbers; the same count on each rank.</param>
    /// <exception cref="RankFailureException">A rank has not arrived in time.</exception>
    public void SumAll(Span<float> data)
    {
        fixed (float* first = data)
            if (SlicedSum.Pays((long)data.Length * sizeof(float), Size)) sliced.Add(nameof(SumAll), first, data.Length);
            else Wait(nameof(SumAll), [BeginSum(first, data.Length)]);
    }

    /// <inheritdoc cref="SumAll(Span{float})"/>
    public void SumAll(Span<double> data)
    {
        fixed (double* first = data)
            if (SlicedSum.Pays((long)data.Length * sizeof(double), Size)) sliced.Add(nameof(SumAll), first, data.Length);
            else Wait(nameof(SumAll), [BeginSum(first, data.Length)]);
    }

    /// <summary>Divides the ranks into groups, each with a communicator of its own. All ranks must call it.</summary>
    /// <param name="group">The group of this rank; not negative.</param>
    /// <param name="order">Ranks of a group are numbered in this order and, where it is equal, in their present order.</param>
    /// <returns>The communicator of this rank's group.</returns>
    public abstract Communicator Split(int group, int order = 0);

    /// <summary>Ends all ranks of the job at once.</summary>
    /// <param name="code">The exit code.</param>
    public abstract void Abort(int code);

    internal abstract Transfer BeginSend(void* data, long bytes, int to, int tag);

    internal abstract Transfer BeginReceive(void* data, long bytes, int from, int tag);

    internal abstract Transfer BeginSum(float* data, int count);

    internal abstract Transfer BeginSum(double* data, int count);

    private protected abstract void BroadcastBytes(byte* data, long bytes, int from);

    /// <summary>All other ranks, from the next one on, so that not all send to the same one at the same time.</summary>
    internal IEnumerable<int> Others => Enumerable.Range(1, Size - 1).Select(distance => (Rank + distance) % Size);

    /// <summary>A failure that ends the wait for others early; null if there is none.</summary>
    internal virtual RankFailureException? Failure => null;

    /// <summary>Waits until all are done, for each at most <see cref="Timeout"/>.</summary>
    internal void Wait(string operation, List<Transfer> transfers)
    {
        long begin = Stopwatch.GetTimestamp();
        var spin = default(SpinWait);
        while (transfers.RemoveAll(static transfer => transfer.IsDone()) >= 0 && transfers.Count > 0)
        {
            if (Failure is { } failure) throw failure;
            if (Stopwatch.GetElapsedTime(begin) > Timeout) throw Late(operation, transfers.Select(transfer => transfer.Peer).OfType<int>());
            // There may be more ranks than processors; sleeping a millisecond would cost more than what is waited for.
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    internal void Gather<T>(string operation, ReadOnlySpan<T> own, Span<T> all)
        where T : unmanaged
    {
        if (all.Length != (long)own.Length * Size)
            throw new ArgumentException(
                Invariant($"{operation}: {own.Length} numbers of {Size} ranks do not go into {all.Length}."), nameof(all));
        own.CopyTo(all.Slice(Rank * own.Length, own.Length));
        if (own.Length == 0) return;
        var transfers = new List<Transfer>();
        fixed (T* mine = own, first = all)
        {
            long bytes = Bytes(own.Length, sizeof(T));
            foreach (int rank in Others)
            {
                transfers.Add(BeginReceive(first + (long)rank * own.Length, bytes, rank, OwnTag));
                transfers.Add(BeginSend(mine, bytes, rank, OwnTag));
            }
            Wait(operation, transfers);
        }
    }

    /// <summary>The error that ranks have not arrived within <see cref="Timeout"/>.</summary>
    internal RankFailureException Late(string operation, IEnumerable<int> missing)
    {
        int[] ranks = [.. missing.Distinct().Order()];
        string who = ranks.Length == 0 ? "another rank" : ranks.Length == 1 ? Invariant($"rank {ranks[0]}")
            : $"ranks {string.Join(", ", ranks)}";
        return new RankFailureException(
            ranks, Invariant($"{operation}: rank {Rank} of {Size} has waited {Timeout.TotalSeconds:0.###} s for {who}."));
    }

    void CheckPeer(string operation, string name, int rank, int tag)
    {
        if (rank < 0 || rank >= Size || rank == Rank) throw NoRank(operation, name, rank);
        if (tag is < 0 or >= OwnTag)
            throw new ArgumentOutOfRangeException(nameof(tag), tag, Invariant($"{operation}: tags are from 0 to {OwnTag - 1}."));
    }

    ArgumentOutOfRangeException NoRank(string operation, string name, int rank) =>
        new(name, rank, Invariant($"{operation}: there is no other rank {rank}; this is rank {Rank} of {Size}."));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static long Bytes(int count, int size) => (long)count * size;
}
