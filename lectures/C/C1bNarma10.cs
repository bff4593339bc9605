using Autograd.Data;
using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>An echo state network that identifies a nonlinear system with memory.</summary>
public sealed class C1bNarma10 : Demonstration
{
    const int Units = 500, Washout = 200, Test = 1000;

    /// <inheritdoc/>
    public override string Id => "C1b";

    /// <inheritdoc/>
    public override string Title => "Echo state network: NARMA-10";

    /// <inheritdoc/>
    public override string Claim => "A reservoir of 500 units learns the system NARMA-10 from its inputs to a test NRMSE of at most " +
        "0.4; the best linear filter of the same inputs does worse.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        int train = report.Quick ? 3000 : 5000;
        report.Text($"y(t+1) = 0.3 y(t) + 0.05 y(t) Σ_(i=0…9) y(t−i) + 1.5 u(t−9) u(t) + 0.1, u uniform in [0, 0.5). {train} steps of " +
            $"training of which {Washout} are washout, {Test} of testing; "
            + "radius 0.95, 10 % connections, inputs and biases ±0.2, ridge 1e-8. NRMSE: root mean square error as a part of the test " +
                "targets' standard deviation.");
        var rows = new List<string[]>();
        double worst = 0, worstShare = 0;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var key = report.Key(seed);
            var (u, y) = Narma10.Generate(train + Test, key);
            var (x, target) = (Tensor.From(u, [u.Length, 1, 1]), Tensor.From(y, [y.Length, 1, 1]));
            var network = ReservoirNetwork.EchoState(1, Units, 1, key, new()
            {
                SpectralRadius = 0.95, InputScaling = 0.2,
                BiasScaling = 0.2
            });
            var fitted = network.Fit(x[..train], target[..train], Washout, 1e-8);
            double[] predicted = network.Run(x[train..], fitted.Final).Outputs.ToDoubles(), truth = y[train..];
            double error = Error(truth, predicted), onTraining = Error(y[Washout..train], fitted.Outputs.ToDoubles()[Washout..]);
            double[] linear = [.. ((int[])[10, 20, 50]).Select(taps => Linear(x, target, train, taps))];
            (worst, worstShare) = (Math.Max(worst, error), Math.Max(worstShare, error / linear.Min()));
            rows.Add([$"{seed}", Numbers.Short(onTraining), Numbers.Short(error), .. linear.Select(Numbers.Short)]);
            if (seed == 0)
                report.Chart(new Chart("NARMA-10, test, seed 0", "step", "y")
                    .Line("the system", Enumerable.Range(0, 120).Select(t => (double)t), truth[..120])
                    .Dashed("reservoir", Enumerable.Range(0, 120).Select(t => (double)t), predicted[..120]));
            report.Progress("seeds", (seed + 1.0) / report.Seeds);
        }
        report.Table(["seed", "reservoir, training", "reservoir, test", "linear, 10 inputs, test", "linear, 20", "linear, 50"], rows);
        report.Measure("largest test NRMSE", worst, "at most 0.4", worst <= 0.4);
        report.Measure("largest test NRMSE as a part of the best linear filter's", worstShare, "below 1", worstShare < 1);
    }

    // A delay line of inputs with a linear read-out.
    static double Linear(Tensor x, Tensor target, int train, int taps)
    {
        var padded = Pad(x.Reshape(-1, 1), 0, taps - 1, 0);
        var features = Concatenate(1, [.. Enumerable.Range(0, taps).Select(k => Slice(padded, 0, taps - 1 - k, x.Shape[0]))]);
        var readout = new RidgeReadout(taps, 1);
        readout.Fit(features[Washout..train], target[Washout..train].Reshape(-1, 1), 1e-8);
        return Error(target[train..].ToDoubles(), readout.Forward(features[train..]).ToDoubles());
    }

    static double Error(double[] truth, double[] predicted)
    {
        double mean = truth.Average(), variance = truth.Average(y => (y - mean) * (y - mean));
        return Math.Sqrt(truth.Zip(predicted, (y, p) => (y - p) * (y - p)).Average() / variance);
    }
}
