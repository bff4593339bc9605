using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Truncated back-propagation along one long stream.</summary>
public sealed class D3Truncated : Demonstration
{
    const int Delay = 6, Hidden = 16, K1 = 2;
    const double Learned = 0.1;

    /// <inheritdoc/>
    public override string Id => "D3";

    /// <inheritdoc/>
    public override string Title => "Truncated back-propagation, TBPTT(k1, k2)";

    /// <inheritdoc/>
    public override string Claim =>
        "Every k1 steps, propagate back through the last k2: the states are those of the whole past, while the cost of a sweep is " +
            "bounded. What lies further back than k2 cannot be learned from; with k1 = k2 = T it is back-propagation through time.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        int different = ComparedCell.All.Sum(cell => Different(cell.Gradients(report.Key(0), new LearningRules.Whole()),
            cell.Gradients(report.Key(0), new LearningRules.Truncated(ComparedCell.Time, ComparedCell.Time))));
        report.Measure($"TBPTT(T, T) against BPTT: numbers with other bits, over {ComparedCell.All.Length} cells", different, "0",
            different == 0);
        Bias(report);
        Once(report);
        Learning(report);
    }

    static int Different(double[][] a, double[][] b) => a.Zip(b, (x, y) => x.Zip(y, (p, q) =>
        BitConverter.DoubleToInt64Bits(p) != BitConverter.DoubleToInt64Bits(q)).Count(other => other)).Sum();

    static void Bias(Report report)
    {
        var chart = new Chart("Distance of the truncated gradient from the exact one", "k2, steps that a sweep reaches back (k1 = 1)",
            "relative difference")
        { LogY = true };
        foreach (var cell in ComparedCell.All)
        {
            var exact = cell.Gradients(report.Key(0), new LearningRules.Whole());
            double[] differences = [.. Enumerable.Range(1, ComparedCell.Time - 1).Select(k2 => ComparedCell.Difference(exact,
                cell.Gradients(report.Key(0), new LearningRules.Truncated(1, k2))))];
            chart.Line(cell.Name, Enumerable.Range(1, differences.Length).Select(k2 => (double)k2), differences);
        }
        report.Chart(chart);
    }

    static void Once(Report report)
    {
        var counted = new CountingCell(new RnnCell(1, Hidden, report.Key(0)));
        BackPropagation.Through(counted).Truncated(report.Key(0).Normal([500, 1, 1]), 1, 50, (y, _) => Sum(y));
        report.Measure("steps computed for a stream of 500 with TBPTT(1, 50): 500 sweeps, overlapping by 49", counted.Steps,
            "500: none twice", counted.Steps == 500);
    }

    static void Learning(Report report)
    {
        int steps = report.Quick ? 6000 : 10000;
        report.Text($"The task: on one stream of {steps} random numbers, say at each step what came {Delay} steps before. A simple " +
            $"recurrent net of {Hidden} units, TBPTT({K1}, k2), Adam after every sweep. Learning needs a reach of more than {Delay} " +
            $"steps.");
        var chart = new Chart($"Remembering {Delay} steps, TBPTT({K1}, k2)", "step of the stream",
            "mean squared error (without memory: 1/3)");
        var rows = new List<string[]>();
        var final = new Dictionary<int, double[]>();
        foreach (int k2 in (int[])[2, 4, 6, 8, 16])
        {
            var ends = new List<double>();
            for (int seed = 0; seed < report.Seeds; seed++)
            {
                report.Progress($"k2 = {k2}", (double)seed / report.Seeds);
                double[] curve = Train(report, seed, steps, k2);
                ends.Add(curve[^1]);
                if (seed == 0) chart.Line($"k2 = {k2}", curve.Select((_, i) => (i + 1) * steps / (double)curve.Length), curve);
            }
            final[k2] = [.. ends];
            rows.Add([$"{k2}", .. ends.Select(Numbers.Short)]);
        }
        report.Table(["k2", .. Enumerable.Range(0, report.Seeds).Select(seed => $"error at the end, seed {seed}")], rows);
        report.Chart(chart);
        double longest = ((int[])[8, 16]).Max(k2 => final[k2].Max());
        int[] within = [2, 4];
        int learned = within.Sum(k2 => final[k2].Count(error => error < Learned)), runs = within.Length * report.Seeds;
        double median = within.SelectMany(k2 => final[k2]).Order().ElementAt(runs / 2);
        report.Measure("error with k2 = 8 or 16, the largest over the seeds", longest, $"below {Learned}", longest < Learned);
        report.Measure($"error with k2 = 2 or 4, median of {runs} runs", median, $"above {2 * Learned}", median > 2 * Learned);
        report.Claim($"runs with k2 = 2 or 4 that learn it all the same, of {runs}", learned,
            "0: nothing can be learned from further back", learned == 0);
        report.Text("A short reach does not make it impossible: some of the past is in the state anyway, as in a reservoir, and a " +
            "read-out may find it. But nothing teaches the net to keep it, and what was found is lost again.");
    }

    static double[] Train(Report report, int seed, int steps, int k2)
    {
        const int Points = 20;
        var key = report.Key(seed);
        var cell = report.Cell(new RnnCell(1, Hidden, key));
        var head = new Linear(Hidden, 1, key.For("head"));
        var rule = BackPropagation.Through(cell, head.Parameters);
        var optimizer = new Adam(rule.Parameters, 0.003) { Clipping = Clipping.GlobalNorm(1) };
        var x = key.For("stream").Uniform([steps, 1, 1], -1, 1);
        var target = Pad(x[..(steps - Delay)], 0, Delay, 0);
        var curve = new double[Points];
        rule.Truncated(x, K1, k2, (y, first) => Loss.MeanSquaredError(head.Forward(y), target[first..(first + y.Shape[0])]), window =>
        {
            curve[window.First * Points / steps] += window.Loss * K1 * Points / steps;
            optimizer.Step(window.Gradients);
        });
        return curve;
    }

    /// <summary>Counts how often a cell is asked for a step.</summary>
    sealed class CountingCell(RnnCell cell) : Cell<Tensor>(default, Hidden)
    {
        readonly RnnCell inner = cell;

        public int Steps { get; private set; }

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
#pragma warning disable AG0004 // It counts how often it is asked, traces included.
            Steps++;
#pragma warning restore AG0004
            return inner.Step(x, state);
        }
    }
}
