using Autograd.Data;
using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>Two numbers of a hundred are marked; say their sum.</summary>
public sealed class F9aAdding : Demonstration
{
    const int Time = 100, Batch = 32, Updates = 2500, TestBatch = 500, Hidden = 16;

    /// <inheritdoc/>
    public override string Id => "F9a";

    /// <inheritdoc/>
    public override string Title => "Long lag: the adding problem over 100 steps";

    /// <inheritdoc/>
    public override string Claim =>
        "Two of a hundred random numbers are marked, up to a hundred steps back; their sum is to be said at the end. A simple recurrent " +
            "net does not get beyond always saying 1, an LSTM learns it.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var chart = new Chart("Adding problem, T = 100", "update", "mean squared error") { LogY = true };
        var rows = new List<string[]>();
        var (simple, gated) = (new List<double>(), new List<double>());
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var key = report.Key(seed);
            simple.Add(Learn(report, chart, "simple", seed, Learner.Over(report.Cell(new RnnCell(2, Hidden, key)), Hidden, 1, key)));
            gated.Add(Learn(report, chart, "LSTM", seed, Learner.Over(report.Cell(new LstmCell(2, Hidden, key)), Hidden, 1, key)));
            rows.Add([$"{seed}", Numbers.Short(simple[^1]), Numbers.Short(gated[^1])]);
        }
        chart.Dashed("always saying 1", [0, Updates], [AddingProblem.BaselineError, AddingProblem.BaselineError]);
        report.Table(["seed", "simple RNN, test error", "LSTM, test error"], rows);
        report.Measure("largest test error of the LSTM", gated.Max(), "below 0.01", gated.Max() < 0.01);
        report.Measure("least test error of the simple RNN", simple.Min(), "above 0.05", simple.Min() > 0.05);
        report.Chart(chart);
    }

    static double Learn(Report report, Chart chart, string name, int seed, Learner model)
    {
        var key = report.Key(seed);
        double[] losses = model.Train(report, $"{name}, seed {seed}", Updates, 1e-2, update =>
        {
            var data = AddingProblem.Batch(key.For("train").At(update), Time, Batch);
            return Loss.MeanSquaredError(model.Last(data.Inputs), data.Targets);
        });
        if (name == "simple") chart.Baseline($"{name}, seed {seed}", losses);
        else chart.Learning($"{name}, seed {seed}", losses);
        var test = AddingProblem.Batch(key.For("test"), Time, TestBatch);
        return Loss.MeanSquaredError(model.Last(test.Inputs), test.Targets).ToScalar();
    }
}
