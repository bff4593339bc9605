using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>Elman's network on Elman's own task: exclusive or in time.</summary>
public sealed class B1Elman : Demonstration
{
    const int Hidden = 16, Time = 60, Batch = 32;

    /// <inheritdoc/>
    public override string Id => "B1";

    /// <inheritdoc/>
    public override string Title => "Elman network: exclusive or in time";

    /// <inheritdoc/>
    public override string Claim =>
        "The context units are an exact copy of the last hidden units. In a stream of bits of which each third is the exclusive or of " +
            "the two before, the error of predicting the next bit falls at each third bit and nowhere else (Elman 1990).";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var learning = new Chart("Learning", "update", "cross-entropy, nats per bit");
        var errors = new Chart("Error of predicting the next bit, by its place", "step", "mean squared error");
        var (third, other) = (new List<double>(), new List<double>());
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var key = report.Key(seed);
            var model = Learner.Of(Recurrent.Over(new ElmanCell(1, Hidden, 1, key)));
            learning.Learning($"seed {seed}", model.Train(report, $"seed {seed}", 3000, 2e-2, update =>
            {
                var (x, next) = Stream(key.For("train").At(update), Batch);
                return Loss.BinaryCrossEntropy(model.All(x), next);
            }));
            double[] byStep = Errors(model, key);
            third.Add(Enumerable.Range(3, Time - 3).Where(t => t % 3 == 1).Max(t => byStep[t]));
            other.Add(Enumerable.Range(3, Time - 3).Where(t => t % 3 != 1).Min(t => byStep[t]));
            errors.Line($"seed {seed}", Enumerable.Range(0, 30).Select(t => (double)t), byStep[..30]);
        }
        report.Measure("largest error at a third bit", third.Max(), "below 0.01", third.Max() < 0.01);
        report.Measure("least error at another bit, where nothing can be known", other.Min(), "above 0.2; a guess has 0.25",
            other.Min() > 0.2);
        Copies(report);
        report.Gradients("Elman", new ElmanCell(2, 3, 2, report.Key(0), outputActivation: Functions.Sigmoid), 2);
        report.Chart(learning);
        report.Chart(errors);
    }

    // What the next step reads as context is what the hidden units were.
    static void Copies(Report report)
    {
        var cell = new ElmanCell(1, Hidden, 1, report.Key(0));
        var run = Recurrent.Over(cell).Run(Stream(report.Key(0), 1).X);
        double worst = 0;
        for (int t = 1; t < Time; t++)
        {
            var context = Functions.Sigmoid(
                Functions.MatMul(Stream(report.Key(0), 1).X[t], cell["W"]) + Functions.MatMul(run.States[t - 1], cell["R"]) + cell["B"]);
            worst = Math.Max(worst, Checks.Difference(context, run.States[t]));
        }
        report.Measure("difference between a step from a copy of the last hidden units and the network's own", worst, "at most 1E-6",
            worst <= 1e-6);
    }

    static double[] Errors(Learner model, RandomKey key)
    {
        var (x, next) = Stream(key.For("test"), 500);
        var squares = Functions.Mean(Functions.Square(Functions.Sigmoid(model.All(x)) - next), 1, 2);
        return squares.ToDoubles();
    }

    /// <summary>Bits, and at each step the bit after it.</summary>
    static (Tensor X, Tensor Next) Stream(RandomKey key, int batch)
    {
        var bits = new float[Time + 1, batch, 1];
        for (int b = 0; b < batch; b++)
            for (int t = 0; t <= Time; t++)
                bits[t, b, 0] = t % 3 == 2 ? bits[t - 1, b, 0] == bits[t - 2, b, 0] ? 0 : 1 : key.Whole((uint)(b * (Time + 1) + t), 2);
        var all = Tensor.From(bits);
        return (all[..Time], all[1..]);
    }
}
