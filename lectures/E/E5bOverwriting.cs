using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>How long one input can be read back from a state that is written anew at every step.</summary>
public sealed class E5bOverwriting : Demonstration
{
    const int Units = 16, Steps = 60, Rows = 1500;

    /// <inheritdoc/>
    public override string Id => "E5b";

    /// <inheritdoc/>
    public override string Title => "Memory overwriting: reading one input back from the state";

    /// <inheritdoc/>
    public override string Claim =>
        "The hidden state of a simple net is rewritten at every step, so that what it held of an input is overwritten; the memory of an " +
            "LSTM is " +
        "written through gates. Here: the share of the variance of one input that a linear read-out of the state recovers, steps later.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var chart = new Chart("What a linear read-out of the state recovers of the input at step 0; means of all seeds", "steps later",
            "R² on new sequences");
        var rows = new List<string[]>();
        var at = new Dictionary<string, double[]>();
        foreach (var (name, curve) in ((string, Func<RandomKey, double[]>)[])[
            ("simple RNN, tanh", key => Recovered(report.Cell(new RnnCell(1, Units, key)), key)),
            ("simple RNN, sigmoid", key => Recovered(report.Cell(new RnnCell(1, Units, key, Sigmoid)), key)),
            ("LSTM, forget bias 1", key => Recovered(report.Cell(new LstmCell(1, Units, key)), key)),
            ("LSTM, forget bias 5", key => Recovered(report.Cell(new LstmCell(1, Units, key, forgetBias: 5)), key))])
        {
            double[][] all = [.. Enumerable.Range(0, report.Seeds).Select(seed => curve(report.Key(seed)))];
            double[] mean = at[name] = [.. Enumerable.Range(0, Steps).Select(t => all.Average(one => one[t]))];
            int gone = Array.FindIndex(mean, share => share < 0.5);
            chart.Line(name, Enumerable.Range(0, Steps).Select(t => (double)t), mean);
            rows.Add([name, .. ((int[])[0, 6, 12, 24, 59]).Select(t => Numbers.Short(Math.Round(mean[t], 4))), gone < 0
                ? $"not within {Steps}" : $"{gone}"]);
        }
        report.Text($"{Units} units, untrained, random inputs. An LSTM keeps an input as long as its forget gate is open: σ(1) = 0.73 " +
            $"forgets, σ(5) = 0.993 keeps.");
        report.Table(["cell", "R² at once", "after 6", "after 12", "after 24", "after 59", "half is gone after"], rows);
        report.Chart(chart);
        foreach (string name in (string[])["simple RNN, tanh", "simple RNN, sigmoid"])
        {
            report.Measure($"{name}: at once", at[name][0], "at least 0.99: it was there", at[name][0] >= 0.99);
            report.Measure($"{name}: after 24 steps", at[name][24], "below 0.05: overwritten", at[name][24] < 0.05);
        }
        double[] open = at["LSTM, forget bias 5"];
        report.Measure("LSTM with an open forget gate: after 24 steps", open[24], "at least 0.5: kept", open[24] >= 0.5);
    }

    static double[] Recovered<TState>(Cell<TState> cell, RandomKey key)
    {
        var x = key.For("x").Uniform([Steps, Rows, 1], -1, 1);
        var outputs = Memory(Recurrent.Over(cell).Run(x)).As(ElementType.Float64);
        return [.. Enumerable.Range(0, Steps).Select(t => Share(outputs[t], x[0].As(ElementType.Float64)))];
    }

    // The LSTM's memory is c; of the others the state is the output.
    static Tensor Memory<TState>(Unrolled<TState> run) =>
        run is Unrolled<LstmState> lstm ? lstm.StackedStates().C : run.Outputs;

    // Fitted on one half of the sequences, judged on the other.
    static double Share(Tensor state, Tensor truth)
    {
        const int Half = Rows / 2;
        var readout = new RidgeReadout(Units, 1);
        readout.Fit(state[..Half], truth[..Half], 1e-6);
        double[] said = readout.Forward(state[Half..]).ToDoubles(), right = truth[Half..].ToDoubles();
        double mean = right.Average();
        return Math.Max(0, 1 - said.Zip(right, (a, b) => (a - b) * (a - b)).Sum() / right.Sum(b => (b - mean) * (b - mean)));
    }
}
