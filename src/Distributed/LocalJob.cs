using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Autograd.Distributed;

/// <summary>
/// A job whose ranks are threads of this process: for tests, and to try out a program on several ranks without MPI.
/// <code>
/// LocalJob.Run(4, communicator => Train(communicator));
/// </code>
/// </summary>
public sealed class LocalJob
{
    const int MostRanks = 1024;

    readonly Lock exchange = new();
    readonly Dictionary<(int From, int To, int Tag), Channel> channels = [];
    readonly Dictionary<(int Parent, int Split, int Group), int> contexts = [];
    // The time until which each rank's line is in use.
    readonly long[] lines;
    readonly (long Messages, long Bytes)[] sent;
    volatile RankFailureException? failure;

    LocalJob(int ranks, TimeSpan latency, double bytesPerSecond)
    {
        Ranks = ranks;
        Latency = latency;
        BytesPerSecond = bytesPerSecond;
        lines = new long[ranks];
        sent = new (long, long)[ranks];
    }

    internal int Ranks { get; }

    internal TimeSpan Latency { get; }

    internal double BytesPerSecond { get; }

    /// <summary>Why the job has ended.</summary>
    internal RankFailureException? Failure => failure;

    /// <summary>The communicator of a job with one rank: a program written for several ranks runs in one process unchanged.</summary>
    public static Communicator Alone() => new LocalCommunicator(new LocalJob(1, default, double.PositiveInfinity), 0, [0], 0);

    /// <summary>Runs a program on each rank, and waits for all.</summary>
    /// <param name="ranks">The number of ranks; from 1 to 1,024, one thread each.</param>
    /// <param name="program">What each runs.</param>
    /// <param name="latency">The minimum time that a message takes, to simulate a network; zero by default.</param>
    /// <param name="bytesPerSecond">The rate at which messages leave a rank, one after another; unlimited by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is not positive, there are too many ranks, or the latency is negative or longer than a day.
    /// </exception>
    /// <exception cref="Exception">The exception of the first rank that failed. The others end as soon as they wait.</exception>
    public static void Run(
        int ranks, Action<Communicator> program, TimeSpan latency = default, double bytesPerSecond = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ranks, MostRanks);
        ArgumentOutOfRangeException.ThrowIfLessThan(latency, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(latency, TimeSpan.FromDays(1));
        if (!(bytesPerSecond > 0)) throw new ArgumentOutOfRangeException(nameof(bytesPerSecond), bytesPerSecond, "It must be positive.");
        new LocalJob(ranks, latency, bytesPerSecond).Run(program);
    }

    void Run(Action<Communicator> program)
    {
        ExceptionDispatchInfo? first = null;
        var threads = Enumerable.Range(0, Ranks).Select(rank => new Thread(() =>
        {
            try
            {
                program(new LocalCommunicator(this, 0, [.. Enumerable.Range(0, Ranks)], rank));
            }
            catch (Exception error)
            {
                lock (exchange)
                {
                    first ??= ExceptionDispatchInfo.Capture(error);
                    failure ??= new RankFailureException([rank], FormattableString.Invariant($"rank {rank} failed: {error.Message}"));
                }
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        first?.Throw();
    }

    /// <summary>The number of a group of ranks, the same for all that have split in the same way.</summary>
    internal int ContextOf(int parent, int split, int group)
    {
        lock (exchange)
        {
            if (!contexts.TryGetValue((parent, split, group), out int context))
                contexts[(parent, split, group)] = context = contexts.Count + 1;
            return context;
        }
    }

    /// <summary>What a rank has sent so far.</summary>
    internal (long Messages, long Bytes) SentBy(int rank)
    {
        lock (exchange) return sent[rank];
    }

    internal void End(RankFailureException reason)
    {
        lock (exchange) failure ??= reason;
    }

    /// <summary>Sends a message. The messages of a rank leave one after another, as over a single network line.</summary>
    internal void Post((int From, int To, int Tag) address, byte[] data)
    {
        lock (exchange)
        {
            long now = Stopwatch.GetTimestamp();
            lines[address.From] = Math.Max(now, lines[address.From]) + (long)(data.Length / BytesPerSecond * Stopwatch.Frequency);
            long ready = lines[address.From] + (long)(Latency.TotalSeconds * Stopwatch.Frequency);
            sent[address.From] = (sent[address.From].Messages + 1, sent[address.From].Bytes + data.Length);
            var channel = Open(address);
            channel.Messages.Add(channel.Sent++, (data, ready));
        }
    }

    /// <summary>The number of the next message that is received: messages go to those who ask for them in the order of asking.</summary>
    internal long Ask((int From, int To, int Tag) address)
    {
        lock (exchange) return Open(address).Asked++;
    }

    internal byte[]? TryTake((int From, int To, int Tag) address, long number, long now)
    {
        lock (exchange)
        {
            var messages = Open(address).Messages;
            if (!messages.TryGetValue(number, out var message) || message.Ready > now) return null;
            messages.Remove(number);
            return message.Data;
        }
    }

    Channel Open((int From, int To, int Tag) address)
    {
        if (!channels.TryGetValue(address, out var channel)) channels[address] = channel = new();
        return channel;
    }

    sealed class Channel
    {
        public Dictionary<long, (byte[] Data, long Ready)> Messages { get; } = [];

        public long Sent { get; set; }

        public long Asked { get; set; }
    }
}
