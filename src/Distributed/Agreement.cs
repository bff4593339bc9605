using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Autograd.Distributed;

/// <summary>What ranks must agree on.</summary>
static class Agreement
{
    const int HashBytes = 32;

    /// <summary>How many bytes each rank sends to each other when they agree to continue.</summary>
    public const int MostText = 512;

    /// <summary>Compares versions, the processor's vectors, the parameters and whatever else is named.</summary>
    /// <exception cref="RankFailureException">A rank differs from rank 0.</exception>
    public static void Check(
        Communicator communicator, Parameter[] parameters, ReadOnlySpan<(string Name, string Value)> settings, Surroundings surroundings)
    {
        if (communicator.Size == 1) return;
        Check(nameof(DataParallel), communicator,
        [
            .. Facts(surroundings),
            ("the names and shapes of the parameters", Hash(string.Join("\n", parameters.Select(parameter =>
                $"{parameter.Name} {parameter.Shape} {parameter.ElementType}")))),
            ("the values of the parameters", Values(parameters)),
            ("the names of the settings", Hash(string.Join("\n", settings.ToArray().Select(setting => setting.Name)))),
            .. settings.ToArray().Select(setting => (setting.Name, Hash(setting.Value))),
        ]);
    }

    /// <summary>Compares versions, the processor's vectors and a text.</summary>
    /// <exception cref="RankFailureException">A rank differs from rank 0.</exception>
    public static void Check(string operation, Communicator communicator, string name, string value)
    {
        if (communicator.Size > 1) Check(operation, communicator, [.. Facts(Surroundings.Here), (name, Hash(value))]);
    }

    static void Check(string operation, Communicator communicator, List<(string Name, byte[] Hash)> facts)
    {
        // The number of facts first, so that what follows has one length.
        int[] counts = new int[communicator.Size];
        communicator.Gather(operation, [facts.Count], counts);
        int common = counts.Min();
        byte[] mine = [.. facts.Take(common).SelectMany(fact => fact.Hash)], all = new byte[mine.Length * communicator.Size];
        communicator.Gather<byte>(operation, mine, all);
        for (int i = 0; i < common; i++)
        {
            int[] others = [.. Enumerable.Range(1, communicator.Size - 1).Where(rank =>
                !all.AsSpan(i * HashBytes, HashBytes).SequenceEqual(all.AsSpan(rank * mine.Length + i * HashBytes, HashBytes)))];
            if (others.Length > 0) throw Differs(operation, others, facts[i].Name);
        }
    }

    /// <summary>Throws on all ranks where one has failed or was cancelled.</summary>
    /// <param name="communicator">The ranks.</param>
    /// <param name="operation">The operation in progress.</param>
    /// <param name="error">The error on this rank, if any.</param>
    /// <param name="cancellation">Whether this rank is cancelled.</param>
    public static void ThrowIfSomeRankEnds(Communicator communicator, string operation, Exception? error, CancellationToken cancellation)
    {
        bool isCancelled = error is OperationCanceledException || error is null && cancellation.IsCancellationRequested;
        byte[] mine = new byte[MostText], all = new byte[MostText * communicator.Size];
        mine[0] = (byte)(isCancelled ? 1 : error is not null ? 2 : 0);
        if (mine[0] == 2) Encoding.UTF8.GetEncoder().Convert(error!.Message, mine.AsSpan(1), flush: true, out _, out _, out _);
        communicator.Gather<byte>(operation, mine, all);
        if (error is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        var failed = Enumerable.Range(0, communicator.Size).Where(rank => all[rank * MostText] == 2).ToArray();
        if (failed is [var first, ..])
        {
            string reason = Encoding.UTF8.GetString(all.AsSpan(first * MostText + 1, MostText - 1)).TrimEnd('\0');
            throw new RankFailureException(
                failed, string.Create(CultureInfo.InvariantCulture, $"{operation}: rank {first} failed: {reason}"));
        }
        if (Enumerable.Range(0, communicator.Size).Any(rank => all[rank * MostText] == 1))
            throw new OperationCanceledException($"{operation}: it was cancelled, on this rank or on another.", cancellation);
    }

    static RankFailureException Differs(string operation, int[] ranks, string what)
    {
        string who = ranks.Length == 1 ? "rank" : "ranks";
        return new RankFailureException(ranks, string.Create(
            CultureInfo.InvariantCulture, $"{operation}: {what} of {who} {string.Join(", ", ranks)} are not those of rank 0."));
    }

    static IEnumerable<(string Name, byte[] Hash)> Facts(Surroundings surroundings) =>
    [
        ("the version of the library", Hash(surroundings.Version)),
        ("the runtime", Hash(surroundings.Runtime)),
        ("the width of vectors", Hash(surroundings.Vectors)),
    ];

    static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    static byte[] Values(Parameter[] parameters)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var parameter in parameters)
            hash.AppendData(parameter.ElementType == ElementType.Float32 ? MemoryMarshal.AsBytes(parameter.AsSpan<float>())
                : MemoryMarshal.AsBytes(parameter.AsSpan<double>()));
        return hash.GetHashAndReset();
    }
}
