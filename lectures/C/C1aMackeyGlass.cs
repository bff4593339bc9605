using Autograd.Data;
using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>An echo state network that continues a chaotic series on its own.</summary>
public sealed class C1aMackeyGlass : Demonstration
{
    const int Units = 400, Washout = 1000, Train = 3000, Horizon = 84, Lead = 500, Lags = 40;

    /// <inheritdoc/>
    public override string Id => "C1a";

    /// <inheritdoc/>
    public override string Title => "Echo state network: Mackey-Glass, 84 steps ahead on its own";

    /// <inheritdoc/>
    public override string Claim =>
        "A fixed random reservoir of 400 units with a read-out by ridge regression, taught with the true outputs fed back, then running " +
            "free: after 84 steps of the Mackey-Glass series (τ = 17) the error is at most 10⁻³ of the series' standard deviation " +
            "(Jaeger 2001 reports 2.8e-4).";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        int starts = report.Quick ? 40 : 100;
        report.Text($"NRMSE₈₄: root mean square error 84 steps after the last true value, over {starts} starts in later parts of the " +
            $"series, as a part of the series' standard deviation, in its own coordinates. "
            + $"Reservoir: radius 0.8, leak 0.5, 5 % connections, feedback ±0.8, bias ±0.2, no noise; {Washout} steps washout, {Train} " +
                $"steps of teacher forcing, ridge 1e-14 in double.");
        var chart = new Chart("Error of the free run; the reservoirs of all seeds, and a linear predictor",
            "steps after the last true value", "NRMSE")
        { LogY = true };
        var rows = new List<string[]>();
        int good = 0;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var series = new Series(report.Key(seed), starts);
            var (errors, forecast) = EchoState(series, report.Key(seed));
            double[] linear = Linear(series);
            good += errors[^1] <= 1e-3 ? 1 : 0;
            rows.Add([$"{seed}", Numbers.Short(errors[0]), Numbers.Short(errors[^1]), Numbers.Short(linear[0]), Numbers.Short(linear[^1])]);
            chart.Line($"reservoir, seed {seed}", Steps(), errors);
            if (seed == 0) chart.Dashed($"linear, {Lags} lags, seed 0", Steps(), linear);
            if (seed == 0) report.Chart(Picture(series, forecast));
            report.Progress("seeds", (seed + 1.0) / report.Seeds);
        }
        report.Table(["seed", "reservoir, 1 step", "reservoir, 84 steps", $"linear ({Lags} lags), 1 step", "linear, 84 steps"], rows);
        report.Chart(chart);
        report.Measure("seeds with NRMSE₈₄ at most 1e-3", good, $"at least {(report.Seeds * 4 + 4) / 5} of {report.Seeds}",
            good >= (report.Seeds * 4 + 4) / 5);
    }

    static (double[] Errors, double[] Forecast) EchoState(Series series, RandomKey key)
    {
        var network = ReservoirNetwork.EchoState(0, Units, 1, key, new()
        {
            SpectralRadius = 0.8,
            Leak = 0.5,
            Connectivity = 0.05,
            Feedback = 1,
            FeedbackScaling = 0.8,
            BiasScaling = 0.2,
        });
        network.Fit(Tensor.Zeros([Washout + Train, 1, 0]), series.Taught, Washout, 1e-14);
        var warm = network.Follow(Tensor.Zeros([Lead, series.Starts, 0]), series.Warm);
        var free = network.Run(Tensor.Zeros([Horizon, series.Starts, 0]), warm.Final).Outputs;
        return (series.Errors(free), [.. Enumerable.Range(0, Horizon).Select(t => Series.Original(free.At(t, 0, 0)))]);
    }

    // Ridge regression on the last values, fed back in the same way.
    static double[] Linear(Series series)
    {
        double[] y = series.Taught.ToDoubles();
        int count = y.Length - Lags;
        var (features, targets) = (new double[count, Lags], new double[count, 1]);
        for (int t = 0; t < count; t++)
        {
            for (int k = 0; k < Lags; k++) features[t, k] = y[t + Lags - 1 - k];
            targets[t, 0] = y[t + Lags];
        }
        var readout = new RidgeReadout(Lags, 1);
        readout.Fit(Tensor.From(features), Tensor.From(targets), 1e-10);
        var window = Concatenate(1, [.. Enumerable.Range(0, Lags).Select(k => series.Warm[Lead - 1 - k])]);
        var outputs = new Tensor[Horizon];
        for (int t = 0; t < Horizon; t++)
        {
            outputs[t] = readout.Forward(window);
            window = Concatenate(1, outputs[t], Slice(window, 1, 0, Lags - 1));
        }
        return series.Errors(Stack(outputs));
    }

    static Chart Picture(Series series, double[] forecast) => new Chart("Free run of the first start, seed 0",
        "steps after the last true value", "y")
        .Line("Mackey-Glass", Steps(), Enumerable.Range(0, Horizon).Select(t => series.Truth(t, 0)))
        .Dashed("reservoir on its own", Steps(), forecast);

    static IEnumerable<double> Steps() => Enumerable.Range(1, Horizon).Select(t => (double)t);

    /// <summary>The series, and the stretches of it that are used.</summary>
    sealed class Series
    {
        const int Apart = 173;

        readonly double[] y;
        readonly double deviation;

        public Series(RandomKey key, int starts)
        {
            Starts = starts;
            y = MackeyGlass.Generate(Washout + Train + starts * Apart + Lead + Horizon, key);
            double mean = y.Average();
            deviation = Math.Sqrt(y.Average(value => (value - mean) * (value - mean)));
            Taught = Tensor.From(Array.ConvertAll(y[..(Washout + Train)], value => Math.Tanh(value - 1)), [Washout + Train, 1, 1]);
            var warm = new double[Lead, starts, 1];
            for (int t = 0; t < Lead; t++)
                for (int start = 0; start < starts; start++)
                    warm[t, start, 0] = Math.Tanh(y[Washout + Train + start * Apart + t] - 1);
            Warm = Tensor.From(warm);
        }

        public int Starts { get; }

        /// <summary>What the network is taught with, tanh(y − 1): <c>[time, 1, 1]</c>.</summary>
        public Tensor Taught { get; }

        /// <summary>What it sees before it runs free, <c>[time, starts, 1]</c>.</summary>
        public Tensor Warm { get; }

        public static double Original(double taught) => Math.Atanh(Math.Clamp(taught, -0.9999999, 0.9999999)) + 1;

        public double Truth(int step, int start) => y[Washout + Train + start * Apart + Lead + step];

        public double[] Errors(Tensor free) =>
            [.. Enumerable.Range(0, Horizon).Select(t => Math.Sqrt(Enumerable.Range(0, Starts).Average(start =>
                Math.Pow(Original(free.At(t, start, 0)) - Truth(t, start), 2))) / deviation)];
    }
}
