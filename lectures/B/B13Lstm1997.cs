using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>The first LSTM and its constant error carousel.</summary>
public sealed class B13Lstm1997 : Demonstration
{
    const int Hidden = 8, Time = 100;

    /// <inheritdoc/>
    public override string Id => "B13";

    /// <inheritdoc/>
    public override string Title => "LSTM of 1997: the constant error carousel";

    /// <inheritdoc/>
    public override string Claim =>
        "Without a forget gate the cell only adds, c_t = c_{t−1} + i_t ⊙ g_t, so an error that is in the cell stays there: with the " +
            "gradient truncated as published, ∂c_T/∂c_t is exactly 1 over any time.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var key = report.Key(0);
        var x = key.Normal([Time, 1, 4]);
        var chart = new Chart("Gradient from the last step back: mean |∂Σs_T/∂s_t|, s the cell or the hidden state", "steps back",
            "gradient")
        { LogY = true, YFloor = 1e-12 };
        double[] truncated = Lstm(new Lstm1997Cell(4, Hidden, key, Lstm1997Gradient.Truncated), x, out double deviation);
        var back = Enumerable.Range(0, Time).Select(t => (double)t);
        chart.Line("1997 LSTM, truncated", back, truncated);
        chart.Line("1997 LSTM, full gradient", back, Lstm(new Lstm1997Cell(4, Hidden, key), x, out _));
        chart.Line("LSTM, forget bias 1", back, Lstm(new LstmCell(4, Hidden, key), x, out _));
        double[] simple = Simple(new RnnCell(4, Hidden, key), x);
        chart.Line("simple RNN", back, simple);
        report.Measure($"largest deviation from 1 of any element of ∂c_T/∂c_t, {Time} steps", deviation, "0, to the bit", deviation == 0);
        report.Measure($"simple RNN: gradient over {Time - 1} steps, for comparison", simple[^1], "below 1E-6", simple[^1] < 1e-6);
        report.Gradients("1997 LSTM, full gradient", new Lstm1997Cell(2, 3, key), 2);
        Squashers(report);
        report.Chart(chart);
    }

    static double[] Lstm(Cell<LstmState> cell, Tensor x, out double deviation)
    {
        using var tape = new Tape();
        var c = tape.Watch(Tensor.Zeros([1, Hidden]));
        // Gradients of the states in between need the eager tape.
        var run = new Recurrent<LstmState>(cell) { Execution = Execution.Eager }.Run(x, new LstmState(Tensor.Zeros([1, Hidden]), c));
        Tensor[] along = tape.Gradients(Functions.Sum(run.Final.C), [.. run.States.SkipLast(1).Select(state => state.C).Prepend(c)]);
        double[][] slopes = [.. along.Reverse().Select(gradient => gradient.ToDoubles())];
        deviation = slopes.Max(row => row.Max(slope => Math.Abs(slope - 1)));
        return [.. slopes.Select(row => row.Average(Math.Abs))];
    }

    static double[] Simple(RnnCell cell, Tensor x)
    {
        using var tape = new Tape();
        var h = tape.Watch(Tensor.Zeros([1, Hidden]));
        var run = new Recurrent<Tensor>(cell) { Execution = Execution.Eager }.Run(x, h);
        var along = tape.Gradients(Functions.Sum(run.Final), [.. run.States.SkipLast(1).Prepend(h)]);
        return [.. along.Reverse().Select(gradient => gradient.ToDoubles().Average(Math.Abs))];
    }

    // One cell whose gates are open: g reaches 2, ĥ reaches 1.
    static void Squashers(Report report)
    {
        var cell = new Lstm1997Cell(1, 1, report.Key(0), inputBias: 50, outputBias: 50);
        foreach (string name in (string[])["Wxi", "Whi", "Whc", "Wxo", "Who"]) cell[name].Assign(Tensor.Zeros([1, 1]));
        cell["Wxc"].Assign(Tensor.Ones([1, 1]));
        var (_, next) = cell.Step(Tensor.Full([1, 1], 100), cell.Initial(1, ElementType.Float32));
        var (output, _) = cell.Step(Tensor.Full([1, 1], 100), new LstmState(next.H, Tensor.Full([1, 1], 100)));
        report.Measure("largest cell input g", next.C.At(0, 0), "2", Math.Abs(next.C.At(0, 0) - 2) < 1e-6);
        report.Measure("largest cell output ĥ", output.At(0, 0), "1", Math.Abs(output.At(0, 0) - 1) < 1e-6);
    }
}
