using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Encoder and decoder, with attention and without.</summary>
public sealed class B21Attention : Demonstration
{
    const int Symbols = 8, Shortest = 4, Longest = 10, Batch = 32, Hidden = 16;

    // The decoder's first input.
    const int Begin = Symbols;

    /// <inheritdoc/>
    public override string Id => "B21";

    /// <inheritdoc/>
    public override string Title => "Encoder–decoder with additive attention";

    /// <inheritdoc/>
    public override string Claim =>
        "An encoder reads a sequence, a decoder writes another. With attention (Bahdanau et al. 2015) the decoder looks at the " +
            "encoder's states as it needs them, here from the last to the first, to write the input reversed; without, all has to pass " +
            "through one state.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var chart = new Chart("Writing the input reversed", "update", "cross-entropy, nats per symbol") { LogY = true };
        var (attended, plain) = (new List<double>(), new List<double>());
        var diagonal = new List<double>();
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var key = report.Key(seed);
            var (with, without) = (new Translator(key, hasAttention: true), new Translator(key, hasAttention: false));
            attended.Add(Learn(report, chart, $"attention, seed {seed}", with, key));
            plain.Add(Learn(report, chart, $"one state, seed {seed}", without, key));
            var weights = with.Weights(Draw(key.For("picture"), 1, Longest));
            diagonal.Add(Enumerable.Range(0, Longest).Average(t => weights[t, Longest - 1 - t]));
            if (seed == 0)
                report.Chart(new Chart("Attention weights: which input is looked at for which output", "position in the input",
                    "position in the output").Heat(weights));
        }
        report.Table(
            ["seed", "with attention: sequences right of 200", "without", "mean weight on the mirrored position"],
            attended.Select((share, seed) => (string[])[$"{seed}", Numbers.Short(share), Numbers.Short(plain[seed]),
                Numbers.Short(diagonal[seed])]));
        report.Measure("least share of whole sequences right, with attention", attended.Min(), "above 0.9", attended.Min() > 0.9);
        report.Measure("largest share of whole sequences right, without", plain.Max(), "below the least with attention",
            plain.Max() < attended.Min());
        CheckGradients(report);
        report.Chart(chart);
    }

    static double Learn(Report report, Chart chart, string name, Translator model, RandomKey key)
    {
        double[] losses = model.Fit(report, name, 1200, 1e-2, update =>
        {
            var (source, lengths, target) = Draw(key.For("train").At(update), Batch, Longest);
            return Loss.CrossEntropy(model.Forward(source, lengths, target), target);
        });
        if (name.StartsWith("attention", StringComparison.Ordinal)) chart.Learning(name, losses);
        else chart.Baseline(name, losses);
        var (test, ends, right) = Draw(key.For("test"), 200, Longest);
        int[] written = model.Write(test, ends);
        return Enumerable.Range(0, 200).Count(row => Enumerable.Range(0, ends[row]).All(t => written[t * 200 + row] == right[t * 200 +
            row])) / 200.0;
    }

    // One sequence of the full length for a picture, else lengths by chance. The target is the source of each row reversed.
    static (int[] Source, int[] Lengths, int[] Target) Draw(RandomKey key, int batch, int time)
    {
        int[] lengths = [.. Enumerable.Range(0, batch).Select(row => batch == 1 ? time : Shortest + key.For("length").Whole((uint)row,
            time - Shortest + 1))];
        int[] source = [.. Enumerable.Range(0, time * batch).Select(i => key.Whole((uint)i, Symbols))], target = new int[source.Length];
        for (int row = 0; row < batch; row++)
            for (int t = 0; t < time; t++)
                target[t * batch + row] = t < lengths[row] ? source[(lengths[row] - 1 - t) * batch + row] : Loss.Ignored;
        return (source, lengths, target);
    }

    static void CheckGradients(Report report)
    {
        var (gru, attention) = (new GruCell(2 + 3, 2, report.Key(0)), new AdditiveAttention(2, 3, 2, report.Key(1)));
        report.Gradients("attention over 4 and 2 annotations in a decoder of 3 steps", GradientCheck.Run(
            inputs => Recurrent.Over(new AttentionCell<Tensor>(gru, attention.Over(inputs[0], [4, 2]), attention)).Forward(inputs[1]),
            [report.Key(2).Normal([4, 2, 3]), report.Key(3).Normal([3, 2, 2])], [.. gru.Parameters, .. attention.Parameters]));
    }

    sealed class Translator : Layers.Module
    {
        readonly Embedding read, write;
        readonly Bidirectional<Tensor> encoder;
        readonly GruCell decoder;
        readonly AdditiveAttention attention;
        readonly Linear bridge, head;
        readonly bool hasAttention;

        public Translator(RandomKey key, bool hasAttention)
        {
            int context = hasAttention ? 2 * Hidden : 0;
            read = Part(new Embedding(Symbols, Hidden, key.For(nameof(read))), nameof(read));
            write = Part(new Embedding(Symbols + 1, Hidden, key.For(nameof(write))), nameof(write));
            encoder = Part(Bidirectional.Over(new GruCell(Hidden, Hidden, key.For("ahead")), new GruCell(Hidden, Hidden,
                key.For("back"))), nameof(encoder));
            decoder = Part(new GruCell(Hidden + context, Hidden, key.For(nameof(decoder))), nameof(decoder));
            attention = Part(new AdditiveAttention(Hidden, 2 * Hidden, Hidden, key.For(nameof(attention))), nameof(attention));
            bridge = Part(new Linear(2 * Hidden, Hidden, key.For(nameof(bridge))), nameof(bridge));
            head = Part(new Linear(Hidden + context, Symbols, key.For(nameof(head))), nameof(head));
            this.hasAttention = hasAttention;
        }

        /// <summary>Logits of all steps; the decoder reads the true symbols before.</summary>
        public Tensor Forward(int[] source, int[] lengths, int[] target)
        {
            int batch = lengths.Length;
            var (cell, start) = Read(source, lengths);
            int[] before = [.. Enumerable.Repeat(Begin, batch), .. target[..^batch].Select(symbol => Math.Max(symbol, 0))];
            // The cell is another one for each batch: a plan would be made anew each time.
            var decoding = new Recurrent<Tensor>(cell) { Execution = Execution.Eager };
            return head.Forward(decoding.Run(write.Forward(before, before.Length / batch, batch), start).Outputs);
        }

        /// <summary>Writes: the likeliest symbol at every step is the next step's input.</summary>
        public int[] Write(int[] source, int[] lengths)
        {
            int batch = lengths.Length;
            var (cell, state) = Read(source, lengths);
            int[] last = [.. Enumerable.Repeat(Begin, batch)];
            var written = new List<int>();
            for (int t = 0; t < Longest; t++)
            {
                (var output, state) = cell.Step(write.Forward(last), state);
                var logits = head.Forward(output);
                last = [.. Enumerable.Range(0, batch).Select(row => Enumerable.Range(0, Symbols).MaxBy(symbol => logits.At(row, symbol)))];
                written.AddRange(last);
            }
            return [.. written];
        }

        public double[,] Weights((int[] Source, int[] Lengths, int[] Target) one)
        {
            var (cell, state) = Read(one.Source, one.Lengths);
            var weights = new double[Longest, Longest];
            int last = Begin;
            for (int t = 0; t < Longest; t++)
            {
                var at = ((AttentionCell<Tensor>)cell).Weights(state);
                for (int j = 0; j < Longest; j++) weights[t, j] = at.At(j, 0);
                (_, state) = cell.Step(write.Forward([last]), state);
                last = one.Target[t];
            }
            return weights;
        }

        // The decoder for these sequences, and its first state.
        (Cell<Tensor> Cell, Tensor Start) Read(int[] source, int[] lengths)
        {
            int batch = lengths.Length;
            var run = encoder.Run(read.Forward(source, source.Length / batch, batch), lengths);
            var start = Tanh(bridge.Forward(Concatenate(-1, run.Forward.Final, run.Backward.Final)));
            return (hasAttention ? new AttentionCell<Tensor>(decoder, attention.Over(run.Outputs, lengths), attention) : decoder, start);
        }
    }
}
