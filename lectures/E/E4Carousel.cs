using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>The constant error carousel of an LSTM.</summary>
public sealed class E4Carousel : Demonstration
{
    const int Units = 32, Steps = 100;

    /// <inheritdoc/>
    public override string Id => "E4";

    /// <inheritdoc/>
    public override string Title => "The constant error carousel: an LSTM carries errors unchanged";

    /// <inheritdoc/>
    public override string Claim => "The memory of an LSTM carries an error unchanged while its forget gate is open: where the gradient " +
        "of a simple RNN decays, the same curve is flat.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var chart = new Chart("‖∂c_T/∂c_t‖ of LSTMs and ‖∂h_T/∂h_t‖ of an RNN, 32 units, random inputs", "T − t", "norm")
        {
            LogY = true,
            YFloor = 1e-14
        };
        var inputs = report.Key(0).For("x").Normal([Steps, 4]);
        double[] rnn = GradientFlow.ThroughTime(new RnnCell(4, Units, report.Key(0)), inputs);
        chart.Line("simple RNN", Lags(), rnn.Reverse());
        var rows = new List<string[]>();
        double least = double.PositiveInfinity, most = 0;
        foreach (double bias in (double[])[0, 1, 3, 6, 40])
        {
            var cell = new LstmCell(4, Units, report.Key(0), forgetBias: bias);
            double[] norms = GradientFlow.ThroughTime(report.Cell(cell), inputs, part: Units..);
            var forget = Gate.Of(cell, inputs.Reshape(Steps, 1, 4))[0];
            rows.Add([Numbers.Short(bias), Numbers.Short(forget.MeanByUnit().Average()), Numbers.Short(norms[0]),
                Numbers.Short(LargestProduct(forget))]);
            chart.Line($"LSTM, bias of the forget gate {bias}", Lags(), norms.Reverse());
        }
        report.Table(["bias of the forget gate", "mean of the gate", "‖∂c_T/∂c_0‖", "largest Π f over a unit's memory"], rows);
        report.Text("With an open gate the norm even grows: beside the carousel errors also come back through outputs and gates. " +
            "Without those paths, as in the truncated gradient of 1997, the curve is flat at 1.");
        // The carousel alone: no path through gates and outputs, as in the truncated gradient of 1997.
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var cell = new LstmCell(4, Units, report.Key(seed), forgetBias: 40);
            foreach (string recurrent in (string[])["Whf", "Whi", "Whc", "Who"]) cell[recurrent].Assign(Tensor.Zeros([Units, Units]));
            double[] norms = GradientFlow.ThroughTime(report.Cell(cell), inputs, part: Units..);
            (least, most) = (Math.Min(least, norms.Min()), Math.Max(most, norms.Max()));
            if (seed == 0) chart.Dashed("LSTM, gate open, without paths through its outputs", Lags(), norms.Reverse());
        }
        report.Chart(chart);
        report.Measure("carousel alone, smallest norm over 100 steps", least, "1 within 1e-10", Math.Abs(least - 1) <= 1e-10);
        report.Measure("carousel alone, largest norm over 100 steps", most, "1 within 1e-10", Math.Abs(most - 1) <= 1e-10);
        report.Measure("simple RNN, norm over 100 steps", rnn[0], "below 1e-10", rnn[0] < 1e-10);
        Product(report, inputs);
    }

    // With a gate that is partly open the carousel alone carries the product of its values.
    static void Product(Report report, Tensor inputs)
    {
        var cell = new LstmCell(4, Units, report.Key(0), forgetBias: 2);
        foreach (string recurrent in (string[])["Whf", "Whi", "Whc", "Who"]) cell[recurrent].Assign(Tensor.Zeros([Units, Units]));
        double norm = GradientFlow.ThroughTime(report.Cell(cell), inputs, part: Units..)[0];
        double product = LargestProduct(Gate.Of(cell, inputs.Reshape(Steps, 1, 4).As(ElementType.Float32))[0]);
        double difference = Math.Abs(norm / product - 1);
        // The gates were read in float.
        report.Measure("gate partly open: relative difference of ‖∂c_T/∂c_0‖ from the largest Π f", difference, "at most 1e-4",
            difference <= 1e-4);
    }

    static double LargestProduct(Gate forget)
    {
        double[] values = forget.Values.ToDoubles();
        return Enumerable.Range(0, Units).Max(unit => Enumerable.Range(0, Steps).Aggregate(1.0, (product, t) =>
            product * values[t * Units + unit]));
    }

    static IEnumerable<double> Lags() => Enumerable.Range(0, Steps + 1).Select(lag => (double)lag);
}
