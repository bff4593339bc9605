using System.Diagnostics;
using System.Globalization;
using Autograd.Distributed;

namespace Autograd.Bench;

/// <summary>
/// What <see cref="DistributedCommand"/> starts as a rank: prints, on rank 0, one number for each rank, of processor time in milliseconds,
/// and behind them the time on the clock. Each is the least of some rounds.
/// </summary>
internal static class RankCommand
{
    public static int Run(string what, int count, int rounds) => MpiJob.Run((communicator, _) =>
    {
        Action work, prepare = () => { };
        if (what == "sum")
        {
            float[] data = new float[count];
            (prepare, work) = (() => Array.Fill(data, 1), () => communicator.SumAll(data));
        }
        else
        {
            var step = new DistributedStep(count);
            var parallel = step.Parallel(communicator, what == "fast" ? SumOrder.Fast : SumOrder.Strict);
            work = () => step.Together(parallel);
        }
        double[] mine = Least(communicator, prepare, work, rounds), all = new double[2 * communicator.Size];
        communicator.AllGather<double>(mine, all);
        if (communicator.Rank == 0)
            Console.WriteLine("ranks " + string.Join(' ', Enumerable.Range(0, communicator.Size).Select(rank => all[2 * rank]).Append(all[1])
                .Select(number => number.ToString("R", CultureInfo.InvariantCulture))));
        return 0;
    });

    static double[] Least(Communicator communicator, Action prepare, Action work, int rounds)
    {
        double[] least = [double.PositiveInfinity, double.PositiveInfinity];
        for (int i = 0; i < rounds; i++)
        {
            prepare();
            communicator.Barrier();
            var (begin, start) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            work();
            least[0] = Math.Min(least[0], (Environment.CpuUsage.TotalTime - start).TotalMilliseconds);
            least[1] = Math.Min(least[1], Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }
        return least;
    }
}
