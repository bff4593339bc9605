using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>The context enters unweighted.</summary>
public sealed class B2CopyBack : Demonstration
{
    const int Time = 40, Batch = 32;
    const double Rate = 0.1;

    /// <inheritdoc/>
    public override string Id => "B2";

    /// <inheritdoc/>
    public override string Title => "Elman network in the copy-back form";

    /// <inheritdoc/>
    public override string Claim =>
        "Context that is copied back with weight 1, s = xW + a, a = f(s), y = g(aV), is the Elman network whose recurrent matrix is the " +
            "identity; it still learns what depends on the past: here, the sign of the last impulse, however long ago.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        Equality(report);
        report.Gradients("copy-back form", new CopyBackCell(2, 3, 2, report.Key(0)), 2);
        var chart = new Chart("The sign of the last impulse", "update", "cross-entropy, nats per step") { LogY = true };
        var wrong = new List<double>();
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var key = report.Key(seed);
            var model = Learner.Of(Recurrent.Over(new CopyBackCell(1, 8, 1, key)));
            chart.Learning($"seed {seed}", model.Train(report, $"seed {seed}", 1500, 2e-2, update => Errors(model, key.For("train")
                .At(update)).Loss));
            wrong.Add(Errors(model, key.For("test")).Wrong);
        }
        report.Measure("largest share of steps wrong, new sequences", wrong.Max(), "below 0.02", wrong.Max() < 0.02);
        report.Chart(chart);
    }

    static void Equality(Report report)
    {
        var key = report.Key(0);
        CopyBackCell copy = new(2, 5, 2, key);
        ElmanCell elman = new(2, 5, 2, key, Functions.Tanh);
        elman["W"].Assign(copy["W"]);
        elman["R"].Assign(Tensor.Identity(5));
        elman["V"].Assign(copy["V"]);
        var x = key.Normal([Time, 3, 2]);
        report.Same("difference from an Elman network with R = identity", Recurrent.Over(elman).Forward(x), Recurrent.Over(copy)
            .Forward(x), 1e-6);
    }

    static (Tensor Loss, double Wrong) Errors(Learner model, RandomKey key)
    {
        var (x, target) = (new float[Time, Batch, 1], new float[Time, Batch, 1]);
        for (int b = 0; b < Batch; b++)
            for (int t = 0; t < Time; t++)
            {
                uint place = (uint)(b * Time + t);
                bool isImpulse = t == 0 || key.Uniform(place) < Rate;
                x[t, b, 0] = isImpulse ? 2 * key.For("sign").Whole(place, 2) - 1 : 0;
                target[t, b, 0] = isImpulse ? (x[t, b, 0] + 1) / 2 : target[t - 1, b, 0];
            }
        var logits = model.All(Tensor.From(x));
        double[] said = logits.ToDoubles(), right = [.. target.Cast<float>().Select(bit => (double)bit)];
        return (Loss.BinaryCrossEntropy(logits, Tensor.From(target)), said.Zip(right).Count(pair =>
            pair.First > 0 != (pair.Second == 1)) / (double)said.Length);
    }
}
