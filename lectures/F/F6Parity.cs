using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Parity of any length by a few units that carry one bit; a feed-forward net learns only the length it was trained on.</summary>
public sealed class F6Parity : Demonstration
{
    const int Hidden = 8, LongestTrained = 20, Batch = 64, Block = 100, TestLength = 1000, TestCount = 200;

    /// <inheritdoc/>
    public override string Id => "F6";

    /// <inheritdoc/>
    public override string Title => "Parity: trained on 20 bits, right on 1,000";

    /// <inheritdoc/>
    public override string Claim =>
        "Whether the number of ones is odd needs one bit of memory: a recurrent net of a few units learns it from short sequences and " +
            "is right on sequences of any length. A multilayer perceptron needs N hidden units for N bits, and a fixed length.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var chart = new Chart("Parity: learning curves of the recurrent net", "update", "cross-entropy, nats per step") { LogY = true };
        var lengths = new Chart("Parity: right at the last bit", "bits", "share of sequences") { LogX = true, YRange = (0.4, 1.02) };
        var rows = new List<string[]>();
        int learned = 0, perfect = 0;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var net = new Net(report, report.Key(seed));
            var losses = net.Train(report, seed);
            chart.Line($"seed {seed}", losses.Select((_, i) => (i + 1.0) * Block), losses);
            int[] tested = [5, 10, 20, 50, 100, 200, 500, TestLength];
            double[] right = [.. tested.Select(length => net.Accuracy(report.Key(seed).For("test").At(length), length))];
            lengths.Line($"recurrent, seed {seed}", tested.Select(length => (double)length), right);
            if (right[2] == 1) learned++;
            if (right[2] == 1 && right[^1] == 1) perfect++;
            rows.Add([$"{seed}", $"{losses.Count * Block}", Numbers.Short(losses[^1]), Numbers.Short(right[2]), Numbers.Short(right[^1])]);
        }
        report.Text($"An Elman net of {Hidden} tanh units ({new Net(report, report.Key(0)).Parameters.Sum(p => p.ElementCount)} " +
            $"weights), trained on sequences of 1 to {LongestTrained} bits with the parity so far as the target of each step; tested on " +
            $"{TestCount} sequences at each length.");
        report.Table(["seed", "updates", "final loss", $"right at {LongestTrained} bits", $"right at {TestLength} bits"], rows);
        report.Text("Gradient descent does not find parity from every start; what it finds on short sequences is to hold on long ones.");
        report.Measure($"seeds right on all of {TestCount} sequences of {LongestTrained} bits", learned,
            $"at least half of {report.Seeds}", 2 * learned >= report.Seeds);
        report.Measure($"of these, right on all of {TestCount} sequences of {TestLength} bits", perfect, $"{learned}", perfect == learned);
        report.Chart(chart);
        Perceptron(report, lengths);
        report.Chart(lengths);
    }

    static void Perceptron(Report report, Chart lengths)
    {
        const int Bits = 10;
        // That so many units can do it is shown by the best of a few starts; that fewer cannot, too.
        var (learned, beyond, unlearned) = (0.0, 0.0, 0.0);
        for (int start = 0; start < 3; start++)
        {
            var (enough, few) = (new FixedNet(Bits, Bits, 2 * Bits, report.Key(start).For("perceptron")), new FixedNet(Bits, 2,
                2 * Bits, report.Key(start).For("few")));
            unlearned = Math.Max(unlearned, few.Train(report));
            double right = enough.Train(report);
            if (right > learned) (learned, beyond) = (right, enough.Accuracy(Bits + 1, 2 * Bits));
        }
        lengths.Points("perceptron, up to its trained length and beyond it", [Bits, 2 * Bits], [learned, beyond]);
        report.Text($"A perceptron with {2 * Bits} input places, trained on all strings of 1 to {Bits} bits, the rest 0, the best of " +
            $"three starts: a longer string needs places whose weights were never trained.");
        report.Measure($"perceptron of {Bits} hidden units: right on the trained strings of up to {Bits} bits", learned,
            "at least 0.95", learned >= 0.95);
        report.Measure("perceptron of 2 hidden units on the same strings", unlearned, "at most 0.9", unlearned <= 0.9);
        report.Measure($"perceptron of {Bits} hidden units on strings of {Bits + 1} to {2 * Bits} bits (chance: 0.5)", beyond,
            "at most 0.65", beyond <= 0.65);
    }

    sealed class Net
    {
        const int Most = 80;

        readonly Recurrent<Tensor> recurrent;
        readonly Linear head;
        readonly RandomKey key;

        public Net(Report report, RandomKey key)
        {
            this.key = key;
            recurrent = Recurrent.Over(report.Cell(new RnnCell(1, Hidden, key)));
            head = new Linear(Hidden, 1, key.For("head"));
            Parameters = [.. recurrent.Parameters, .. head.Parameters];
        }

        public Parameter[] Parameters { get; }

        /// <summary>Until the loss is small; the mean of each hundred updates.</summary>
        public List<double> Train(Report report, int seed)
        {
            var optimizer = new Adam(Parameters, 0.02) { Clipping = Clipping.GlobalNorm(1) };
            var losses = new List<double>();
            while (losses.Count < Most && (losses.Count == 0 || losses[^1] > 5e-4))
            {
                report.Progress($"seed {seed}", (double)losses.Count / Most);
                double sum = 0;
                for (int step = 0; step < Block; step++) sum += Update(optimizer, Parity.Batch(key.For("train")
                    .At(losses.Count * Block + step), Batch, 1, LongestTrained));
                losses.Add(sum / Block);
            }
            return losses;
        }

        public double Accuracy(RandomKey test, int length)
        {
            var batch = Parity.Batch(test, TestCount, length, length);
            var said = head.Forward(At(recurrent.Forward(batch.Inputs), ^1)).ToDoubles();
            var right = At(batch.Targets, ^1).ToDoubles();
            return said.Zip(right, (logit, target) => logit > 0 == target > 0.5).Count(same => same) / (double)TestCount;
        }

        double Update(Adam optimizer, TargetSequences batch)
        {
            using var tape = new Tape();
            var logits = head.Forward(recurrent.Forward(batch.Inputs, batch.Lengths));
            var loss = Sum(batch.Mask * (Softplus(logits) - batch.Targets * logits)) / batch.Counted;
            optimizer.Step(tape.Gradients(loss, Parameters));
            return loss.ToScalar();
        }
    }

    /// <summary>A perceptron with a place for each bit, on all strings up to a length.</summary>
    sealed class FixedNet
    {
        const int Updates = 3000;

        readonly int bits, places;
        readonly Linear hidden, output;
        readonly RandomKey key;

        public FixedNet(int bits, int units, int places, RandomKey key)
        {
            (this.bits, this.places, this.key) = (bits, places, key);
            hidden = new Linear(places, units, key);
            output = new Linear(units, 1, key.For("output"));
        }

        public double Train(Report report)
        {
            Parameter[] parameters = [.. hidden.Parameters, .. output.Parameters];
            var optimizer = new Adam(parameters, new Cosine(0.03, Updates));
            var (x, targets) = Strings(Enumerable.Range(1, bits).SelectMany(length => Enumerable.Range(0, 1 << length).Select(value =>
                (value, length))));
            for (int update = 0; update < Updates; update++)
            {
                if (update % Block == 0) report.Progress("perceptron", (double)update / Updates);
                using var tape = new Tape();
                optimizer.Step(tape.Gradients(Loss.BinaryCrossEntropy(Forward(x), targets), parameters));
            }
            return Right(x, targets);
        }

        public double Accuracy(int from, int to)
        {
            const int Count = 2000;
            var (x, targets) = Strings(Enumerable.Range(0, Count).Select(i => (key.For("value").Whole((uint)i, 1 << to), from +
                i % (to - from + 1))));
            return Right(x, targets);
        }

        double Right(Tensor x, Tensor targets) =>
            Forward(x).ToDoubles().Zip(targets.ToDoubles(), (logit, target) => logit > 0 == target > 0.5).Average(same => same ? 1.0 : 0);

        Tensor Forward(Tensor x) => output.Forward(Tanh(hidden.Forward(x)));

        // Bits as −1 and 1, places without a bit as 0.
        (Tensor X, Tensor Targets) Strings(IEnumerable<(int Value, int Length)> strings)
        {
            (int Value, int Length)[] all = [.. strings];
            var (x, targets) = (new float[all.Length, places], new float[all.Length, 1]);
            for (int i = 0; i < all.Length; i++)
                for (int place = 0; place < all[i].Length; place++)
                {
                    int bit = all[i].Value >> place & 1;
                    x[i, place] = 2 * bit - 1;
                    targets[i, 0] = ((int)targets[i, 0] + bit) % 2;
                }
            return (Tensor.From(x), Tensor.From(targets));
        }
    }
}
