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
        "To keep a bit for unbounded time the state map needs attractors; near them derivatives are small, so gradients die. A net " +
            "trained on the automaton “odd number of 2s so far” (symbols 1, 2, 3) holds two attractive sets.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var learning = new Chart("Learning the automaton", "update", "cross-entropy, nats per step") { LogY = true, YFloor = 1e-4 };
        var decay = new Chart("‖∂h_T/∂h_t‖ while only 1s and 3s come: the bit is kept", "T − t", "norm") { LogY = true, YFloor = 1e-16 };
        var rows = new List<string[]>();
        int solved = 0, latched = 0;
        var kept = new List<double>();
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var net = new Net(report, report.Key(seed));
            double[] untrained = net.GradientsWhileKept(odd: true);
            var losses = net.Train(report, 3000);
            learning.Line($"seed {seed}", Enumerable.Range(1, losses.Count).Select(i => (double)i), losses);
            double accuracy = net.Accuracy();
            bool isSolved = accuracy == 1;
            solved += isSolved ? 1 : 0;
            Attractor[][] attractors = [.. new[] { 0, 2 }.Select(symbol => net.Attractors(symbol).ToArray())];
            bool separate = net.Separates();
            double[] norms = net.GradientsWhileKept(odd: true), even = net.GradientsWhileKept(odd: false);
            double[] rates = [Rate(norms), Rate(even)];
            if (isSolved) kept.AddRange(rates);
            latched += isSolved && separate && attractors.All(IsLatch) ? 1 : 0;
            rows.Add([$"{seed}", $"{losses.Count}", Numbers.Short(100 * accuracy) + " %", string.Join("; ",
                attractors.Select(Describe)), separate ? "yes" : "no", Numbers.Short(Rate(untrained)), Numbers.Short(rates[0]),
                Numbers.Short(rates[1])]);
            if (isSolved) decay.Line($"seed {seed}, odd", Enumerable.Range(0, norms.Length).Select(i => (double)i), norms.Reverse());
            if (isSolved) decay.Line($"seed {seed}, even", Enumerable.Range(0, even.Length).Select(i => (double)i), even.Reverse());
            if (seed == 0) decay.Dashed("seed 0, untrained", Enumerable.Range(0, norms.Length).Select(i => (double)i), untrained.Reverse());
            if (seed == 0) report.Chart(net.Picture());
        }
        report.Table(["seed", "updates", "right over 1,000 steps", "attractors under 1s; under 3s (spectral radius)",
            "kept over 50 steps", "gradient per step, untrained", "trained, odd kept", "trained, even kept"], rows);
        report.Chart(learning);
        report.Chart(decay);
        double median = kept.DefaultIfEmpty(double.NaN).Order().ElementAt(kept.Count / 2), slowest = kept.DefaultIfEmpty(double.NaN).Max();
        report.Text("Limits: an attractive set is where states end that start anywhere; it need not be a point. Where it is a set in " +
            "which states wander, tangents along it need not shrink, so that gradients need not die.");
        report.Measure("seeds that are right at every one of 1,000 steps", solved,
            $"at least half of {report.Seeds}: enough to look at", 2 * solved >= report.Seeds);
        report.Measure("of these, with one attractive set or more for odd and for even, under 1s and under 3s, and none for both",
            latched, $"{solved}", latched == solved);
        report.Measure("factor per step of the gradient while a bit is kept, median over odd and even of these seeds", median,
            "below 0.9", median < 0.9);
        report.Claim("the slowest decay of them", slowest, "below 1: gradients die in every latch", slowest < 1);
    }

    static bool IsLatch(Attractor[] attractors) =>
        attractors.All(attractor => (attractor.IsAperiodic || attractor.Radius < 1) && attractor.Odd is not null)
            && attractors.Select(attractor => attractor.Odd).Distinct().Count() == 2;

    static string Describe(Attractor[] attractors) => string.Join(", ", attractors.Select(attractor =>
        $"{(attractor.IsAperiodic ? "wandering set" : attractor.Points.Length == 1 ? "point" : $"{attractor.Points.Length}-cycle")} " +
            $"{(attractor.Odd is { } odd ? odd ? "odd" : "even" : "mixed")} ({attractor.Radius:0.00})"));

    static double Rate(double[] norms) => Math.Pow(norms[^41] / norms[^1], 1.0 / 40);

    /// <summary>A fixed point, a cycle, or a set in which states wander.</summary>
    /// <param name="Points">Its states.</param>
    /// <param name="Radius">The spectral radius of the Jacobian once around; of a set without a period the mean growth of a tangent in a
    /// step.</param>
    /// <param name="Odd">What the read-out says in it; null if not the same in all states.</param>
    sealed record Attractor(Tensor[] Points, double Radius, bool? Odd)
    {
        public bool IsAperiodic { get; init; }
    }

    sealed class Net
    {
        readonly Cell<Tensor> cell;
        readonly Recurrent<Tensor> recurrent;
        readonly Linear head;
        readonly RandomKey key;
        readonly Parameter[] parameters;

        public Net(Report report, RandomKey key)
        {
            this.key = key;
            cell = report.Cell(new RnnCell(Symbols, Hidden, key));
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

        /// <summary>
        /// What attracts the states of the net while one symbol comes again and again, and what each says of the number of 2s.
        /// </summary>
        public List<Attractor> Attractors(int symbol)
        {
            const int Longest = 8;
            var map = CellMap.Of(cell, OneHot([symbol], Symbols).Reshape(Symbols));
            // Where the net can be: the states of a random run.
            var (x, _) = Draw(key.For("starts"), 40, 8);
            var starts = Concatenate(0, [.. Unstack(recurrent.Run(x).StackedStates()[20..])]).Detach().As(ElementType.Float64);
            var orbits = Orbit.Of(map, Orbit.After(map, starts, 1000), Longest);
            var found = new List<Attractor>();
            for (int row = 0; row < starts.Shape[0]; row++)
            {
                Tensor[] cycle = [.. Enumerable.Range(0, Longest + 1).Select(t => orbits[t][row])];
                if (found.Exists(known => known.Points.Any(point => Apart(point, cycle[0]) < 1e-4))) continue;
                int period = Enumerable.Range(1, Longest).FirstOrDefault(p => Apart(cycle[p], cycle[0]) < 1e-6, -1);
                if (period < 0)
                {
                    var set = Wandering(map, cycle[0]);
                    if (!found.Exists(known => known.IsAperiodic && known.Odd == set.Odd)) found.Add(set);
                    continue;
                }
                double radius = FixedPoints.At(Orbit.Iterate(map, period), cycle[0]).SpectralRadius;
                bool[] odd = [.. cycle.Take(period).Select(point => head.Forward(point.As(ElementType.Float32).Reshape(1, Hidden))
                    .ToScalar() > 0)];
                found.Add(new Attractor(cycle[..period], radius, odd.Distinct().Count() == 1 ? odd[0] : null));
            }
            return found;
        }

        // States that settle neither to a point nor to a short cycle: a closed curve, or a long cycle.
        Attractor Wandering(Func<Tensor, Tensor> map, Tensor from)
        {
            var states = Orbit.Of(map, from.Reshape(1, Hidden), 200).Reshape(201, Hidden);
            bool[] odd = [.. head.Forward(states.As(ElementType.Float32)).ToDoubles().Select(logit => logit > 0).Distinct()];
            return new Attractor([.. Unstack(states)], Math.Exp(LyapunovExponents.Largest(map, from, 500)), odd.Length == 1 ? odd[0]
                : null)
            { IsAperiodic = true };
        }

        static double Apart(Tensor a, Tensor b) => (a - b).ToDoubles().Max(Math.Abs);

        /// <summary>
        /// Whether after many 1s and 3s all states that began odd are on one side of the read-out, and all others on the other.
        /// </summary>
        public bool Separates()
        {
            var (logits, odd) = Kept();
            return logits.Zip(odd).All(pair => pair.First > 0 == pair.Second);
        }

        // The read-out of states after many 1s and 3s in a row, from both states of the automaton.
        (double[] Logits, bool[] Odd) Kept()
        {
            int[] symbols = [.. Enumerable.Range(0, 60 * Batch).Select(i => i / Batch is 3 or 5 || (i / Batch == 7 && i % 2 == 0) ? 1
                : 2 * key.For("kept").Whole((uint)i, 2))];
            var x = OneHot(symbols, Symbols).Reshape(60, Batch, Symbols);
            double[] logits = head.Forward(recurrent.Forward(x)[^1]).ToDoubles();
            return (logits, [.. Enumerable.Range(0, Batch).Select(b => b % 2 == 0)]);
        }

        public double[] GradientsWhileKept(bool odd)
        {
            int[] symbols = [.. Enumerable.Range(0, 100).Select(t => t == 3 || (t == 5 && !odd) ? 1 : 2 * key.For("kept").Whole((uint)t,
                2))];
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
                chart.Points(isOdd ? "odd number of 2s" : "even number of 2s", chosen.Select(i => h[i * Hidden + units[0]]),
                    chosen.Select(i => h[i * Hidden + units[1]]));
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
