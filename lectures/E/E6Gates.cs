using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>What the gates of a GRU learn when some units are needed for a long time and others for a moment.</summary>
public sealed class E6Gates : Demonstration
{
    const int Few = 4, Many = 16, Time = 60, Batch = 32;

    // A unit whose correlations are almost only with the marked number.
    const double LongTerm = 0.9;

    /// <inheritdoc/>
    public override string Id => "E6";

    /// <inheritdoc/>
    public override string Title => "Gates of a trained GRU: long-term units keep, short-term units renew";

    /// <inheritdoc/>
    public override string Claim =>
        "In a trained GRU long-term units have update gates near 0, short-term units reset gates near 0 (Cho et al. 2014). Here: at " +
            "every step say the number that was last marked (marks are rare), and the number of the step before.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var learning = new Chart("Learning both tasks", "update", "mean squared error") { LogY = true };
        var scatter = new Chart("Units of all seeds: what they hold, and their gates",
            "share of what the unit holds that is the marked number", "mean of the gate");
        var (share, update, reset) = (new List<double>(), new List<double>(), new List<double>());
        var (longUpdates, otherUpdates, longResets, otherResets) = (new List<double>(), new List<double>(), new List<double>(),
            new List<double>());
        double worst = 0;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var net = new Net(report, report.Key(seed), Few);
            double[] losses = net.Train(report, report.Quick ? 1200 : 2500);
            learning.Line($"seed {seed}", Enumerable.Range(1, losses.Length).Select(i => (double)i), losses);
            worst = Math.Max(worst, losses[^20..].Average());
            var (shares, gates, quiet) = net.Look();
            double[] r = gates[0], z = gates[1];
            share.AddRange(shares);
            update.AddRange(z);
            reset.AddRange(r);
            for (int unit = 0; unit < Few; unit++)
            {
                bool isLong = shares[unit] > LongTerm;
                (isLong ? longUpdates : otherUpdates).AddRange(quiet.Select(step => step.Update[unit]));
                (isLong ? longResets : otherResets).AddRange(quiet.Select(step => step.Reset[unit]));
            }
        }
        report.Chart(learning);
        report.Chart(scatter.Points("update gate", share, update).Points("reset gate", share, reset));
        report.Chart(Histogram("Update gates between marks", longUpdates, otherUpdates));
        report.Chart(Histogram("Reset gates between marks", longResets, otherResets));
        int units = share.Count(s => s > LongTerm);
        double low = longUpdates.DefaultIfEmpty(1).Average(), high = otherUpdates.DefaultIfEmpty(0).Average(),
            resetLong = longResets.DefaultIfEmpty().Average(), resetShort = otherResets.DefaultIfEmpty().Average();
        report.Text($"{units} of {share.Count} units hold almost only the marked number. Their update gates between marks are " +
            $"{Numbers.Short(low)} in the mean, those of the others {Numbers.Short(high)}; "
            + $"their reset gates {Numbers.Short(resetLong)}, those of the others {Numbers.Short(resetShort)}.");
        report.Text("Of the reset gates: in h̃ = tanh(x·Wxh + (r ⊙ h)·Whh) a unit's reset gate hides its state from all candidates, and " +
            "a unit whose update gate is near 1 renews itself whatever its reset gate is. Nothing forces that gate to 0.");
        report.Claim("mean reset gate of the short-term units between marks", resetShort, "at most 0.15: near 0", resetShort <= 0.15);
        report.Claim("the same as a part of the long-term units'", resetShort / resetLong, "at most 0.5", resetShort <= 0.5 * resetLong);
        if (!report.Quick) Spare(report);
        report.Measure("mean squared error at the end, largest over seeds", worst, "at most 0.05; guessing costs 0.33", worst <= 0.05);
        report.Measure("units that hold almost only the marked number", units, $"at least {report.Seeds / 2 + 1}",
            units > report.Seeds / 2);
        report.Measure("mean update gate of these long-term units", low, "at most 0.15: near 0", low <= 0.15);
        report.Measure("mean update gate of the others", high, "at least 3 times that", high >= 3 * low);
    }

    // With more units than are needed the number is held by many together, through Whh, and no unit has to close its gate.
    static void Spare(Report report)
    {
        var net = new Net(report, report.Key(0), Many);
        net.Train(report, 1500);
        var (shares, gates, _) = net.Look();
        var held = shares.Zip(gates[1]).Where(unit => unit.First > LongTerm).Select(unit => unit.Second).DefaultIfEmpty(double.NaN);
        report.Text($"With {Many} units, more than are needed, the claim shows less: long-term units have update gates of " +
            $"{Numbers.Short(held.Average())} in the mean, as the number is held by many units together, through Whh.");
    }

    static Chart Histogram(string title, List<double> longTerm, List<double> shortTerm) =>
        new Chart(title, "value of the gate", "share of all values").Histogram("long-term units", longTerm, 0, 1, 20)
            .Histogram("the others", shortTerm, 0, 1, 20);

    sealed class Net
    {
        readonly GruCell cell;
        readonly Recurrent<Tensor> recurrent;
        readonly Linear head;
        readonly RandomKey key;
        readonly Parameter[] parameters;
        readonly int units;

        public Net(Report report, RandomKey key, int units)
        {
            (this.key, this.units) = (key, units);
            cell = new GruCell(2, units, key);
            recurrent = Recurrent.Over(report.Cell(cell));
            head = new Linear(units, 2, key.For("head"));
            parameters = [.. recurrent.Parameters, .. head.Parameters];
        }

        public double[] Train(Report report, int updates)
        {
            var optimizer = new Adam(parameters, 0.02) { Clipping = Clipping.GlobalNorm(1) };
            var losses = new double[updates];
            for (int i = 0; i < updates; i++)
            {
                var (x, target) = Draw(key.For("train").At(i));
                using var tape = new Tape();
                var loss = Loss.MeanSquaredError(head.Forward(recurrent.Forward(x)), target);
                optimizer.Step(tape.Gradients(loss, parameters));
                losses[i] = loss.ToScalar();
                if (i % 50 == 0) report.Progress($"seed {key.Seed}", (double)i / updates);
            }
            return losses;
        }

        /// <summary>
        /// For every unit the share of the marked number in what it holds, from its correlations with that and with the last two numbers;
        /// its mean gates between marks; and these step by step.
        /// </summary>
        public (double[] Shares, double[][] Gates, List<(double[] Reset, double[] Update)> Quiet) Look()
        {
            var (x, target) = Draw(key.For("look"));
            var gates = Gate.Of(cell, x);
            double[] h = recurrent.Forward(x).ToDoubles(), r = gates[0].Values.ToDoubles(), z = gates[1].Values.ToDoubles();
            int[] rows = [.. Enumerable.Range(5 * Batch, (Time - 5) * Batch).Where(row => x.At(row / Batch, row % Batch, 1) == 0)];
            double[] sign = [.. rows.Select(row => target.At(row / Batch, row % Batch, 0))], before = [.. rows.Select(row =>
                target.At(row / Batch, row % Batch, 1))], now = [.. rows.Select(row => x.At(row / Batch, row % Batch, 0))];
            var shares = new double[units];
            for (int unit = 0; unit < units; unit++)
            {
                double[] own = [.. rows.Select(row => h[row * units + unit])];
                double old = Square(own, sign), recent = Square(own, before) + Square(own, now);
                shares[unit] = old / (old + recent);
            }
            List<(double[], double[])> quiet = [.. rows.Where((_, i) => i % 7 == 0).Select(row => (r[(row * units)..((row +
                1) * units)], z[(row * units)..((row + 1) * units)]))];
            return (shares, [Means(r), Means(z)], quiet);

            double[] Means(double[] values) => [.. Enumerable.Range(0, units).Select(unit => rows.Average(row => values[row * units +
                unit]))];
        }

        static double Square(double[] a, double[] b)
        {
            double ma = a.Average(), mb = b.Average(), ab = 0, aa = 1e-12, bb = 1e-12;
            for (int i = 0; i < a.Length; i++) (ab, aa, bb) = (ab + (a[i] - ma) * (b[i] - mb), aa + (a[i] - ma) * (a[i] - ma), bb +
                (b[i] - mb) * (b[i] - mb));
            return ab * ab / (aa * bb);
        }

        // Inputs: a number, and whether it is marked. What is marked can only be told from the rest by a gate.
        static (Tensor X, Tensor Target) Draw(RandomKey key)
        {
            var (x, target) = (new float[Time, Batch, 2], new float[Time, Batch, 2]);
            for (int b = 0; b < Batch; b++)
            {
                float kept = 0, previous = 0;
                for (int t = 0; t < Time; t++)
                {
                    uint place = (uint)(2 * (t * Batch + b));
                    float number = (float)(2 * key.Uniform(place) - 1);
                    bool isMarked = t == 0 || key.Uniform(place + 1) < 0.03;
                    if (isMarked) kept = number;
                    (x[t, b, 0], x[t, b, 1]) = (number, isMarked ? 1 : 0);
                    (target[t, b, 0], target[t, b, 1]) = (kept, previous);
                    previous = number;
                }
            }
            return (Tensor.From(x), Tensor.From(target));
        }
    }
}
