using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>A net that keeps a bit has two attractive sets, and near them gradients die.</summary>
public sealed class A5Latching : Demonstration
{
    const int Symbols = 3, Hidden = 6, Length = 24, Batch = 32, Long = 1000;

    /// <inheritdoc/>
    public override string Id => "A5";

    /// <inheritdoc/>
    public override string Title => "Latching a bit: attractive sets, and gradients that die in them";

    /// <inheritdoc/>
    public override string Claim =>
        "To keep a bit for unbounded time the state map needs attractors; near them derivatives are small, so gradients die. A net trained on the automaton “odd number of 2s so far” (symbols 1, 2, 3) holds two attractive sets.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var learning = new Chart("Learning the automaton", "update", "cross-entropy, nats per step") { LogY = true, YFloor = 1e-4 };
        var decay = new Chart("‖∂h_T/∂h_t‖ while only 1s and 3s come: the bit is kept", "T − t", "norm") { LogY = true, YFloor = 1e-16 };
        var rows = new List<string[]>();
        int solved = 0, latched = 0;
        double slowest = 0, before = double.PositiveInfinity;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var net = new Net(report.Key(seed));
            double[] untrained = net.GradientsWhileKept();
            var losses = net.Train(report, 3000);
            learning.Line($"seed {seed}", Enumerable.Range(1, losses.Count).Select(i => (double)i), losses);
            double accuracy = net.Accuracy();
            bool isSolved = accuracy == 1;
            solved += isSolved ? 1 : 0;
            var (attractors, separate) = net.Attractors();
            double[] norms = net.GradientsWhileKept();
            double rate = Rate(norms);
            if (isSolved) slowest = Math.Max(slowest, rate);
            before = Math.Min(before, Rate(untrained));
            latched += isSolved && separate && attractors.All(count => count >= 2) ? 1 : 0;
            rows.Add([$"{seed}", $"{losses.Count}", Numbers.Short(100 * accuracy) + " %", string.Join(" and ", attractors), separate ? "yes" : "no", Numbers.Short(Rate(untrained)), Numbers.Short(rate)]);
            decay.Line($"seed {seed}, trained", Enumerable.Range(0, norms.Length).Select(i => (double)i), norms.Reverse());
            if (seed == 0) decay.Dashed("seed 0, untrained", Enumerable.Range(0, norms.Length).Select(i => (double)i), untrained.Reverse());
            if (seed == 0) report.Chart(net.Picture());
        }
        report.Table(["seed", "updates", "right over 1,000 steps", "stable fixed points under 1 and under 3", "two separate sets", "gradient per step, untrained", "per step, trained"], rows);
        report.Chart(learning);
        report.Chart(decay);
        report.Measure("seeds that are right at every one of 1,000 steps", solved, $"at least {report.Seeds - 1} of {report.Seeds}", solved >= report.Seeds - 1);
        report.Measure("of these, with two attractive sets", latched, $"{solved}", latched == solved);
        report.Measure("slowest decay of the gradient across the latch, factor per step", slowest, "below 0.9: gone within 100 steps", slowest is > 0 and < 0.9);
    }

    static double Rate(double[] norms) => Math.Pow(norms[^41] / norms[^1], 1.0 / 40);

    sealed class Net
    {
        readonly RnnCell cell;
        readonly Recurrent<Tensor> recurrent;
        readonly Linear head;
        readonly RandomKey key;
        readonly Parameter[] parameters;

        public Net(RandomKey key)
        {
            this.key = key;
            cell = new RnnCell(Symbols, Hidden, key);
            recurrent = Recurrent.Over(cell);
            head = new Linear(Hidden, 1, key.For("head"));
            parameters = [.. recurrent.Parameters, .. head.Parameters];
        }

        public List<double> Train(Report report, int most)
        {
            var optimizer = new Adam(parameters, 0.01) { Clipping = Clipping.GlobalNorm(1) };
            var losses = new List<double>();
            for (int i = 0; i < most; i++)
            {
                var (x, target) = Draw(key.For("train").At(i), Length, Batch);
                using var tape = new Tape();
                var loss = Loss.BinaryCrossEntropy(head.Forward(recurrent.Forward(x)), target);
                optimizer.Step(tape.Gradients(loss, parameters));
                losses.Add(loss.ToScalar());
                if (i % 50 == 0) report.Progress($"seed {key.Seed}", (double)i / most);
                // Well below what a single wrong step in a batch would cost.
                if (losses.TakeLast(20).Max() < 2e-3 && i > 20) break;
            }
            return losses;
        }

        public double Accuracy()
        {
            var (x, target) = Draw(key.For("test"), Long, Batch);
            double[] logits = head.Forward(recurrent.Forward(x)).ToDoubles(), truth = target.ToDoubles();
            return logits.Zip(truth, (logit, odd) => logit > 0 == odd > 0.5).Count(right => right) / (double)truth.Length;
        }

        /// <summary>Stable fixed points under a constant 1 and a constant 3, and whether long stays in either state of the automaton lie apart.</summary>
        public (int[] Counts, bool Separate) Attractors()
        {
            // Where the net can be: the states of a long random run.
            var (x, _) = Draw(key.For("starts"), 40, 8);
            var starts = Concatenate(0, [.. Unstack(recurrent.Run(x).StackedStates()[20..])]);
            int[] counts = [.. new[] { 0, 2 }.Select(symbol => FixedPoints.FindAll(CellMap.Of(cell, OneHot([symbol], Symbols).Reshape(Symbols)), starts[..60], 1e-10).Count(point => point.IsStable))];
            var (points, odd) = Kept();
            double within = 0, between = double.PositiveInfinity;
            for (int i = 0; i < points.Length; i++)
                for (int j = 0; j < i; j++)
                {
                    double distance = Math.Abs(points[i] - points[j]);
                    if (odd[i] == odd[j]) within = Math.Max(within, distance);
                    else between = Math.Min(between, distance);
                }
            return (counts, between > 0 && within < between * 20 && points.Zip(odd).All(pair => pair.First > 0 == pair.Second));
        }

        // The read-out of states after many 1s and 3s in a row, from both states of the automaton.
        (double[] Logits, bool[] Odd) Kept()
        {
            int[] symbols = [.. Enumerable.Range(0, 60 * Batch).Select(i => i / Batch is 3 or 5 || (i / Batch == 7 && i % 2 == 0) ? 1 : 2 * key.For("kept").Whole((uint)i, 2))];
            var x = OneHot(symbols, Symbols).Reshape(60, Batch, Symbols);
            double[] logits = head.Forward(recurrent.Forward(x)[^1]).ToDoubles();
            return (logits, [.. Enumerable.Range(0, Batch).Select(b => b % 2 == 0)]);
        }

        public double[] GradientsWhileKept()
        {
            int[] symbols = [.. Enumerable.Range(0, 100).Select(t => t == 3 ? 1 : 2 * key.For("kept").Whole((uint)t, 2))];
            return GradientFlow.ThroughTime(cell, OneHot(symbols, Symbols))[10..];
        }

        /// <summary>Two units of the states of a random run, by the state of the automaton.</summary>
        public Chart Picture()
        {
            var (x, target) = Draw(key.For("picture"), 60, Batch);
            var states = recurrent.Forward(x)[20..].Detach();
            double[] odd = target[20..].ToDoubles(), h = states.ToDoubles();
            // The two units that differ most between the two sets of states.
            int[] units = [.. Enumerable.Range(0, Hidden).OrderByDescending(unit => Math.Abs(Gap(unit))).Take(2)];
            var chart = new Chart("States of the trained net in a random run, seed 0", $"unit {units[0]}", $"unit {units[1]}");
            foreach (bool isOdd in (bool[])[false, true])
            {
                int[] chosen = [.. Enumerable.Range(0, odd.Length).Where(i => odd[i] > 0.5 == isOdd)];
                chart.Points(isOdd ? "odd number of 2s" : "even number of 2s", chosen.Select(i => h[i * Hidden + units[0]]), chosen.Select(i => h[i * Hidden + units[1]]));
            }
            return chart;

            double Gap(int unit) => Enumerable.Range(0, odd.Length).Average(i => (odd[i] - 0.5) * h[i * Hidden + unit]);
        }

        static (Tensor X, Tensor Target) Draw(RandomKey key, int length, int batch)
        {
            int[] symbols = [.. Enumerable.Range(0, length * batch).Select(i => key.Whole((uint)i, Symbols))];
            var target = new float[length, batch, 1];
            for (int b = 0; b < batch; b++)
            {
                int twos = 0;
                for (int t = 0; t < length; t++)
                {
                    twos += symbols[t * batch + b] == 1 ? 1 : 0;
                    target[t, b, 0] = twos % 2;
                }
            }
            return (OneHot(symbols, Symbols).Reshape(length, batch, Symbols), Tensor.From(target));
        }
    }
}
