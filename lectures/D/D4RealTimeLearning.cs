using System.Diagnostics;
using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Gradients carried forward in time.</summary>
public sealed class D4RealTimeLearning : Demonstration
{
    const int Hidden = 8, Lag = 2;

    /// <inheritdoc/>
    public override string Id => "D4";

    /// <inheritdoc/>
    public override string Title => "Real-time recurrent learning, and SnAp as a mask of it";

    /// <inheritdoc/>
    public override string Claim =>
        "The influence matrix ∂h_t/∂θ can be carried forward with the state: the gradient of each step's loss is there at that step, " +
            "exactly that of back-propagation, and nothing of the past is stored. It costs units × weights numbers.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var rows = new List<string[]>();
        double worst = 0;
        foreach (var cell in ComparedCell.All)
        {
            double difference = 0;
            for (int seed = 0; seed < report.Seeds; seed++)
                difference = Math.Max(difference, ComparedCell.Difference(cell.Gradients(report.Key(seed), new LearningRules.Whole()),
                    cell.Gradients(report.Key(seed), new LearningRules.RealTime())));
            worst = Math.Max(worst, difference);
            rows.Add([cell.Name, Numbers.Short(difference)]);
        }
        report.Table(["cell", $"largest relative difference from BPTT, {report.Seeds} seeds"], rows);
        report.Measure("RTRL against BPTT in double, all cells", worst, "at most 1e-10", worst <= 1e-10);
        Snap(report);
        Online(report);
        Cost(report);
    }

    static void Snap(Report report)
    {
        var exact = SparseGradients(report, null);
        double[] errors = [.. Enumerable.Range(1, SparseCell.Units).Select(reach => Distance(exact, SparseGradients(report, reach)))];
        var chart = new Chart($"SnAp-n: a ring of {SparseCell.Units} units, each fed by one other",
            "n, steps within which a weight may influence a unit", "relative distance from the exact gradient");
        chart.Line("SnAp-n", Enumerable.Range(1, errors.Length).Select(n => (double)n), errors);
        report.Chart(chart);
        report.Measure("SnAp-1: relative distance from the exact gradient", errors[0], "above 0.01: it is biased", errors[0] > 0.01);
        report.Measure($"SnAp-{SparseCell.Units}, which reaches around the ring", errors[^1], "0", errors[^1] == 0);
    }

    static double[][] SparseGradients(Report report, int? reach)
    {
        var x = report.Key(0).For("ring").Normal([30, 1, SparseCell.Units], 1, ElementType.Float64);
        return [.. RealTimeLearning.Of(new SparseCell(report.Key(0)), reach: reach).Run(x, (y, _) => Sum(Square(y)))
            .Gradients.Select(gradient => gradient.ToDoubles())];
    }

    static double Distance(double[][] a, double[][] b) =>
        Math.Sqrt(a.Zip(b, (x, y) => x.Zip(y, (p, q) => (p - q) * (p - q)).Sum()).Sum() / a.Sum(x => x.Sum(p => p * p)));

    static void Online(Report report)
    {
        int steps = report.Quick ? 2000 : 4000;
        var chart = new Chart($"Learning online to say what came {Lag} steps before", "step",
            "mean squared error (without memory: 1/3)")
        { LogY = true };
        var final = new Dictionary<string, List<double>>();
        for (int seed = 0; seed < report.Seeds; seed++)
            foreach (var (name, reach) in (IEnumerable<(string, int?)>)[("RTRL, exact", null), ("SnAp-1", 1)])
            {
                report.Progress($"online, seed {seed}", (double)seed / report.Seeds);
                double[] curve = Train(report.Key(seed), steps, reach);
                (final.TryGetValue(name, out var all) ? all : final[name] = []).Add(curve.TakeLast(4).Average());
                chart.Line($"{name}, seed {seed}", curve.Select((_, i) => (i + 1) * steps / (double)curve.Length), curve);
            }
        report.Chart(chart);
        report.Table(["rule", .. Enumerable.Range(0, report.Seeds).Select(seed => $"last tenth, seed {seed}")], final.Select(pair =>
            (string[])[pair.Key, .. pair.Value.Select(Numbers.Short)]));
        double worst = final["RTRL, exact"].Max();
        report.Measure("RTRL online, one update a step: the largest error of the last tenth", worst, "below 0.05", worst < 0.05);
    }

    static double[] Train(RandomKey key, int steps, int? reach)
    {
        const int Points = 40;
        var cell = new RnnCell(1, Hidden, key);
        var head = new Linear(Hidden, 1, key.For("head"));
        var rule = RealTimeLearning.Of(cell, head.Parameters, reach);
        var optimizer = new Adam(rule.Parameters, new Cosine(0.01, steps, 0.0005));
        var x = key.For("stream").Uniform([steps, 1, 1], -1, 1);
        var curve = new double[Points];
        rule.Run(x, (y, t) => t < Lag ? 0 * Sum(y) : Sum(Square(head.Forward(At(y, 0)) - At(x, t - Lag))), window =>
        {
            curve[window.First * Points / steps] += window.Loss * Points / steps;
            optimizer.Step(window.Gradients);
        });
        return curve;
    }

    static void Cost(Report report)
    {
        var rows = new List<string[]>();
        foreach (int hidden in (int[])[4, 8, 16, 32])
        {
            var cell = new RnnCell(1, hidden, report.Key(0));
            var x = report.Key(0).Normal([50, 1, 1]);
            double realTime = Milliseconds(() => RealTimeLearning.Of(cell).Run(x, (y, _) => Sum(y))), whole = Milliseconds(() =>
                BackPropagation.Through(cell).ThroughTime(x, y => Sum(y)));
            rows.Add([$"{hidden}", $"{cell.ParameterCount}", $"{hidden * (cell.ParameterCount + hidden)}", Numbers.Short(realTime),
                Numbers.Short(whole)]);
        }
        report.Table(["units", "weights", "numbers of the influence", "RTRL, ms a step", "BPTT, ms a step"], rows);
        report.Text("The price of being online: memory grows with the cube of the units and time with the fourth power; " +
            "back-propagation keeps the past instead.");
    }

    // The least of some runs: the others had to share the machine.
    static double Milliseconds(Action run)
    {
        double least = double.MaxValue;
        for (int i = 0; i < 7; i++)
        {
            long start = Stopwatch.GetTimestamp();
            run();
            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalMilliseconds / 50);
        }
        return Math.Round(least, 4);
    }

    /// <summary>Units in a ring: h_j = tanh(w_j x_j + r_j h_{j−1}).</summary>
    sealed class SparseCell : Cell<Tensor>
    {
        public const int Units = 6;

        readonly Parameter w, r;

        public SparseCell(RandomKey key)
            : base(key, Units)
        {
            Diagonal(out w, Units); Bias(out r, Units, 0.9);
        }

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var before = Concatenate(-1, Slice(state, 1, Units - 1, 1), Slice(state, 1, 0, Units - 1));
            var h = Tanh(w * x + r * before);
            return (h, h);
        }
    }
}
