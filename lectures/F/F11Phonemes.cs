using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;

namespace Autograd.Lectures;

/// <summary>Label sequences by CTC and a label for each frame, with both directions and with one.</summary>
public sealed class F11Phonemes : Demonstration
{
    const int Phonemes = 6, Features = 8, Hidden = 24, Batch = 16, TestCount = 100, Block = 20, Most = 60;

    static readonly PhonemeSequences Task = new(new RandomKey(11), Phonemes, Features) { Coarticulation = 0.9, FramesPerPhoneme = (2, 3) };

    /// <inheritdoc/>
    public override string Id => "F11";

    /// <inheritdoc/>
    public override string Title => "Frame labelling and label sequences by CTC";

    /// <inheritdoc/>
    public override string Claim =>
        "A bidirectional LSTM labels the frames of an utterance, and with connectionist temporal classification learns the sequence of " +
            "its phonemes without being told where they are. A net that only looks back is later.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var test = Task.Batch(new RandomKey(11).For("test"), TestCount);
        var chart = new Chart("Label error of CTC on unseen utterances; a line ends where it reaches 0", "update",
            "label error rate")
        { LogY = true, YFloor = 1e-3 };
        var rows = new List<string[]>();
        int solved = 0;
        double both = 0, one = 0, frameBoth = 0, frameOne = 0;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            int[] updates = new int[2];
            double[] frames = new double[2];
            foreach (bool isBidirectional in (bool[])[true, false])
            {
                string name = isBidirectional ? "both directions" : "one direction";
                var (reached, curve) = Ctc(report, seed, isBidirectional, test);
                chart.Line($"{name}, seed {seed}", curve.Select((_, i) => (i + 1.0) * Block), curve);
                (updates[isBidirectional ? 0 : 1], frames[isBidirectional ? 0 : 1]) = (reached, FrameErrors(report, seed,
                    isBidirectional, test));
                if (isBidirectional && curve[^1] == 0) solved++;
            }
            (both, one, frameBoth, frameOne) = (both + updates[0], one + updates[1], frameBoth + frames[0], frameOne + frames[1]);
            rows.Add([$"{seed}", Reached(updates[0]), Reached(updates[1]), Numbers.Short(frames[0]), Numbers.Short(frames[1])]);
        }
        report.Text($"{Phonemes} phonemes, {Features} numbers a frame, 3 to 6 phonemes of 2 or 3 frames each that blend into the next " +
            $"one; LSTM of {Hidden} units a direction, {2 * Hidden} in one direction; {TestCount} unseen utterances. Errors of CTC are " +
            $"edit distances of the best path, divided by the number of labels; training ends when they reach 0 on these utterances, " +
            $"which are looked at every 20 updates.");
        report.Table(["seed", "updates to error 0: both directions", "one direction", "frame error: both directions", "one direction"],
            rows);
        report.Measure("seeds in which the label error of both directions becomes 0", solved,
            $"at least {(int)Math.Ceiling(0.8 * report.Seeds)} of {report.Seeds}", solved >= Math.Ceiling(0.8 * report.Seeds));
        report.Measure("updates until error 0, one direction over both, means over the seeds", one / both, "at least 1.15",
            one >= 1.15 * both);
        report.Measure("frame error, one direction over both", frameOne / frameBoth, "above 1", frameOne > frameBoth);
        report.Chart(chart);
        Example(report, test);
    }

    static string Reached(int updates) => updates > Most * Block ? $"not in {Most * Block}" : $"{updates}";

    /// <summary>Trains until no label of the test is wrong.</summary>
    static (int Updates, List<double> Errors) Ctc(Report report, int seed, bool isBidirectional, Utterances test)
    {
        var net = new Net(report, report.Key(seed), isBidirectional, Phonemes + 1);
        var optimizer = new Adam(net.Parameters, 0.005) { Clipping = Clipping.GlobalNorm(5) };
        var errors = new List<double>();
        while (errors.Count < Most)
        {
            report.Progress($"seed {seed}, {(isBidirectional ? "both directions" : "one direction")}", (double)errors.Count / Most);
            for (int step = 0; step < Block; step++) net.Update(optimizer, Drawn(report, seed, errors.Count * Block + step), CtcLoss);
            errors.Add(LabelErrors(net, test));
            if (errors[^1] == 0) return (errors.Count * Block, errors);
        }
        return (Most * Block + 1, errors);
    }

    static Tensor CtcLoss(Tensor logits, Utterances spoken) =>
        Functions.Mean(Layers.Ctc.NegativeLogLikelihood(logits, Shifted(spoken.Labels), spoken.Lengths));

    static double FrameErrors(Report report, int seed, bool isBidirectional, Utterances test)
    {
        const int Updates = 150;
        var net = new Net(report, report.Key(seed).For("frames"), isBidirectional, Phonemes);
        var optimizer = new Adam(net.Parameters, 0.005) { Clipping = Clipping.GlobalNorm(5) };
        for (int step = 0; step < Updates; step++) net.Update(optimizer, Drawn(report, seed, step), (logits, spoken) =>
            Loss.CrossEntropy(logits, spoken.FrameLabels));
        double[] logits = net.Logits(test).ToDoubles();
        int wrong = 0, counted = 0;
        for (int i = 0; i < test.FrameLabels.Length; i++)
        {
            if (test.FrameLabels[i] == Utterances.Padding) continue;
            var row = logits.AsSpan(i * Phonemes, Phonemes);
            counted++;
            if (row.IndexOf(System.Numerics.Tensors.TensorPrimitives.Max<double>(row)) != test.FrameLabels[i]) wrong++;
        }
        return (double)wrong / counted;
    }

    static void Example(Report report, Utterances test)
    {
        var net = new Net(report, report.Key(0), true, Phonemes + 1);
        var optimizer = new Adam(net.Parameters, 0.005) { Clipping = Clipping.GlobalNorm(5) };
        for (int step = 0; step < 300; step++) net.Update(optimizer, Drawn(report, 0, step), CtcLoss);
        var logits = Functions.Slice(net.Logits(test), 1, 0, 1);
        var p = Functions.Softmax(logits);
        var chart = new Chart("What CTC learns: one unseen utterance", "frame", "probability") { YRange = (0, 1.05) };
        for (int label = 0; label <= Phonemes; label++)
            if (label == 0 || test.Labels[0].Contains(label - 1))
                chart.Line(label == 0 ? "blank" : $"phoneme {label - 1}", Enumerable.Range(0, test.Lengths[0]).Select(t => (double)t),
                    Enumerable.Range(0, test.Lengths[0]).Select(t => p.At(t, 0, label)));
        report.Chart(chart);
        var found = CtcDecoding.PrefixBeam(logits, 8, [test.Lengths[0]])[0][0];
        report.Text("No two neighbours are the same here, so a path needs no blank between them; nobody has told the net where one " +
            "phoneme ends.");
        report.Text($"Spoken: {string.Join(" ", test.Labels[0])}. The prefix beam finds: " +
            $"{string.Join(" ", found.Labels.Select(label => label - 1))}, with probability " +
            $"{Numbers.Short(Math.Exp(found.LogProbability))}.");
    }

    static Utterances Drawn(Report report, int seed, int step) => Task.Batch(report.Key(seed).For("train").At(step), Batch);

    // The blank is 0.
    static int[][] Shifted(int[][] labels) => [.. labels.Select(sequence => sequence.Select(label => label + 1).ToArray())];

    static double LabelErrors(Net net, Utterances test)
    {
        int[][] found = CtcDecoding.BestPath(net.Logits(test), test.Lengths);
        return found.Zip(Shifted(test.Labels), Distance).Sum() / (double)test.Labels.Sum(labels => labels.Length);
    }

    /// <summary>Insertions, deletions and replacements that turn one sequence into the other (Levenshtein 1966).</summary>
    static int Distance(int[] from, int[] to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }

    sealed class Net
    {
        readonly ISequenceLayer layer;
        readonly Linear head;

        public Net(Report report, RandomKey key, bool isBidirectional, int classes)
        {
            Module recurrent = isBidirectional
                ? Bidirectional.Over(report.Cell(new LstmCell(Features, Hidden, key)), report.Cell(new LstmCell(Features, Hidden,
                    key.For("backward"))))
                : Recurrent.Over(report.Cell(new LstmCell(Features, 2 * Hidden, key)));
            layer = (ISequenceLayer)recurrent;
            head = new Linear(2 * Hidden, classes, key.For("head"));
            Parameters = [.. recurrent.Parameters, .. head.Parameters];
        }

        public Parameter[] Parameters { get; }

        public Tensor Logits(Utterances spoken) => head.Forward(layer.Forward(spoken.Inputs, spoken.Lengths));

        public void Update(Adam optimizer, Utterances spoken, Func<Tensor, Utterances, Tensor> loss)
        {
            using var tape = new Tape();
            optimizer.Step(tape.Gradients(loss(Logits(spoken), spoken), Parameters));
        }
    }
}
