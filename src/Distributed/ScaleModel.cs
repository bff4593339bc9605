using System.Numerics;

namespace Autograd.Distributed;

/// <summary>
/// The cost of a step of <see cref="DataParallel"/>, which determines how many ranks are worthwhile. A batch of m micro-batches, each of
/// which takes c seconds, an update of u seconds and a gradient of G bytes take on n ranks, whose messages take a latency of α seconds and
/// leave each rank at β bytes per second,
/// <code>
/// T(n) = ⌈m / n⌉ c + u + S(n)        S(1) = 0
/// S(n) = r α + ((512 + 16 m)(n − 1) + (k + 1) G (n − 1) / n) / β
/// E(n) = T(1) / (n T(n))
/// </code>
/// (Hockney 1994 for α and β.) In strict order r = 4, and a rank sends its slices of at most k nodes: k = 1 where shares are equal powers
/// of 2. In fast order k = 1, and r = 2 + 2 ⌈G / 4 MiB⌉; below 64 KiB for each rank, where MPI adds up, r = 2 + 2 ⌈log₂ n⌉ and each of
/// these steps sends G. Additions are neglected, since memory is much faster than networks. So is waiting for the slowest rank.
/// </summary>
public sealed class ScaleModel
{
    const int StrictRounds = 4, AgreementRounds = 2;

    /// <summary>States what a step costs on one rank.</summary>
    /// <param name="gradientBytes">G: 4 for each number of a parameter in single precision, 8 in double.</param>
    /// <param name="microBatches">m; from 1 to <see cref="DataParallel.MostMicroBatches"/>.</param>
    /// <param name="secondsPerMicroBatch">c, forward and backward; positive.</param>
    /// <param name="secondsPerUpdate">u: the optimizer's step, and whatever else each rank does once per step; not negative.</param>
    /// <param name="order">The order in which gradients are added.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range or not finite.</exception>
    public ScaleModel(
        long gradientBytes, int microBatches, double secondsPerMicroBatch, double secondsPerUpdate = 0, SumOrder order = SumOrder.Strict)
    {
        GradientBytes = Require.AtLeast(nameof(ScaleModel), nameof(gradientBytes), gradientBytes, 1);
        MicroBatches = Require.AtLeast(nameof(ScaleModel), nameof(microBatches), microBatches, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(microBatches, DataParallel.MostMicroBatches);
        SecondsPerMicroBatch = Positive(nameof(secondsPerMicroBatch), secondsPerMicroBatch);
        SecondsPerUpdate = NotNegative(nameof(secondsPerUpdate), secondsPerUpdate);
        Order = Require.Defined(nameof(ScaleModel), nameof(order), order);
    }

    /// <summary>G.</summary>
    public long GradientBytes { get; }

    /// <summary>m.</summary>
    public int MicroBatches { get; }

    /// <summary>c.</summary>
    public double SecondsPerMicroBatch { get; }

    /// <summary>u.</summary>
    public double SecondsPerUpdate { get; }

    /// <summary>The order in which gradients are added.</summary>
    public SumOrder Order { get; }

    /// <summary>Predicts a step over several ranks.</summary>
    /// <param name="ranks">n; from 1 to the number of micro-batches.</param>
    /// <param name="latencySeconds">α; not negative. Some 2e-6 over a fast network or within a machine, 5e-5 over Ethernet.</param>
    /// <param name="bytesPerSecond">β; positive. 1.25e8 for each Gbit/s.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range or NaN.</exception>
    public ScaleEstimate Over(int ranks, double latencySeconds, double bytesPerSecond)
    {
        Require.AtLeast(nameof(ScaleModel), nameof(ranks), ranks, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ranks, MicroBatches);
        NotNegative(nameof(latencySeconds), latencySeconds);
        if (!(bytesPerSecond > 0)) throw new ArgumentOutOfRangeException(nameof(bytesPerSecond), bytesPerSecond, "It must be positive.");
        double alone = MicroBatches * SecondsPerMicroBatch + SecondsPerUpdate;
        if (ranks == 1) return new ScaleEstimate(1, alone, 0, 0, 0, 1);
        var (rounds, bytes) = Traffic(ranks);
        double sum = rounds * latencySeconds + bytes / bytesPerSecond;
        double step = (MicroBatches + ranks - 1) / ranks * SecondsPerMicroBatch + SecondsPerUpdate + sum;
        return new ScaleEstimate(ranks, step, sum, rounds, bytes, alone / (ranks * step));
    }

    // How many messages follow each other, and how many bytes a rank sends.
    (long Rounds, double Bytes) Traffic(int ranks)
    {
        double others = ranks - 1, agreement = (Agreement.MostText + 2.0 * sizeof(double) * MicroBatches) * others;
        double slices = GradientBytes * others / ranks;
        if (Order == SumOrder.Strict) return (StrictRounds, agreement + (MostNodes(ranks) + 1) * slices);
        if (SlicedSum.Pays(GradientBytes, ranks))
            return (AgreementRounds + 2 * SlicedSum.Blocks(GradientBytes, ranks), agreement + 2 * slices);
        int steps = BitOperations.Log2((uint)ranks - 1) + 1;
        return (AgreementRounds + 2 * steps, agreement + 2.0 * steps * GradientBytes);
    }

    int MostNodes(int ranks) =>
        Enumerable.Range(0, ranks).Max(rank => GradientTree.NodesOf(Share.Of(MicroBatches, rank, ranks)).Count());

    static double Positive(string name, double value) => double.IsFinite(value) && value > 0 ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{nameof(ScaleModel)}: it must be finite and positive.");

    static double NotNegative(string name, double value) => double.IsFinite(value) && value >= 0 ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{nameof(ScaleModel)}: it must be finite and not negative.");
}

/// <summary>The prediction for a step over several ranks.</summary>
/// <param name="Ranks">How many.</param>
/// <param name="StepSeconds">T(n).</param>
/// <param name="SumSeconds">S(n), the part of it spent on exchanging gradients.</param>
/// <param name="Rounds">The number of messages that wait for each other.</param>
/// <param name="SentBytes">The bytes sent by the rank that sends most.</param>
/// <param name="Efficiency">E(n): the fraction of n times the speed of one rank that is reached.</param>
public readonly record struct ScaleEstimate(
    int Ranks, double StepSeconds, double SumSeconds, long Rounds, double SentBytes, double Efficiency)
{
    /// <summary>n E(n): the speed relative to one rank.</summary>
    public double SpeedUp => Ranks * Efficiency;

    /// <summary>Ranks, times and efficiency.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Ranks} ranks: {StepSeconds:G4} s, of which the sum {SumSeconds:G3} s; efficiency {Efficiency:P0}");
}
