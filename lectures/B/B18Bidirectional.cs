using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>The past and the future of every step.</summary>
public sealed class B18Bidirectional : Demonstration
{
    const int Hidden = 12, Time = 20, Batch = 32;

    /// <inheritdoc/>
    public override string Id => "B18";

    /// <inheritdoc/>
    public override string Title => "Bidirectional networks of any cell";

    /// <inheritdoc/>
    public override string Claim =>
        "A forward and a backward net over the sequence, merged at each step; any cell, stackable, with feed-forward layers between; " +
            "correct with padding. Reversed input gives reversed output with the halves swapped. What depends on the past and the " +
            "future, here whether the bits before and after are both 1, only a bidirectional net can say.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        Reversal(report, "simple", key => new RnnCell(2, 3, key));
        Reversal(report, "LSTM", key => new LstmCell(2, 3, key));
        Reversal(report, "GRU", key => new GruCell(2, 3, key));
        Padding(report);
        var small = new Sequential(
            Bidirectional.Over(new LstmCell(2, 2, report.Key(0)), new LstmCell(2, 2, report.Key(1))), new Linear(4, 3, report.Key(2)),
                new Activation(Tanh),
            Bidirectional.Over(new GruCell(3, 2, report.Key(3)), new GruCell(3, 2, report.Key(4))));
        report.Gradients("LSTM both ways, dense, GRU both ways, lengths 4 and 2", GradientCheck.Run(
            inputs => small.Forward(inputs[0], [4, 2]), [report.Key(0).Normal([4, 2, 2])], small.Parameters));
        Learn(report);
    }

    static void Reversal<TState>(Report report, string name, Func<RandomKey, Cell<TState>> cell)
    {
        var (a, b) = (cell(report.Key(0)), cell(report.Key(1)));
        var x = report.Key(2).Normal([9, 4, 2]);
        int[] lengths = [9, 5, 1, 8];
        var straight = Bidirectional.Over(a, b).Forward(x, lengths);
        var turned = ReverseSequences(Bidirectional.Over(b, a).Forward(ReverseSequences(x, lengths), lengths), lengths);
        var swapped = Concatenate(-1, Slice(turned, -1, 3, 3), Slice(turned, -1, 0, 3));
        report.Same($"{name}: difference of the outputs of reversed input, turned back, halves swapped", straight, swapped);
    }

    static void Padding(Report report)
    {
        var model = Bidirectional.Over(new LstmCell(2, 3, report.Key(0)), new LstmCell(2, 3, report.Key(1)));
        var x = report.Key(2).Normal([9, 2, 2]);
        var padded = Where(Tensor.From([.. Enumerable.Range(0, 18).Select(i => i % 2 == 1 && i / 2 >= 5 ? 1f : 0)], [9, 2, 1]),
            Tensor.Scalar(double.NaN), x);
        var (together, alone) = (model.Forward(padded, [9, 5]), model.Forward(Slice(x, 1, 1, 1)[..5]));
        report.Same("difference of a sequence of 5 steps beside one of 9, padded with NaN, from the same alone", alone, Slice(together,
            1, 1, 1)[..5], 1e-6);
    }

    static void Learn(Report report)
    {
        var chart = new Chart("Are the bits before and after both 1?", "update", "cross-entropy, nats per step") { LogY = true };
        var names = new[] { "simple, both ways", "LSTM, both ways", "GRU, both ways", "LSTM, forward only" };
        var rows = new List<double[]>();
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            RandomKey key = report.Key(seed), other = key.For("backward");
            Layers.Module[] layers =
            [
                Bidirectional.Over(new RnnCell(1, Hidden, key), new RnnCell(1, Hidden, other)),
                Bidirectional.Over(new LstmCell(1, Hidden, key), new LstmCell(1, Hidden, other)),
                Bidirectional.Over(new GruCell(1, Hidden, key), new GruCell(1, Hidden, other)),
                Recurrent.Over(new LstmCell(1, 2 * Hidden, key)),
            ];
            rows.Add([.. layers.Select((layer, i) => Share(report, chart, $"{names[i]}, seed {seed}", layer, key))]);
        }
        report.Table(["seed", .. names.Select(name => $"{name}: share right")], rows.Select((row, seed) => (string[])[$"{seed}",
            .. row.Select(Numbers.Short)]));
        double least = rows.Min(row => row[..3].Min()), most = rows.Max(row => row[3]);
        report.Measure("least share right, both ways", least, "above 0.99", least > 0.99);
        report.Measure("largest share right, forward only", most, "below 0.8; the past alone allows 0.75", most < 0.8);
        report.Chart(chart);
    }

    // Between the directions and the read-out a dense layer: what each says has to be combined.
    static double Share(Report report, Chart chart, string name, Layers.Module layer, RandomKey key)
    {
        var model = new Learner(new Sequential(layer, new Linear(2 * Hidden, 16, key.For("dense")), new Activation(Tanh)), 16, 1, key);
        double[] losses = model.Train(report, name, 400, 1e-2, update => Try(model, key.For("train").At(update)).Loss);
        if (name.EndsWith("seed 0", StringComparison.Ordinal)) chart.Learning(name, losses);
        return Try(model, key.For("test")).Share;
    }

    static (Tensor Loss, double Share) Try(Learner model, RandomKey key)
    {
        float[] bits = [.. Enumerable.Range(0, Time * Batch).Select(i => (float)key.Whole((uint)i, 2))];
        var x = Tensor.From(bits, [Time, Batch, 1]);
        var logits = model.All(x)[1..(Time - 1)];
        var target = x[2..] * x[..(Time - 2)];
        return (Loss.BinaryCrossEntropy(logits, target), logits.ToDoubles().Zip(target.ToDoubles()).Average(pair =>
            pair.First > 0 == (pair.Second == 1) ? 1 : 0));
    }
}
