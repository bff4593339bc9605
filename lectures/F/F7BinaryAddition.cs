using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Adding two numbers bit by bit with one carry.</summary>
public sealed class F7BinaryAddition : Demonstration
{
    const int Hidden = 8, MostTrainedBits = 16, Batch = 64, Block = 100, TestBits = 200, TestCount = 1000, PerceptronBits = 8,
        Updates = 2000;

    /// <inheritdoc/>
    public override string Id => "F7";

    /// <inheritdoc/>
    public override string Title => "Adding two N-bit numbers: one carry serves any N";

    /// <inheritdoc/>
    public override string Claim =>
        "A recurrent net that reads two numbers from the lowest bit upward needs one carry as its memory; trained on short numbers it " +
            "adds numbers of any length. A multilayer perceptron does not: it has a place for each bit, and learns the carry anew at each.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var chart = new Chart("Binary addition: learning curves", "update", "cross-entropy, nats per bit") { LogY = true };
        var rows = new List<string[]>();
        int exact = 0;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var net = new Net(report, report.Key(seed));
            var losses = net.Train(report, seed);
            chart.Line($"seed {seed}", losses.Select((_, i) => (i + 1.0) * Block), losses);
            int wrongSums = net.WrongSums(report.Key(seed).For("test"), TestBits);
            if (wrongSums == 0) exact++;
            rows.Add([$"{seed}", $"{losses.Count * Block}", Numbers.Short(losses[^1]), $"{TestCount - wrongSums} of {TestCount}"]);
        }
        report.Text($"An Elman net of {Hidden} tanh units, trained on numbers of 1 to {MostTrainedBits} bits, tested on {TestCount} " +
            $"random sums of two {TestBits}-bit numbers; a sum counts if each of its {TestBits + 1} bits is right.");
        report.Table(["seed", "updates", "final loss", $"exact sums of {TestBits} bits"], rows);
        report.Measure($"seeds exact on all {TestCount} sums of {TestBits} bits", exact, $"{report.Seeds} of {report.Seeds}",
            exact == report.Seeds);
        report.Chart(chart);
        Perceptrons(report);
    }

    // With places for more bits than the numbers had that it learned from: the same question as to the recurrent net.
    static void Perceptrons(Report report)
    {
        const int Trained = PerceptronBits, Longer = 2 * PerceptronBits;
        var rows = new List<string[]>();
        var (within, beyond) = (new List<double>(), new List<double>());
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var (known, unknown) = Perceptron(report, seed, Trained, Longer);
            within.Add(known);
            beyond.Add(unknown);
            rows.Add([$"{seed}", Numbers.Short(known), Numbers.Short(unknown)]);
        }
        report.Text($"Perceptrons of 128 units with places for {Longer} bits, trained on as many sums of 1 to {Trained} bits as they can " +
            $"have in {Updates} updates of {Batch}.");
        report.Table(["seed", $"exact sums of {Trained} bits", $"exact sums of {Longer} bits"], rows);
        report.Measure($"perceptron: share of exact sums of {Trained} bits, least over seeds", within.Min(), "at least 0.5: it can learn",
            within.Min() >= 0.5);
        report.Measure($"perceptron: share of exact sums of {Longer} bits, largest over seeds", beyond.Max(),
            "at most 0.5: it does not generalise as the carry does", beyond.Max() <= 0.5);
    }

    static (double Known, double Unknown) Perceptron(Report report, int seed, int trained, int longer)
    {
        const int Units = 128;
        int places = longer + 1;
        var key = report.Key(seed).For("perceptron");
        var (hidden, output) = (new Linear(2 * places, Units, key), new Linear(Units, places, key.For("output")));
        Parameter[] parameters = [.. hidden.Parameters, .. output.Parameters];
        var optimizer = new Adam(parameters, new Cosine(0.01, Updates));
        Tensor Forward(Tensor x) => output.Forward(Tanh(hidden.Forward(x)));
        for (int update = 0; update < Updates; update++)
        {
            if (update % Block == 0) report.Progress("perceptron", (double)update / Updates);
            var (x, sum) = Flat(BinaryAddition.Batch(key.For("train").At(update), Batch, 1, trained), places);
            using var tape = new Tape();
            optimizer.Step(tape.Gradients(Loss.BinaryCrossEntropy(Forward(x), sum), parameters));
        }
        return (Exact(trained), Exact(longer));
        double Exact(int bits)
        {
            var (test, sums) = Flat(BinaryAddition.Batch(key.For("test"), TestCount, bits, bits), places);
            return Forward(test).ToDoubles().Chunk(places).Zip(sums.ToDoubles().Chunk(places), (said, right) =>
                said.Zip(right, (logit, bit) => logit > 0 == bit > 0.5).All(same => same)).Average(same => same ? 1.0 : 0);
        }
    }

    // All bits of a sum side by side, [batch, places × 2] and [batch, places].
    static (Tensor X, Tensor Sum) Flat(TargetSequences batch, int places)
    {
        Tensor Rows(Tensor sequence) => SwapAxes(Pad(sequence, 0, 0, places - sequence.Shape[0]), 0, 1).Reshape(sequence.Shape[1], -1);
        return (2 * Rows(batch.Inputs) - 1, Rows(batch.Targets));
    }

    sealed class Net
    {
        const int Most = 60;

        readonly Recurrent<Tensor> recurrent;
        readonly Linear head;
        readonly Parameter[] parameters;
        readonly RandomKey key;

        public Net(Report report, RandomKey key)
        {
            this.key = key;
            recurrent = Recurrent.Over(report.Cell(new RnnCell(2, Hidden, key)));
            head = new Linear(Hidden, 1, key.For("head"));
            parameters = [.. recurrent.Parameters, .. head.Parameters];
        }

        public List<double> Train(Report report, int seed)
        {
            var optimizer = new Adam(parameters, 0.01) { Clipping = Clipping.GlobalNorm(1) };
            var losses = new List<double>();
            while (losses.Count < Most && (losses.Count == 0 || losses[^1] > 1e-4))
            {
                report.Progress($"seed {seed}", (double)losses.Count / Most);
                double sum = 0;
                for (int step = 0; step < Block; step++)
                    sum += Update(optimizer, BinaryAddition.Batch(key.For("train").At(losses.Count * Block + step), Batch, 1,
                        MostTrainedBits));
                losses.Add(sum / Block);
            }
            return losses;
        }

        public int WrongSums(RandomKey test, int bits)
        {
            var batch = BinaryAddition.Batch(test, TestCount, bits, bits);
            var (said, sum) = (head.Forward(recurrent.Forward(batch.Inputs)).ToDoubles(), batch.Targets.ToDoubles());
            return Enumerable.Range(0, TestCount).Count(b => Enumerable.Range(0, bits + 1).Any(t => said[t * TestCount +
                b] > 0 != sum[t * TestCount + b] > 0.5));
        }

        double Update(Adam optimizer, TargetSequences batch)
        {
            using var tape = new Tape();
            var logits = head.Forward(recurrent.Forward(batch.Inputs, batch.Lengths));
            var loss = Sum(batch.Mask * (Softplus(logits) - batch.Targets * logits)) / batch.Counted;
            optimizer.Step(tape.Gradients(loss, parameters));
            return loss.ToScalar();
        }
    }
}
