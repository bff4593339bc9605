using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>Layers on top of each other, any number of them.</summary>
public sealed class B6Deep : Demonstration
{
    const int Inputs = 3, Hidden = 4, Deepest = 6;

    /// <inheritdoc/>
    public override string Id => "B6";

    /// <inheritdoc/>
    public override string Title => "Deep recurrent networks";

    /// <inheritdoc/>
    public override string Claim => "Layer l reads layer l − 1 at the same step; any depth, any cells. A stack is itself a cell, and " +
        "running it is running the layers one after the other.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var x = report.Key(0).For("x").Normal([12, 5, Inputs]);
        int[] lengths = [12, 7, 1, 9, 12];
        var rows = new List<string[]>();
        double worst = 0;
        for (int depth = 1; depth <= Deepest; depth++)
        {
            Cell<Tensor>[] layers = [.. Enumerable.Range(0, depth).Select(layer => Layer(layer, report.Key(0)))];
            var together = Recurrent.Over(new Stacked<Tensor>(layers));
            var after = layers.Aggregate(x, (below, layer) => Recurrent.Over(layer).Forward(below, lengths));
            double difference = Checks.Difference(after, together.Forward(x, lengths));
            worst = Math.Max(worst, difference);
            rows.Add([$"{depth}", $"{together.ParameterCount}", Numbers.Short(difference)]);
        }
        report.Table(["depth", "parameters", "difference from the layers one after the other"], rows);
        report.Measure("largest difference, sequences of different lengths, depths 1 to 6", worst, "0, to the bit", worst == 0);
        report.Gradients("three layers: simple, GRU, simple", new Stacked<Tensor>(Layer(0, report.Key(0)), Layer(1, report.Key(0)),
            Layer(2, report.Key(0))), Inputs);
        report.Gradients("two LSTM layers of different sizes", Stacked.Of(new LstmCell(Inputs, 3, report.Key(0)), new LstmCell(3, 2,
            report.Key(1))), Inputs);
        Learn(report);
    }

    // Simple cells and GRUs by turns: the layers need nothing in common but the type of their states.
    static Cell<Tensor> Layer(int layer, RandomKey key)
    {
        int inputs = layer == 0 ? Inputs : Hidden;
        key = key.For(FormattableString.Invariant($"layer {layer}"));
        return layer % 2 == 0 ? new RnnCell(inputs, Hidden, key) : new GruCell(inputs, Hidden, key);
    }

    static void Learn(Report report)
    {
        const int Updates = 1500;
        var chart = new Chart("Adding problem, T = 30: LSTMs of one to three layers of 8 (seed 0)", "update",
            "mean squared error")
        { LogY = true };
        for (int depth = 1; depth <= 3; depth++)
        {
            var key = report.Key(0);
            var cell = new Stacked<LstmState>([.. Enumerable.Range(0, depth).Select(layer => new LstmCell(layer == 0 ? 2 : 8, 8,
                key.For($"{layer}")))]);
            var model = Learner.Over(cell, 8, 1, key);
            double[] losses = model.Train(report, $"depth {depth}", Updates, 1e-2, update =>
            {
                var data = Data.AddingProblem.Batch(key.For("train").At(update), 30, 32);
                return Loss.MeanSquaredError(model.Last(data.Inputs), data.Targets);
            });
            chart.Learning($"depth {depth}", losses);
            report.Measure($"depth {depth}: training error at the end", losses[^20..].Average(), "below 0.02", losses[^20..]
                .Average() < 0.02);
        }
        report.Chart(chart);
    }
}
