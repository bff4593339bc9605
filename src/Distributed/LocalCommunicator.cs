using System.Diagnostics;
using System.Numerics.Tensors;

namespace Autograd.Distributed;

/// <summary>A rank of a job of threads. Messages are copied when they are sent.</summary>
sealed unsafe class LocalCommunicator(LocalJob job, int context, int[] members, int rank) : Communicator
{
    // Each communicator of the job has tags of its own.
    const int BroadcastTag = 1 << 15, TagBits = 16;

    int splits;

    public override int Rank => rank;

    public override int Size => members.Length;

    /// <summary>What this rank has sent so far.</summary>
    public (long Messages, long Bytes) Sent => job.SentBy(members[rank]);

    internal override RankFailureException? Failure => job.Failure;

    public override Communicator Split(int group, int order = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(group);
        int[] all = new int[2 * Size];
        AllGather([group, order], all);
        int[] own = [.. Enumerable.Range(0, Size).Where(other => all[2 * other] == group).OrderBy(other => all[2 * other + 1])];
        return new LocalCommunicator(
            job, job.ContextOf(context, ++splits, group), [.. own.Select(other => members[other])],
            Array.IndexOf(own, rank))
        { Timeout = Timeout };
    }

    public override void Abort(int code) =>
        job.End(new RankFailureException(
            [members[rank]], FormattableString.Invariant($"rank {members[rank]} has ended the job with code {code}.")));

    internal override Transfer BeginSend(void* data, long bytes, int to, int tag)
    {
        byte[] copy = new ReadOnlySpan<byte>(data, checked((int)bytes)).ToArray();
        job.Post(Address(rank, to, tag), copy);
        return new Posted(to);
    }

    internal override Transfer BeginReceive(void* data, long bytes, int from, int tag) =>
        new Received(job, Address(from, rank, tag), from, data, bytes);

    internal override Transfer BeginSum(float* data, int count) => Sum(new Span<float>(data, count));

    internal override Transfer BeginSum(double* data, int count) => Sum(new Span<double>(data, count));

    private protected override void BroadcastBytes(byte* data, long bytes, int from)
    {
        var transfers = new List<Transfer>();
        if (rank != from) transfers.Add(BeginReceive(data, bytes, from, BroadcastTag));
        else
            for (int to = 0; to < Size; to++)
                if (to != from) transfers.Add(BeginSend(data, bytes, to, BroadcastTag));
        Wait(nameof(Broadcast), transfers);
    }

    Transfer Sum<T>(Span<T> data)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        var all = new T[data.Length * Size];
        Gather<T>(nameof(SumAll), data, all);
        data.Clear();
        for (int other = 0; other < Size; other++) TensorPrimitives.Add(data, all.AsSpan(other * data.Length, data.Length), data);
        return new Posted(rank);
    }

    (int From, int To, int Tag) Address(int from, int to, int tag) => (members[from], members[to], (context << TagBits) + tag);

    sealed class Posted(int to) : Transfer
    {
        public override int? Peer => to;

        public override bool IsDone() => true;
    }

    sealed class Received(LocalJob job, (int From, int To, int Tag) address, int from, void* data, long bytes) : Transfer
    {
        readonly long number = job.Ask(address);
        bool isDone;

        public override int? Peer => from;

        public override bool IsDone()
        {
            if (isDone || job.TryTake(address, number, Stopwatch.GetTimestamp()) is not { } message) return isDone;
            if (message.Length != bytes)
                throw new RankFailureException([address.From], FormattableString.Invariant(
                    $"rank {address.From} has sent {message.Length} bytes where {bytes} were expected."));
            message.CopyTo(new Span<byte>(data, message.Length));
            return isDone = true;
        }
    }
}
