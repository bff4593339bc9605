using System.Diagnostics;
using System.Globalization;
using Autograd.Distributed;

namespace Autograd.Bench;

/// <summary>
/// What <see cref="DistributedCommand"/> starts as a rank: prints, on rank 0, the least times of some rounds, in milliseconds, of the rank
/// that needs most.
/// </summary>
static class RankCommand
{
    /// <summary>A sum of floats: its time on the clock.</summary>
    public static int Sum(int count, int rounds) => MpiJob.Run((communicator, _) =>
    {
        float[] data = new float[count];
        Say(communicator, Least(communicator, () => Array.Fill(data, 1), () => communicator.SumAll(data), rounds).Clock);
        return 0;
    });

    /// <summary>
    /// A step of two micro-batches: its time on the clock; the processor time of this rank's micro-batches, computed by all ranks at once
    /// and not exchanged; that of a step without anything to compute, which is what the exchange takes when nobody is waited for.
    /// </summary>
    public static int Step(SumOrder order, int rounds) => MpiJob.Run((communicator, _) =>
    {
        const int MicroBatches = 2;
        var step = new DistributedStep(MicroBatches);
        var (together, alone) = (step.Parallel(communicator, order), step.Parallel(LocalJob.Alone(), order));
        double clock = Least(communicator, () => { }, () => step.Together(together), rounds).Clock;
        double share = Least(communicator, () => { }, () => step.Share(alone, MicroBatches / communicator.Size), rounds).Processor;
        double exchange = Least(communicator, () => { }, () => step.Nothing(together), 4 * rounds).Processor;
        Say(communicator, clock, share, exchange);
        return 0;
    });

    static (double Clock, double Processor) Least(Communicator communicator, Action prepare, Action work, int rounds)
    {
        var (clock, processor) = (double.PositiveInfinity, double.PositiveInfinity);
        for (int i = 0; i < rounds; i++)
        {
            prepare();
            communicator.Barrier();
            var (begin, start) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            work();
            processor = Math.Min(processor, (Environment.CpuUsage.TotalTime - start).TotalMilliseconds);
            clock = Math.Min(clock, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }
        return (clock, processor);
    }

    static void Say(Communicator communicator, params double[] numbers)
    {
        double[] all = new double[numbers.Length * communicator.Size];
        communicator.AllGather<double>(numbers, all);
        if (communicator.Rank == 0)
            Console.WriteLine("least " + string.Join(' ', numbers.Select((_, i) =>
                all.Where((_, j) => j % numbers.Length == i).Max().ToString("R", CultureInfo.InvariantCulture))));
    }
}
