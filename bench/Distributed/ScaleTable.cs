using System.Diagnostics;
using System.Globalization;
using Autograd.Distributed;

namespace Autograd.Bench;

/// <summary>
/// Steps as <see cref="ScaleModel"/> predicts them beside steps over a network whose latency and rate are put in by hand. Micro-batches
/// sleep instead of computing, so that ranks need no processors of their own.
/// </summary>
static class ScaleTable
{
    const int Numbers = 250_000, MicroBatches = 8;

    static readonly TimeSpan work = TimeSpan.FromMilliseconds(50);

    public static void Write(int steps)
    {
        var table = new TextTable("ranks", "order", "latency", "MB/s", "predicted ms", "measured ms", "ratio", "efficiency");
        foreach (var (milliseconds, rate) in new[] { (0.0, double.PositiveInfinity), (5, 1e8), (20, 1e8), (1, 1e7) })
            foreach (var order in new[] { SumOrder.Strict, SumOrder.Fast })
                foreach (int ranks in new[] { 2, 4 })
                {
                    // What is slept is measured, for it is longer than what was asked for.
                    double alone = Measured(1, order, default, double.PositiveInfinity, steps);
                    var model = new ScaleModel(Numbers * sizeof(float), MicroBatches, alone / MicroBatches, order: order);
                    var predicted = model.Over(ranks, milliseconds / 1e3, rate);
                    double measured = Measured(ranks, order, TimeSpan.FromMilliseconds(milliseconds), rate, steps);
                    table.Add(
                        $"{ranks}", $"{order}", $"{milliseconds.ToString(CultureInfo.InvariantCulture)} ms",
                        (rate / 1e6).ToString(CultureInfo.InvariantCulture), TextTable.Number(1e3 * predicted.StepSeconds),
                        TextTable.Number(1e3 * measured), TextTable.Times(measured / predicted.StepSeconds),
                        predicted.Efficiency.ToString("P0", CultureInfo.InvariantCulture));
                }
        table.Write(Console.Out);
    }

    static double Measured(int ranks, SumOrder order, TimeSpan latency, double rate, int steps)
    {
        double least = double.PositiveInfinity;
        LocalJob.Run(
            ranks,
            communicator =>
            {
                var w = new Parameter("w", Tensor.Ones([Numbers]));
                var parallel = new DataParallel(communicator, [w], order);
                for (int i = 0; i <= steps; i++)
                {
                    communicator.Barrier();
                    long begin = Stopwatch.GetTimestamp();
                    parallel.Gradients(MicroBatches, _ =>
                    {
                        Thread.Sleep(work);
                        return Functions.Sum(w);
                    });
                    double[] all = new double[ranks];
                    communicator.AllGather([Stopwatch.GetElapsedTime(begin).TotalSeconds], all);
                    if (communicator.Rank == 0 && i > 0) least = Math.Min(least, all.Max());
                }
            },
            latency, rate);
        return least;
    }
}
