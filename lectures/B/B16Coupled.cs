using Autograd.Data;
using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>i = 1 − f.</summary>
public sealed class B16Coupled : Demonstration
{
    const int Time = 50, Hidden = 12;

    /// <inheritdoc/>
    public override string Id => "B16";

    /// <inheritdoc/>
    public override string Title => "LSTM with coupled gates";

    /// <inheritdoc/>
    public override string Claim => "With i = 1 − f a quarter of the weights is saved, the cell stays within [−1, 1], and long lags are " +
        "learned as well.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        Equality(report);
        report.Gradients("coupled gates", new CoupledLstmCell(2, 3, report.Key(0)), 2);
        var run = Recurrent.Over(new CoupledLstmCell(2, Hidden, report.Key(0))).Run(report.Key(0).Normal([200, 20, 2], 5));
        double largest = run.States.Max(state => state.C.ToDoubles().Max(Math.Abs));
        report.Measure("largest |c| over 200 steps of large inputs", largest, "at most 1", largest <= 1);
        var chart = new Chart($"Adding problem, T = {Time}", "update", "mean squared error") { LogY = true };
        var (coupled, plain) = (new List<double>(), new List<double>());
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var key = report.Key(seed);
            coupled.Add(Learn(report, chart, $"coupled, seed {seed}", Learner.Over(new CoupledLstmCell(2, Hidden, key), Hidden, 1, key),
                key));
            plain.Add(Learn(report, chart, $"LSTM, seed {seed}", Learner.Over(new LstmCell(2, Hidden, key), Hidden, 1, key), key));
        }
        report.Table(
            ["seed", $"coupled, {new CoupledLstmCell(2, Hidden, default).ParameterCount} parameters: test error",
                $"LSTM, {new LstmCell(2, Hidden, default).ParameterCount} parameters: test error"],
            coupled.Zip(plain).Select((pair, seed) => (string[])[$"{seed}", Numbers.Short(pair.First), Numbers.Short(pair.Second)]));
        report.Measure("largest test error with coupled gates", coupled.Max(), $"below 0.01; always the mean: " +
            $"{Numbers.Short(AddingProblem.BaselineError)}", coupled.Max() < 0.01);
        report.Chart(chart);
    }

    static void Equality(Report report)
    {
        var key = report.Key(0);
        CoupledLstmCell coupled = new(2, 5, key);
        LstmCell lstm = new(2, 5, key);
        // σ(−a) = 1 − σ(a).
        foreach (string name in (string[])["Wx", "Wh", "B"]) lstm[name + "i"].Assign(-coupled[name + "f"]);
        var x = key.Normal([20, 3, 2]);
        report.Same("difference from an LSTM whose input gate has the forget gate's weights, negated", Recurrent.Over(lstm).Forward(x),
            Recurrent.Over(coupled).Forward(x), 1e-5);
    }

    static double Learn(Report report, Chart chart, string name, Learner model, RandomKey key)
    {
        double[] losses = model.Train(report, name, 1500, 1e-2, update =>
        {
            var data = AddingProblem.Batch(key.For("train").At(update), Time, 32);
            return Loss.MeanSquaredError(model.Last(data.Inputs), data.Targets);
        });
        if (name.StartsWith("coupled", StringComparison.Ordinal)) chart.Learning(name, losses);
        else chart.Baseline(name, losses);
        var test = AddingProblem.Batch(key.For("test"), Time, 500);
        return Loss.MeanSquaredError(model.Last(test.Inputs), test.Targets).ToScalar();
    }
}
