using Autograd.Data;
using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>Two symbols among a hundred distractors; say their order.</summary>
public sealed class F9bTemporalOrder : Demonstration
{
    const int Classes = 4, Batch = 32, TestBatch = 500, Hidden = 8;

    /// <inheritdoc/>
    public override string Id => "F9b";

    /// <inheritdoc/>
    public override string Title => "Long lag: temporal order";

    /// <inheritdoc/>
    public override string Claim =>
        "Two symbols, each X or Y, stand far apart among about a hundred distractors; which came first is to be said at the end. An " +
            "LSTM (of 1997, without a forget gate, its gates closed at first) solves it, a simple recurrent net stays at chance.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var chart = new Chart("Temporal order, 100 to 110 steps", "update", "cross-entropy, nats");
        var rows = new List<string[]>();
        var (simple, gated) = (new List<double>(), new List<double>());
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var key = report.Key(seed);
            simple.Add(Learn(report, chart, "simple", seed, Learner.Over(report.Cell(new RnnCell(8, Hidden, key)), Hidden, Classes, key)));
            gated.Add(Learn(report, chart, "LSTM", seed, Learner.Over(report.Cell(new Lstm1997Cell(8, Hidden, key, inputBias: -1,
                outputBias: -1)), Hidden, Classes, key)));
            rows.Add([$"{seed}", Numbers.Short(simple[^1]), Numbers.Short(gated[^1])]);
        }
        report.Table(["seed", "simple RNN, share right", "LSTM, share right"], rows);
        int solved = gated.Count(share => share >= 0.99), needed = Math.Max(1, 4 * report.Seeds / 5);
        report.Measure("seeds in which the LSTM is right in 99 % of 500 new sequences", solved, $"at least {needed} of {report.Seeds}",
            solved >= needed);
        report.Measure("largest share right of the simple RNN", simple.Max(), "below 0.9; chance is 0.25", simple.Max() < 0.9);
        report.Chart(chart);
    }

    static double Learn(Report report, Chart chart, string name, int seed, Learner model)
    {
        var key = report.Key(seed);
        var recent = new Queue<double>();
        double[] losses = model.Train(
            report, $"{name}, seed {seed}", report.Quick ? 1000 : 2000, 2e-2,
            update =>
            {
                var data = TemporalOrder.Batch(key.For("train").At(update), Batch);
                var loss = Loss.CrossEntropy(model.Last(data.Inputs, data.Lengths), data.Labels);
                recent.Enqueue(loss.ToScalar());
                if (recent.Count > 30) recent.Dequeue();
                return loss;
            },
            update => recent.Count == 30 && recent.Average() < 0.005);
        if (name == "simple") chart.Baseline($"{name}, seed {seed}", losses);
        else chart.Learning($"{name}, seed {seed}", losses);
        var test = TemporalOrder.Batch(key.For("test"), TestBatch);
        return Share(model.Last(test.Inputs, test.Lengths), test.Labels);
    }

    static double Share(Tensor logits, int[] labels)
    {
        int right = 0;
        for (int row = 0; row < labels.Length; row++)
            if (Enumerable.Range(0, Classes).MaxBy(label => logits.At(row, label)) == labels[row]) right++;
        return (double)right / labels.Length;
    }
}
