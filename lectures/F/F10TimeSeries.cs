using Autograd.Data;
using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Forecasts of three series by windows and by recurrent nets.</summary>
public sealed class F10TimeSeries : Demonstration
{
    /// <inheritdoc/>
    public override string Id => "F10";

    /// <inheritdoc/>
    public override string Title => "Time series: NARX, TDNN, RNN and ESN; a window against an infinite response";

    /// <inheritdoc/>
    public override string Claim =>
        "Time series are predicted from a sliding window (TDNN, finite response: an input acts on exactly the next max-delay steps) or " +
            "by recurrent nets (RNN, NARX, ESN: infinite response). Shown on Mackey-Glass, NARMA-10 and yearly sunspots, beside the " +
            "best linear window.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Of<EchoStateOptions>("reservoir", "it has no memory", options =>
        options with { SpectralRadius = 1e-9, Leak = 1 });

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        Responses(report);
        MackeyGlassSeries(report);
        Narma(report);
        SunspotNumbers(report);
    }

    // What an input at step 0 changes later: exactly nothing beyond the window.
    static void Responses(Report report)
    {
        const int Time = 60, Window = 12;
        var key = report.Key(0);
        var (x, y) = (key.For("x").Uniform([Time, 1, 1], -1, 1), key.For("y").Uniform([Time, 1, 1], -1, 1));
        var struck = Concatenate(0, (x[0] + 1).Reshape(1, 1, 1), x[1..]);
        var chart = new Chart("Effect of an impulse at step 0 on the outputs, untrained", "step",
            "difference of outputs")
        { LogY = true, YFloor = 1e-12 };
        double beyond = 0;
        foreach (var forecaster in (Forecaster[])[new WindowForecaster(Window, 16, key), new RecurrentForecaster(24, key),
            new NarxForecaster(0, Window, 16, key), new EchoForecaster(100, key, report.Part("reservoir",
            new EchoStateOptions { SpectralRadius = 0.95 }), 1e-3)])
        {
            if (forecaster is EchoForecaster) forecaster.Fit(new(x, y), 5, 0);
            double[] difference = [.. (forecaster.Free(new(struck, y), 0) - forecaster.Free(new(x, y), 0)).ToDoubles().Select(Math.Abs)];
            chart.Line(forecaster.Name, Enumerable.Range(0, Time).Select(t => (double)t), difference);
            if (forecaster is WindowForecaster) beyond = difference[Window..].Max();
        }
        report.Chart(chart);
        report.Measure($"TDNN with {Window} inputs: largest effect beyond step {Window - 1}", beyond, "exactly 0", beyond == 0);
    }

    static void MackeyGlassSeries(Report report)
    {
        const int Window = 18, Length = 80, Batch = 20, Washout = 20, Ahead = 20, Known = 60, From = 50;
        var table = new Scores(report, "Mackey-Glass, τ = 17", "one step", $"{Ahead} steps, running free");
        Chart? picture = null;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var key = report.Key(seed);
            double[] series = [.. MackeyGlass.Generate(2 * Length * Batch + 1, key).Select(y => y - 0.93)];
            var (train, test) = (Cut(series, 0, Length, Batch), Cut(series, Length * Batch, Length, Batch));
            foreach (var forecaster in (Forecaster[])[
                new LinearForecaster(Window),
                new WindowForecaster(Window, 16, key),
                new NarxForecaster(0, Window, 16, key),
                new RecurrentForecaster(24, key),
                new EchoForecaster(200, key, report.Part("reservoir", new EchoStateOptions { SpectralRadius = 0.9, Leak = 0.5,
                    InputScaling = 0.5, BiasScaling = 0.2 }), 1e-9)])
            {
                // NARX sees the series as its past outputs; its input is held at 0.
                bool isNarx = forecaster is NarxForecaster;
                double[] losses = forecaster.Fit(isNarx ? train with { X = 0 * train.X } : train, Washout, report.Quick ? 300 : 1500);
                table.Curve(seed, forecaster.Name, losses);
                var one = forecaster.Predict(isNarx ? test with { X = 0 * test.X } : test);
                var free = isNarx ? forecaster.Free(test with { X = 0 * test.X }, Known) : Continue(forecaster, test, Known, Ahead);
                table.Add(seed, forecaster.Name, Error(test.Y[Known..], one[Known..]), Error(test.Y[Known..], free[Known..], last: true));
                if (seed == 0) (picture ??= Truth(test.Y, From)).Line(forecaster.Name, Steps(Length)[From..], FirstOf(free)[From..]);
            }
        }
        table.Write(picture!);
        report.Text("One step ahead the series is smooth, and a linear window is very good; running free it fails, as the series is not " +
            "linear.");
        report.Measure("Mackey-Glass, running free: the ESN's error as a part of the linear window's, means", table.Mean("ESN",
            1) / table.Mean("linear", 1), "at most 0.1", table.Mean("ESN", 1) <= 0.1 * table.Mean("linear", 1));
    }

    static void Narma(Report report)
    {
        const int Length = 100, Batch = 20, Washout = 30, From = 50;
        var table = new Scores(report, "NARMA-10", "truth known", "running free");
        Chart? picture = null;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var key = report.Key(seed);
            var (u, y) = Narma10.Generate(2 * Length * Batch, key);
            var (train, test) = (Pair(u, y, 0, Length, Batch), Pair(u, y, Length * Batch, Length, Batch));
            foreach (var forecaster in (Forecaster[])[
                new LinearForecaster(20),
                new WindowForecaster(10, 24, key),
                new WindowForecaster(20, 24, key),
                new NarxForecaster(9, 10, 24, key),
                new RecurrentForecaster(32, key),
                new EchoForecaster(200, key, report.Part("reservoir", new EchoStateOptions { SpectralRadius = 0.95, InputScaling = 0.4,
                    BiasScaling = 0.2 }), 1e-7)])
            {
                double[] losses = forecaster.Fit(train, Washout, report.Quick ? 300 : 1500);
                table.Curve(seed, forecaster.Name, losses);
                var (one, free) = (forecaster.Predict(test), forecaster.Free(test, Washout));
                table.Add(seed, forecaster.Name, Error(test.Y[Washout..], one[Washout..]), Error(test.Y[Washout..], free[Washout..]));
                if (seed == 0 && forecaster is not RecurrentForecaster) (picture ??= Truth(test.Y, From)).Line(forecaster.Name,
                    Steps(Length)[From..], FirstOf(free)[From..]);
            }
        }
        table.Write(picture!);
        report.Measure("NARMA-10: NARX with true past outputs, mean error as a part of the linear window's", table.Mean("NARX",
            0) / table.Mean("linear", 0), "below 1", table.Mean("NARX", 0) < table.Mean("linear", 0));
        report.Measure("NARMA-10: ESN, mean error as a part of the linear window's", table.Mean("ESN", 0) / table.Mean("linear", 0),
            "below 1", table.Mean("ESN", 0) < table.Mean("linear", 0));
    }

    static void SunspotNumbers(Report report)
    {
        const int Split = 1920 - Sunspots.FirstYear, Washout = 12;
        var table = new Scores(report, "Sunspots, yearly; trained on 1700 to 1920", "one year, 1921 to 1979", "the same, 1700 to 1920");
        double[] series = [.. Sunspots.Load()[..(1980 - Sunspots.FirstYear)].Select(count => count / 100)];
        var all = Cut(series, 0, series.Length - 1, 1);
        var train = new Stretch(all.X[..Split], all.Y[..Split]);
        Chart? picture = null;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var key = report.Key(seed);
            foreach (var forecaster in (Forecaster[])[
                new LinearForecaster(12, 1e-2),
                new WindowForecaster(12, 4, key),
                new NarxForecaster(0, 12, 4, key),
                new RecurrentForecaster(6, key),
                new EchoForecaster(60, key, report.Part("reservoir", new EchoStateOptions { SpectralRadius = 0.9, InputScaling = 0.3,
                    BiasScaling = 0.3 }), 0.1)])
            {
                bool isNarx = forecaster is NarxForecaster;
                double[] losses = forecaster.Fit(isNarx ? train with { X = 0 * train.X } : train, Washout, 250);
                table.Curve(seed, forecaster.Name, losses);
                var predicted = forecaster.Predict(isNarx ? all with { X = 0 * all.X } : all);
                table.Add(seed, forecaster.Name, Error(all.Y[Split..], predicted[Split..]), Error(all.Y[Washout..Split],
                    predicted[Washout..Split]));
                if (seed == 0) (picture ??= Years(all.Y)).Line(forecaster.Name, Enumerable.Range(1921, 59).Select(year => (double)year),
                    FirstOf(predicted)[^59..].Select(value => 100 * value));
            }
        }
        table.Write(picture!);
        double best = new[] { "TDNN", "NARX", "RNN", "ESN" }.Min(name => table.Mean(name, 0));
        report.Text($"Best of the nonlinear ones {Numbers.Short(best)}, linear window {Numbers.Short(table.Mean("linear", 0))}: 220 " +
            $"years are few, and the linear window is hard to beat.");
        report.Measure("Sunspots: best mean NRMSE of the nonlinear ones, 1921 to 1979", best, "at most 0.6; to say the mean costs 1",
            best <= 0.6);
    }

    // The own outputs take the place of the series from a step on.
    static Tensor Continue(Forecaster forecaster, Stretch data, int known, int ahead)
    {
        var x = data.X[..(known + 1)].As(ElementType.Float32);
        Tensor outputs = forecaster.Predict(new(x, data.Y[..(known + 1)])).As(ElementType.Float32);
        for (int t = 1; t < ahead; t++)
        {
            x = Concatenate(0, x, outputs[^1].Reshape(1, -1, 1));
            outputs = forecaster.Predict(new(x, x)).As(ElementType.Float32);
        }
        return outputs;
    }

    // Stretches of a series side by side: the input is the series, the target its next value.
    static Stretch Cut(double[] series, int start, int length, int batch) => Pair(series, series[1..], start, length, batch);

    static Stretch Pair(double[] inputs, double[] targets, int start, int length, int batch)
    {
        var (x, y) = (new double[length, batch, 1], new double[length, batch, 1]);
        for (int b = 0; b < batch; b++)
            for (int t = 0; t < length; t++)
                (x[t, b, 0], y[t, b, 0]) = (inputs[start + b * length + t], targets[start + b * length + t]);
        return new(Tensor.From(x), Tensor.From(y));
    }

    static double Error(Tensor truth, Tensor predicted, bool last = false)
    {
        double[] all = truth.ToDoubles();
        double mean = all.Average(), variance = all.Average(y => (y - mean) * (y - mean));
        var (y, p) = last ? (truth[^1].ToDoubles(), predicted[^1].ToDoubles()) : (all, predicted.ToDoubles());
        return Math.Sqrt(y.Zip(p, (a, b) => (a - b) * (a - b)).Average() / variance);
    }

    static double[] Steps(int count) => [.. Enumerable.Range(0, count).Select(t => (double)t)];

    static double[] FirstOf(Tensor outputs) => [.. Enumerable.Range(0, outputs.Shape[0]).Select(t => outputs.At(t, 0, 0))];

    static Chart Truth(Tensor y, int from) =>
        new Chart("Outputs on new data, running free, seed 0", "step", "y").Dashed("the series", Steps(y.Shape[0])[from..],
            FirstOf(y)[from..]);

    static Chart Years(Tensor y) =>
        new Chart("Sunspots, one year ahead, seed 0", "year", "sunspot number").Dashed("observed", Enumerable.Range(1921, 59)
            .Select(year => (double)year), FirstOf(y)[^59..].Select(value => 100 * value));

    /// <summary>The errors of several forecasters over seeds.</summary>
    sealed class Scores(Report report, string series, string first, string second)
    {
        readonly List<(int Seed, string Name, double First, double Second)> rows = [];
        readonly Chart curves = new($"{series}: learning, seed 0", "update", "mean squared error") { LogY = true };

        public void Curve(int seed, string name, double[] losses)
        {
            if (seed == 0 && losses.Length > 0) curves.Line(name, Enumerable.Range(1, losses.Length).Select(i => (double)i), losses);
            report.Progress($"{series}, {name}", (double)seed / report.Seeds);
        }

        public void Add(int seed, string name, double one, double two) => rows.Add((seed, name, one, two));

        public double Mean(string name, int which) =>
            rows.Where(row => row.Name.StartsWith(name, StringComparison.Ordinal)).Average(row => which == 0 ? row.First : row.Second);

        public void Write(Chart picture)
        {
            report.Text($"{series}. NRMSE: {first}; {second}.");
            string[] names = [.. rows.Select(row => row.Name).Distinct()];
            string[] seeds = [.. rows.Select(row => row.Seed).Distinct().Select(seed => $"seed {seed}")];
            report.Table(["model", .. seeds.Select(seed => $"{first}, {seed}"), .. seeds.Select(seed => $"{second}, {seed}")],
                names.Select(name => (string[])[name, .. Cells(name, row => row.First), .. Cells(name, row => row.Second)]));
            report.Chart(curves);
            report.Chart(picture);
        }

        IEnumerable<string> Cells(string name, Func<(int Seed, string Name, double First, double Second), double> value) =>
            rows.Where(row => row.Name == name).Select(row => Numbers.Short(Math.Round(value(row), 5)));
    }
}
