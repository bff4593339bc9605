using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>A NARX network trained by a genetic algorithm and by simulated annealing.</summary>
public sealed class D7WithoutGradients : Demonstration
{
    const int Hidden = 4, Time = 60, Sequences = 4;

    /// <inheritdoc/>
    public override string Id => "D7";

    /// <inheritdoc/>
    public override string Title => "Training without gradients: a genetic algorithm and simulated annealing for a NARX network";

    /// <inheritdoc/>
    public override string Claim =>
        "A NARX network can be trained without gradients, by a genetic algorithm or by simulated annealing over its weights; with few " +
            "weights they get far, at the price of many evaluations.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        int evaluations = report.Quick ? 4000 : 10000;
        report.Text($"The task: simulate a plant, y_t = y_{{t−1}} / (1 + y²_{{t−1}}) + 0.4 u_t + 0.3 u_{{t−1}} (after Narendra and " +
            $"Parthasarathy 1990), from its inputs alone, on {Sequences} sequences of {Time} steps. The network feeds back its own " +
            $"outputs y_{{t−1}}, y_{{t−2}} and reads u_t, u_{{t−1}}; {Hidden} sigmoid units, linear output, " +
            $"{new Narx(report.Key(0)).ParameterCount} weights; {evaluations} evaluations each. Adam has {evaluations / 10} updates, " +
            $"each with one gradient.");
        var chart = new Chart("The best error so far", "evaluations of the cost", "mean squared error in free run") { LogY = true };
        var forecast = new Chart("The plant and what the networks say, on new inputs (seed 0)", "step", "y");
        var rows = new List<string[]>();
        var tested = new Dictionary<string, List<double>>();
        double variance = 0;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var key = report.Key(seed);
            var (u, y) = Plant(key.For("train"), Sequences);
            var (newU, newY) = Plant(key.For("test"), 1);
            variance += Variance(newY) / report.Seeds;
            if (seed == 0) forecast.Dashed("the plant", Enumerable.Range(0, Time).Select(t => (double)t), newY.ToDoubles());
            foreach (var (name, train) in Methods(evaluations))
            {
                report.Progress($"{name}, seed {seed}", (double)seed / report.Seeds);
                var net = new Narx(key);
                var curve = new Curve();
                train(net, key, () => net.Error(u, y).ToScalar(), () => net.Error(u, y), curve, report.Cancellation);
                double error = net.Error(newU, newY).ToScalar();
                (tested.TryGetValue(name, out var all) ? all : tested[name] = []).Add(error);
                rows.Add([$"{seed}", name, Numbers.Short(net.Error(u, y).ToScalar()), Numbers.Short(error)]);
                if (seed > 0) continue;
                chart.Line(name, curve.Xs, curve.Ys);
                forecast.Line(name, Enumerable.Range(0, Time).Select(t => (double)t), net.Simulate(newU).ToDoubles());
            }
        }
        report.Table(["seed", "method", "error, training inputs", "error, new inputs"], rows);
        report.Chart(chart);
        report.Chart(forecast);
        foreach (string name in (string[])["genetic algorithm", "simulated annealing"])
            report.Measure($"{name}: error on new inputs over the plant's variance, mean of {report.Seeds} seeds", tested[name]
                .Average() / variance, "below 0.15", tested[name].Average() / variance < 0.15);
        report.Measure("the gradient's error over the better search's", tested["Adam, with gradients"]
            .Average() / Math.Min(tested["genetic algorithm"].Average(), tested["simulated annealing"].Average()),
            "below 1: gradients are worth having", tested["Adam, with gradients"].Average() < Math.Min(tested["genetic algorithm"]
            .Average(), tested["simulated annealing"].Average()));
        Cancelled(report);
    }

    static IEnumerable<(string, Action<Narx, RandomKey, Func<double>, Func<Tensor>, Curve, CancellationToken>)> Methods(int evaluations) =>
    [
        ("genetic algorithm", (net, key, cost, _, curve, cancellation) =>
            new GeneticAlgorithm(net.Parameters, key.For("search")) { Population = 50, MutationRate = 0.15 }.Minimize(cost,
                evaluations / 48 - 1, curve, cancellation)),
        ("simulated annealing", (net, key, cost, _, curve, cancellation) =>
            new SimulatedAnnealing(net.Parameters, key.For("search")) { InitialTemperature = 0.02, FinalTemperature = 1e-5,
                ChangeSize = 0.7 }.Minimize(cost, evaluations - 1, curve, cancellation)),
        ("Adam, with gradients", (net, _, _, loss, curve, _) =>
        {
            var optimizer = new Adam(net.Parameters, 0.02) { Clipping = Clipping.GlobalNorm(1) };
            for (int update = 1; update <= evaluations / 10; update++)
            {
                var (value, gradients) = Differentiate.ValueAndGradient(loss, net.Parameters);
                optimizer.Step(gradients);
                curve.Report(new SearchProgress(update, evaluations / 10, update, Math.Min(value.ToScalar(),
                    curve.Ys.LastOrDefault(double.MaxValue)), value.ToScalar()));
            }
        }),
    ];

    static void Cancelled(Report report)
    {
        var net = new Narx(report.Key(0));
        var (u, y) = Plant(report.Key(0).For("train"), Sequences);
        using var source = new CancellationTokenSource();
        int calls = 0;
        var found = new SimulatedAnnealing(net.Parameters, report.Key(0)).Minimize(() =>
        {
            if (++calls == 200) source.Cancel();
            return net.Error(u, y).ToScalar();
        }, 100000, null, source.Token);
        double held = net.Error(u, y).ToScalar();
        report.Measure($"cancelled after {found.Evaluations} evaluations: error of the weights it leaves minus the best so far",
            held - found.Cost, "0", held == found.Cost && found.WasCancelled);
    }

    static (Tensor U, Tensor Y) Plant(RandomKey key, int sequences)
    {
        var (u, y) = (new float[Time, sequences, 1], new float[Time, sequences, 1]);
        for (int b = 0; b < sequences; b++)
            for (int t = 0; t < Time; t++)
            {
                // Steps of random heights, so that the plant settles and moves.
                u[t, b, 0] = (float)(2 * key.Uniform((uint)(t / 4 * sequences + b)) - 1);
                float before = t > 0 ? y[t - 1, b, 0] : 0, input = t > 0 ? u[t - 1, b, 0] : 0;
                y[t, b, 0] = before / (1 + before * before) + 0.4f * u[t, b, 0] + 0.3f * input;
            }
        return (Tensor.From(u), Tensor.From(y));
    }

    static double Variance(Tensor y)
    {
        double[] values = y.ToDoubles();
        double mean = values.Average();
        return values.Average(value => (value - mean) * (value - mean));
    }

    /// <summary>Collects the best cost over the evaluations.</summary>
    sealed class Curve : IProgress<SearchProgress>
    {
        public List<double> Xs { get; } = [];

        public List<double> Ys { get; } = [];

        public void Report(SearchProgress value)
        {
            if (Ys.Count > 0 && value.Best == Ys[^1] && value.Round < value.Rounds) return;
            Xs.Add(value.Evaluations);
            Ys.Add(value.Best);
        }
    }

    /// <summary>y_t = V·σ(W·(u_t, u_{t−1}, y_{t−1}, y_{t−2}) + b) + d, on its own outputs.</summary>
    sealed class Narx : Cell<(Tensor U, Tensor Y1, Tensor Y2)>
    {
        readonly Parameter W, B, V, D;
        readonly Recurrent<(Tensor U, Tensor Y1, Tensor Y2)> driver;

        public Narx(RandomKey key)
            : base(key, 1)
        {
            Weight(out W, 4, Hidden); Bias(out B, Hidden); Weight(out V, Hidden, 1); Bias(out D, 1);
            driver = Recurrent.Over(this);
        }

        public override (Tensor Output, (Tensor U, Tensor Y1, Tensor Y2) Next) Step(Tensor x, (Tensor U, Tensor Y1, Tensor Y2) s)
        {
            var y = MatMul(Sigmoid(MatMul(Concatenate(-1, x, s.U, s.Y1, s.Y2), W) + B), V) + D;
            return (y, (x, y, s.Y1));
        }

        public Tensor Simulate(Tensor u) => driver.Forward(u);

        public Tensor Error(Tensor u, Tensor y) => Loss.MeanSquaredError(Simulate(u), y);
    }
}
