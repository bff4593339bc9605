using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Convolution over time, a recurrent layer, dense layers.</summary>
public sealed class B20ConvolutionRecurrentDense : Demonstration
{
    const int Time = 48, Batch = 32, Classes = 4, TestBatch = 500;

    /// <inheritdoc/>
    public override string Id => "B20";

    /// <inheritdoc/>
    public override string Title => "CNN → LSTM → DNN in one model";

    /// <inheritdoc/>
    public override string Claim =>
        "Convolution over time finds local shapes, the recurrent layer their order, dense layers decide: one model, trained as a whole. " +
            "Here: two short bursts in noise, each slow or fast; which pair was it, in which order?";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var small = Model(2, 2, report.Key(0));
        report.Gradients("the whole model, lengths 6 and 5", GradientCheck.Run(
            inputs => small.Forward(inputs[0], [6, 5]), [report.Key(0).Normal([6, 2, 1])], small.Parameters));
        var chart = new Chart("Learning", "update", "cross-entropy, nats");
        var shares = new List<double>();
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var key = report.Key(seed);
            var model = Learner.Of(Model(8, 12, key));
            chart.Learning($"seed {seed}", model.Train(report, $"seed {seed}", 600, 1e-2, update =>
            {
                var (x, labels) = Signals(key.For("train").At(update), Batch);
                return Loss.CrossEntropy(model.Last(x), labels);
            }));
            var (test, right) = Signals(key.For("test"), TestBatch);
            var logits = model.Last(test);
            shares.Add(right.Where((label, row) => Enumerable.Range(0, Classes).MaxBy(c => logits.At(row, c)) == label)
                .Count() / (double)TestBatch);
        }
        report.Table(["seed", "share right of 500 new signals"], shares.Select((share, seed) => (string[])[$"{seed}",
            Numbers.Short(share)]));
        report.Measure("least share right", shares.Min(), "above 0.95; chance is 0.25", shares.Min() > 0.95);
        report.Chart(Examples(report.Key(0)));
        report.Chart(chart);
    }

    static Sequential Model(int filters, int hidden, RandomKey key) => new(
        new TimeDelay(1, filters, [0, 1, 2, 3, 4], key.For("convolution"), Tanh),
        Recurrent.Over(new LstmCell(filters, hidden, key)),
        new Linear(hidden, hidden, key.For("dense")), new Activation(Tanh),
        new Linear(hidden, Classes, key.For("decision")));

    // Bursts of half a dozen steps, of period 6 (slow) or 3 (fast).
    static (Tensor X, int[] Labels) Signals(RandomKey key, int batch)
    {
        var x = new float[Time, batch, 1];
        double[] noise = key.For("noise").Normal([Time * batch]).ToDoubles();
        var labels = new int[batch];
        for (int b = 0; b < batch; b++)
        {
            for (int t = 0; t < Time; t++) x[t, b, 0] = (float)(0.2 * noise[t * batch + b]);
            for (int burst = 0; burst < 2; burst++)
            {
                uint place = (uint)(2 * b + burst);
                int fast = key.For("fast").Whole(place, 2), start = burst * Time / 2 + key.For("start").Whole(place, 12);
                labels[b] = 2 * labels[b] + fast;
                for (int t = 0; t < 12; t++) x[start + t, b, 0] += (float)Math.Sin(2 * Math.PI * t / (fast == 1 ? 3 : 6));
            }
        }
        return (Tensor.From(x), labels);
    }

    static Chart Examples(RandomKey key)
    {
        string[] names = ["slow, slow", "slow, fast", "fast, slow", "fast, fast"];
        var (x, labels) = Signals(key, 100);
        var chart = new Chart("One signal of each class, above each other", "step", "signal + 3 · class");
        for (int label = 0; label < Classes; label++)
        {
            int row = Array.IndexOf(labels, label), shift = 3 * label;
            chart.Line(names[label], Enumerable.Range(0, Time).Select(t => (double)t), Enumerable.Range(0, Time).Select(t => x.At(t,
                row, 0) + shift));
        }
        return chart;
    }
}
