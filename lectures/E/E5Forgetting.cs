using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>How long a recurrent net remembers an input, forward.</summary>
public sealed class E5Forgetting : Demonstration
{
    const int Units = 32, Steps = 40, Batch = 16;

    /// <inheritdoc/>
    public override string Id => "E5";

    /// <inheritdoc/>
    public override string Title => "A simple RNN forgets an input within a dozen steps";

    /// <inheritdoc/>
    public override string Claim => "In the forward direction, too, a simple recurrent net forgets: the effect of an input at t = 0 is " +
        "gone within a dozen steps.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var chart = new Chart("Effect on the outputs of an impulse at t = 0, others random; means of all seeds", "step",
            "difference of outputs, as a part of that at 0")
        { LogY = true, YFloor = 1e-7 };
        var rows = new List<string[]>();
        double rnn = 0, lstm = double.PositiveInfinity;
        foreach (var (name, response) in ((string, Func<RandomKey, double[]>)[])[
            ("simple RNN, tanh", key => Response(report.Cell(new RnnCell(4, Units, key)), key)),
            ("simple RNN, sigmoid", key => Response(report.Cell(new RnnCell(4, Units, key, Functions.Sigmoid)), key)),
            ("GRU", key => Response(report.Cell(new GruCell(4, Units, key)), key)),
            ("LSTM, forget bias 1", key => Response(report.Cell(new LstmCell(4, Units, key)), key)),
            ("LSTM, forget bias 5", key => Response(report.Cell(new LstmCell(4, Units, key, forgetBias: 5)), key))])
        {
            double[][] all = [.. Enumerable.Range(0, report.Seeds).Select(seed => response(report.Key(seed)))];
            double[] mean = [.. Enumerable.Range(0, Steps).Select(t => all.Average(one => one[t]))];
            int gone = Array.FindIndex(mean, value => value < 0.01);
            chart.Line(name, Enumerable.Range(0, Steps).Select(t => (double)t), mean);
            rows.Add([name, Numbers.Short(mean[6]), Numbers.Short(mean[12]), gone < 0 ? $"not within {Steps}" : $"{gone}"]);
            if (name.StartsWith("simple", StringComparison.Ordinal)) rnn = Math.Max(rnn, mean[12]);
            if (name.EndsWith('5')) lstm = mean[12];
        }
        report.Table(["cell, untrained", "after 6 steps", "after 12 steps", "below 1 % after"], rows);
        report.Chart(chart);
        report.Text("The memory of an LSTM whose gate is open keeps the impulse and passes it on to other units, so that its effect on " +
            "the outputs can even grow.");
        report.Measure("simple RNN: effect left after 12 steps", rnn, "at most 0.01", rnn <= 0.01);
        report.Measure("LSTM with an open forget gate: effect left after 12 steps", lstm, "at least 0.1", lstm >= 0.1);
    }

    static double[] Response<TState>(Cell<TState> cell, RandomKey key) =>
        ImpulseResponse.Of(cell, key.For("x").Normal([Steps, Batch, 4]), Tensor.From([1f, -1f, 1f, -1f]));
}
