using Autograd.Data;
using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>Brown, n yellows, blue: a rule for all n, learned from some n.</summary>
public sealed class F8BrownYellowBlue : Demonstration
{
    const int Trained = 10, Tested = 10 * Trained, Hidden = 4, Width = 10, Batch = 32;

    /// <inheritdoc/>
    public override string Id => "F8";

    /// <inheritdoc/>
    public override string Title => "Temporal generalisation: brown, n × yellow, blue";

    /// <inheritdoc/>
    public override string Claim =>
        "After brown and any number of yellows comes blue (after green and yellows: red). An LSTM trained on some n learns the rule for " +
            "all n; a window over the input, a TDNN, does not: beyond its width it sees nothing but yellow.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var rows = new List<string[]>();
        var chart = new Chart("Share right by the number of yellows (seed 0)", "n", "share of sequences right") { YRange = (0, 1.05) };
        var learning = new Chart("Learning", "update", "cross-entropy, nats") { LogY = true };
        var (exact, beyond, within) = (new List<int>(), new List<double>(), new List<double>());
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            double[] lstm = Learn(report, learning, "LSTM", seed, Learner.Over(report.Cell(new LstmCell(BrownYellowBlue.Colours, Hidden,
                report.Key(seed))), Hidden, 2, report.Key(seed)));
            var window = new TimeDelay(BrownYellowBlue.Colours, 8, [.. Enumerable.Range(0, Width)], report.Key(seed), Functions.Tanh);
            double[] tdnn = Learn(report, learning, "TDNN", seed, new Learner(window, 8, 2, report.Key(seed)));
            exact.Add(Array.FindIndex(lstm, share => share < 1) is var first and >= 0 ? first : Tested);
            within.Add(tdnn[..(Width - 1)].Min());
            beyond.Add(tdnn[(Width - 1)..].Max());
            rows.Add([$"{seed}", $"{exact[^1]}", Numbers.Short(within[^1]), Numbers.Short(beyond[^1])]);
            if (seed > 0) continue;
            chart.Line("LSTM", Enumerable.Range(1, Tested).Select(n => (double)n), lstm);
            chart.Line($"TDNN, {Width} steps wide", Enumerable.Range(1, Tested).Select(n => (double)n), tdnn);
        }
        chart.Dashed("longest in training", [Trained, Trained], [0, 1]);
        report.Table(["seed", $"LSTM: exact up to n (tried to {Tested})", $"TDNN: share right, n < {Width}, worst",
            $"TDNN: share right, n ≥ {Width}, best"], rows);
        report.Measure($"least n up to which the LSTM is exact, trained to {Trained}", exact.Min(), $"{Tested}", exact.Min() == Tested);
        report.Measure("least share right of the window within its width", within.Min(), "1", within.Min() == 1);
        report.Measure("largest share right of the window beyond its width", beyond.Max(), "0.5, one of two colours", beyond.Max() <= 0.5);
        report.Chart(chart);
        report.Chart(learning);
    }

    static double[] Learn(Report report, Chart chart, string name, int seed, Learner model)
    {
        var key = report.Key(seed);
        double[] losses = model.Train(report, $"{name}, seed {seed}", report.Quick ? 1500 : 3000, 1e-2, update =>
        {
            var data = BrownYellowBlue.Batch(key.For("train").At(update), Batch, 1, Trained);
            return Loss.CrossEntropy(model.Last(data.Inputs, data.Lengths), data.Labels);
        });
        if (name == "LSTM") chart.Learning($"{name}, seed {seed}", losses);
        else chart.Baseline($"{name}, seed {seed}", losses);
        return [.. Enumerable.Range(1, Tested).Select(n => Share(model, n))];
    }

    // Both sequences there are for an n; padded, so that a window has its width.
    static double Share(Learner model, int n)
    {
        var x = new float[Tested + 1, 2, BrownYellowBlue.Colours];
        for (int label = 0; label < 2; label++)
            for (int t = 0; t <= n; t++)
                x[t, label, t == 0 ? label : 2] = 1;
        var logits = model.Last(Tensor.From(x), [n + 1, n + 1]);
        return Enumerable.Range(0, 2).Count(label => logits.At(label, label) > logits.At(label, 1 - label)) / 2.0;
    }
}
