using Autograd.Data;
using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>The gated recurrent unit in its forms.</summary>
public sealed class B17Gru : Demonstration
{
    const int Time = 50, Hidden = 14;

    /// <inheritdoc/>
    public override string Id => "B17";

    /// <inheritdoc/>
    public override string Title => "GRU, reset before and after the product";

    /// <inheritdoc/>
    public override string Claim =>
        "r, z = σ(…), h̃ = tanh([r ⊙ h, x] W + b), h = (1 − z) ⊙ h + z ⊙ h̃. Other frameworks reset after the product and write z for 1 " +
            "− z: the first is another cell, the second the same with negated weights.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var key = report.Key(0);
        var (x, h) = (key.For("x").Normal([5, 3]), key.For("h").Normal([5, 4]));
        GruCell before = new(3, 4, key), after = new(3, 4, key, GruReset.AfterProduct);
        report.Same("reset before: difference from the lecture's equations on [r ⊙ h, x]", Lecture(before, x, h), before.Step(x, h)
            .Output, 1e-6);
        report.Same("h' = z ⊙ h + (1 − z) ⊙ h̃ with negated Wxz, Whz, Bz: difference", Complement(before, x, h), before.Step(x, h)
            .Output, 1e-6);
        double difference = Checks.Difference(before.Step(x, h).Output, after.Step(x, h).Output);
        report.Measure("difference of the two forms with the same weights", difference, "above 0.001: not the same cell",
            difference > 1e-3);
        report.Gradients("reset before the product", new GruCell(2, 3, key), 2);
        report.Gradients("reset after the product", new GruCell(2, 3, key, GruReset.AfterProduct), 2);
        Learn(report);
    }

    static Tensor Lecture(GruCell cell, Tensor x, Tensor h)
    {
        Tensor Sum(Tensor state, string gate) => MatMul(Concatenate(-1, state, x), Concatenate(0, cell["Wh" + gate], cell["Wx" +
            gate])) + cell["B" + gate];
        Tensor r = Sigmoid(Sum(h, "r")), z = Sigmoid(Sum(h, "z"));
        return (1 - z) * h + z * Tanh(Sum(r * h, "h"));
    }

    static Tensor Complement(GruCell cell, Tensor x, Tensor h)
    {
        var z = Sigmoid(-(MatMul(x, cell["Wxz"]) + MatMul(h, cell["Whz"]) + cell["Bz"]));
        var r = Sigmoid(MatMul(x, cell["Wxr"]) + MatMul(h, cell["Whr"]) + cell["Br"]);
        return z * h + (1 - z) * Tanh(MatMul(x, cell["Wxh"]) + MatMul(r * h, cell["Whh"]) + cell["Bh"]);
    }

    static void Learn(Report report)
    {
        var chart = new Chart($"Adding problem, T = {Time}", "update", "mean squared error") { LogY = true };
        var errors = new Dictionary<GruReset, List<double>> { [GruReset.BeforeProduct] = [], [GruReset.AfterProduct] = [] };
        for (int seed = 0; seed < report.Seeds; seed++)
            foreach (var (reset, list) in errors)
            {
                var key = report.Key(seed);
                var model = Learner.Over(new GruCell(2, Hidden, key, reset), Hidden, 1, key);
                double[] losses = model.Train(report, $"{reset}, seed {seed}", 1000, 1e-2, update =>
                {
                    var data = AddingProblem.Batch(key.For("train").At(update), Time, 32);
                    return Loss.MeanSquaredError(model.Last(data.Inputs), data.Targets);
                });
                if (reset == GruReset.BeforeProduct) chart.Learning($"{reset}, seed {seed}", losses);
                else chart.Baseline($"{reset}, seed {seed}", losses);
                var test = AddingProblem.Batch(key.For("test"), Time, 500);
                list.Add(Loss.MeanSquaredError(model.Last(test.Inputs), test.Targets).ToScalar());
            }
        report.Table(["seed", .. errors.Keys.Select(reset => $"{reset}: test error")], Enumerable.Range(0, report.Seeds).Select(seed =>
            (string[])[$"{seed}", .. errors.Values.Select(list => Numbers.Short(list[seed]))]));
        double worst = errors.Values.Max(list => list.Max());
        report.Measure("largest test error, adding problem", worst, "below 0.01", worst < 0.01);
        report.Chart(chart);
    }
}
