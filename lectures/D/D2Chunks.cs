using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>The sequence cut into chunks: what is lost, and what is not.</summary>
public sealed class D2Chunks : Demonstration
{
    const int Time = 10, Chunk = 5, Batch = 32, Updates = 400, Hidden = 8;

    /// <inheritdoc/>
    public override string Id => "D2";

    /// <inheritdoc/>
    public override string Title => "Naive chunks: cut the sequence, forget the state";

    /// <inheritdoc/>
    public override string Claim =>
        "Cutting long sequences into chunks makes back-propagation cheap, but nothing longer than a chunk can be learned; with the " +
            "state and its gradient carried on, chunks are exact.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        double worst = ComparedCell.All.Max(cell => ComparedCell.Difference(
            cell.Gradients(report.Key(0), new LearningRules.Whole()), cell.Gradients(report.Key(0), new LearningRules.Chunks(5,
                ChunkState.CarriedWithGradient))));
        report.Measure($"chunks of 5 of {ComparedCell.Time} steps, state carried with its gradient, against the whole: largest relative " +
            $"difference over {ComparedCell.All.Length} cells", worst, "at most 1e-12", worst <= 1e-12);

        report.Text($"The task: say at step {Time} what the first of {Time} random bits was, {Time - 1} steps ago. A GRU of {Hidden} " +
            $"units, chunks of {Chunk} steps.");
        var chart = new Chart($"Recalling the first of {Time} bits with chunks of {Chunk}", "update", "cross-entropy, nats");
        var rows = new List<string[]>();
        var right = new Dictionary<ChunkState, double>();
        foreach (var state in Enum.GetValues<ChunkState>())
        {
            var shares = new List<double>();
            for (int seed = 0; seed < report.Seeds; seed++)
            {
                report.Progress($"{state}", (double)seed / report.Seeds);
                var (losses, share) = Train(report.Key(seed), state);
                shares.Add(share);
                if (seed == 0) chart.Line(Name(state), Enumerable.Range(0, losses.Length).Select(i => 10.0 * i), losses);
            }
            right[state] = shares.Average();
            rows.Add([Name(state), string.Join(", ", shares.Select(Numbers.Short))]);
        }
        chart.Dashed("guessing, ln 2", [0, Updates], [Math.Log(2), Math.Log(2)]);
        report.Table(["state between chunks", "right on 1000 new sequences, by seed"], rows);
        report.Chart(chart);
        report.Measure("right with the state forgotten (chance: 0.5)", right[ChunkState.Forgotten], "at most 0.55",
            right[ChunkState.Forgotten] <= 0.55);
        report.Measure("right with the state carried and its gradient", right[ChunkState.CarriedWithGradient], "at least 0.99",
            right[ChunkState.CarriedWithGradient] >= 0.99);
        report.Text($"With the value of the state carried but its gradient cut the net can use what happens to be left of the first " +
            $"bit, though it does not learn to keep it: right in a share of {Numbers.Short(right[ChunkState.Carried])}.");
    }

    static string Name(ChunkState state) => state switch
    {
        ChunkState.Forgotten => "forgotten",
        ChunkState.Carried => "carried, gradient cut",
        _ => "carried with its gradient",
    };

    static (double[] Losses, double Right) Train(RandomKey key, ChunkState state)
    {
        var cell = new GruCell(1, Hidden, key);
        var head = new Linear(Hidden, 2, key.For("head"));
        var rule = BackPropagation.Through(cell, head.Parameters);
        var optimizer = new Adam(rule.Parameters, 0.01) { Clipping = Clipping.GlobalNorm(1) };
        var losses = new double[Updates / 10];
        for (int update = 0; update < Updates; update++)
        {
            var (x, labels) = Bits(key.For("train").At(update), Batch);
            var found = rule.InChunks(x, Chunk, AtTheEnd(head, labels), state);
            optimizer.Step(found.Gradients);
            losses[update / 10] += found.Loss / 10;
        }
        var (test, answers) = Bits(key.For("test"), 1000);
        double right = 0;
        rule.InChunks(test, Chunk, (y, first) =>
        {
            double[] logits = head.Forward(At(y, ^1)).ToDoubles();
            right = answers.Where((label, b) => logits[2 * b + label] > logits[2 * b + 1 - label]).Count() / 1000.0;
            return Sum(y);
        }, state == ChunkState.Forgotten ? state : ChunkState.Carried);
        return (losses, right);
    }

    // The loss of every other chunk is 0.
    static StepLoss AtTheEnd(Linear head, int[] labels) => (y, first) =>
        first + y.Shape[0] == Time ? Loss.CrossEntropy(head.Forward(At(y, ^1)), labels) : 0 * Sum(y);

    static (Tensor X, int[] Labels) Bits(RandomKey key, int batch)
    {
        var x = new float[Time, batch, 1];
        for (int t = 0; t < Time; t++)
            for (int b = 0; b < batch; b++) x[t, b, 0] = 2 * key.Whole((uint)(t * batch + b), 2) - 1;
        return (Tensor.From(x), [.. Enumerable.Range(0, batch).Select(b => x[0, b, 0] > 0 ? 1 : 0)]);
    }
}
