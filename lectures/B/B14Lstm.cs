using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>The LSTM with a forget gate.</summary>
public sealed class B14Lstm : Demonstration
{
    const int Hidden = 6, Time = 60;

    /// <inheritdoc/>
    public override string Id => "B14";

    /// <inheritdoc/>
    public override string Title => "LSTM with a forget gate";

    /// <inheritdoc/>
    public override string Claim =>
        "f, i, o = σ(…), c_t = f_t ⊙ c_{t−1} + i_t ⊙ c̃_t, h_t = o_t ⊙ tanh c_t. Along the cell the gradient is the product of the " +
            "forget gates: it lasts while they are open, so a forget bias of 1 or more is a good start.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        Equations(report);
        report.Gradients("LSTM", new LstmCell(2, 3, report.Key(0)), 2);
        var chart = new Chart("Gradient along the cell, ∂c_T/∂c_t, mean over the units", "steps back", "gradient") { LogY = true };
        double worst = 0;
        foreach (double bias in (double[])[-1, 0, 1, 3, 5])
        {
            var (slopes, products) = AlongTheCell(report.Key(0), bias);
            worst = Math.Max(worst, slopes.Zip(products, (a, b) => Math.Abs(a - b) / b).Max());
            chart.Line($"forget bias {bias}", Enumerable.Range(0, Time).Select(t => (double)t), slopes);
        }
        report.Measure("largest relative difference of ∂c_T/∂c_t from the product of the forget gates", worst, "at most 1E-4",
            worst <= 1e-4);
        report.Chart(chart);
    }

    static void Equations(Report report)
    {
        var cell = new LstmCell(3, 4, report.Key(0));
        var (x, s) = (report.Key(1).Normal([5, 3]), new LstmState(report.Key(2).Normal([5, 4]), report.Key(3).Normal([5, 4])));
        Tensor Sum(string gate) => MatMul(Concatenate(-1, s.H, x), Concatenate(0, cell["Wh" + gate], cell["Wx" + gate])) + cell["B" + gate];
        var c = Sigmoid(Sum("f")) * s.C + Sigmoid(Sum("i")) * Tanh(Sum("c"));
        var (output, next) = cell.Step(x, s);
        report.Same("difference from the lecture's equations on [h, x]", Concatenate(-1, Sigmoid(Sum("o")) * Tanh(c), c),
            Concatenate(-1, output, next.C), 1e-6);
    }

    // Without recurrent weights the only way back is the cell.
    static (double[] Slopes, double[] Products) AlongTheCell(RandomKey key, double bias)
    {
        var cell = new LstmCell(3, Hidden, key, bias);
        foreach (string gate in (string[])["f", "i", "c", "o"]) cell["Wh" + gate].Assign(Tensor.Zeros([Hidden, Hidden]));
        var x = key.Normal([Time, 1, 3]);
        using var tape = new Tape();
        var start = tape.Watch(Tensor.Zeros([1, Hidden]));
        // Gradients of the states in between need the eager tape.
        var run = new Recurrent<LstmState>(cell) { Execution = Execution.Eager }.Run(x, new LstmState(Tensor.Zeros([1, Hidden]), start));
        var along = tape.Gradients(Functions.Sum(run.Final.C), [.. run.States.SkipLast(1).Select(state => state.C).Prepend(start)]);
        var (products, product) = (new double[Time], Tensor.Ones([1, Hidden]));
        for (int back = 0; back < Time; back++)
        {
            product *= Sigmoid(MatMul(x[Time - 1 - back], cell["Wxf"]) + cell["Bf"]);
            products[back] = Mean(product).ToScalar();
        }
        return ([.. along.Reverse().Select(gradient => Mean(gradient).ToScalar())], products);
    }
}
