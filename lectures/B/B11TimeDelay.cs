using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Fixed delays.</summary>
public sealed class B11TimeDelay : Demonstration
{
    const int Time = 20, At = 5;

    static readonly int[] Delays = [0, 2, 3, 7];

    /// <inheritdoc/>
    public override string Id => "B11";

    /// <inheritdoc/>
    public override string Title => "Time-delay network, fixed delays";

    /// <inheritdoc/>
    public override string Claim =>
        "Each connection has one weight for every delay. With the delays 0, 1 … N it is a 1-D convolution of width N + 1. The response " +
            "is finite: an input influences exactly the steps of its delays, none after the longest.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var key = report.Key(0);
        double worst = 0;
        foreach (int n in (int[])[0, 1, 2, 5, 9])
        {
            var layer = new TimeDelay(3, 4, [.. Enumerable.Range(0, n + 1)], key);
            var x = key.Normal([Time, 6, 3]);
            worst = Math.Max(worst, Checks.Difference(Convolution(Pad(x, 0, n, 0), Flip(layer["weight"], 0)), layer.Forward(x)));
        }
        report.Measure("largest difference from a convolution, widths 1, 2, 3, 6 and 10", worst, "at most 1E-5", worst <= 1e-5);
        double[,] response = Response(new TimeDelay(1, 1, Delays, key, Tanh), key);
        int wrong = 0;
        for (int from = 0; from < Time; from++)
            for (int to = 0; to < Time; to++)
                if (response[to, from] != 0 != Delays.Contains(to - from)) wrong++;
        report.Measure($"pairs of steps that are connected against the delays {string.Join(", ", Delays)}", wrong, "0", wrong == 0);
        var checkedLayer = new TimeDelay(2, 2, [0, 2], key, Tanh);
        report.Gradients("time-delay layer, lengths 5 and 3", GradientCheck.Run(
            inputs => checkedLayer.Forward(inputs[0], [5, 3]), [key.Normal([5, 2, 2])], checkedLayer.Parameters));
        report.Chart(new Chart("|∂y_t/∂x_s|: which input reaches which output", "s, step of the input", "t, step of the output")
            .Heat(response));
    }

    static double[,] Response(TimeDelay layer, RandomKey key)
    {
        var response = new double[Time, Time];
        using var tape = new Tape();
        var x = tape.Watch(key.Normal([Time, 1, 1]));
        var y = layer.Forward(x);
        for (int to = 0; to < Time; to++)
        {
            double[] slopes = tape.Gradients(y[to].Reshape(), [x])[0].ToDoubles();
            for (int from = 0; from < Time; from++) response[to, from] = Math.Abs(slopes[from]);
        }
        return response;
    }
}
