using System.Diagnostics;
using Autograd.Data;
using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>
/// The logistic map from its fixed points to chaos, with exponents from forward mode, and what chaos does to a trained predictor.
/// </summary>
public sealed class A2LogisticMap : Demonstration
{
    const double Start = 0.1, Lost = 0.25;

    /// <inheritdoc/>
    public override string Id => "A2";

    /// <inheritdoc/>
    public override string Title => "The logistic map: fixed points, period doubling, chaos";

    /// <inheritdoc/>
    public override string Claim =>
        "x → r·x·(1 − x) from 0.1: r = 0.7 goes to 0; 2.5 to its fixed point 1 − 1/r = 0.6 (one lecture prints 0.5; the formula gives " +
            "0.6); 3.4 has period 2, 3.5 period 4, 3.55 period 8; "
        + "3.9 is chaotic, with a positive Lyapunov exponent; at 4 it is ln 2. A net trained to predict one step with error ε loses " +
            "track after about log₂(1/ε) steps.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        Regimes(report);
        Diagram(report);
        AtFour(report);
        Prediction(report);
    }

    static Func<Tensor, Tensor> Map(double r) => x => r * x * (1 - x);

    static void Regimes(Report report)
    {
        var rows = new List<string[]>();
        var orbits = new Chart("Orbits from 0.1", "step", "x");
        foreach (var (r, period) in ((double, int?)[])[(0.7, 1), (2.5, 1), (3.4, 2), (3.5, 4), (3.55, 8), (3.9, null)])
        {
            int? found = Orbit.Period(Map(r), Tensor.From(new[,] { { Start } }));
            double exponent = LyapunovExponents.Largest(Map(r), Tensor.From([Start]), 20_000);
            double settled = LogisticMap.Generate(1, r, Start, discard: 10_000)[0];
            string end = r < 3 ? Numbers.Short(settled) : "";
            rows.Add([Numbers.Short(r), period?.ToString() ?? "none up to 64", found?.ToString() ?? "none up to 64", end,
                Numbers.Short(exponent)]);
            report.Measure($"r = {r}: period", found ?? double.PositiveInfinity, period is null ? "no period up to 64" : $"{period}",
                found == period);
            report.Measure($"r = {r}: Lyapunov exponent", exponent, period is null ? "above 0" : "below 0", period is null == exponent > 0);
            if (r < 3) report.Measure($"r = {r}: comes to", settled, r < 1 ? "0 within 1e-12" : "0.6 within 1e-12",
                Math.Abs(settled - Math.Max(0, 1 - 1 / r)) < 1e-12);
            if (r is 2.5 or 3.4 or 3.5 or 3.9) orbits.Line($"r = {r}", Enumerable.Range(0, 60).Select(t => (double)t),
                LogisticMap.Generate(60, r, Start));
        }
        report.Table(["r", "period, lecture", "period, found", "comes to", "Lyapunov exponent"], rows);
        report.Chart(orbits);
    }

    static void Diagram(Report report)
    {
        int columns = report.Quick ? 400 : 800, kept = 60;
        double[] r = [.. Enumerable.Range(0, columns).Select(i => 2.5 + 1.5 * i / (columns - 1))];
        var states = Orbit.Bifurcations((p, x) => p * x * (1 - x), Tensor.From(r), Start, 2000, kept);
        var diagram = new Chart("What the logistic map settles to", "r", "x");
        diagram.Points("", Enumerable.Range(0, kept).SelectMany(_ => r), states.ToDoubles());
        report.Chart(diagram);
        // The parameter is a second number of the state, so that all values of r go forward together.
        var starts = Concatenate(1, Tensor.Full([columns, 1], Start, ElementType.Float64), Tensor.From(r, [columns, 1]));
        double[] exponents = LyapunovExponents.LargestOfEach(p => WithParameter(p), starts, 1000, 500);
        var curve = new Chart("Lyapunov exponent of the logistic map", "r", "nats per step") { YRange = (-2, 1) };
        curve.Line("from forward mode", r, exponents).Dashed("chaos above 0", [2.5, 4], [0, 0]);
        report.Chart(curve);
    }

    // Only x is differentiated by: r is held, or its own tangent, which stays, would count.
    static Tensor WithParameter(Tensor p)
    {
        var (x, r) = (Slice(p, 1, 0, 1), StopGradient(Slice(p, 1, 1, 1)));
        return Concatenate(1, r * x * (1 - x), r);
    }

    static void AtFour(Report report)
    {
        const int Steps = 1_000_000;
        var watch = Stopwatch.StartNew();
        double exponent = LyapunovExponents.Largest(Map(4), Tensor.From([Start]), Steps);
        double error = Math.Abs(exponent - Math.Log(2));
        report.Text($"One orbit of {Steps:N0} steps at r = 4: exponent {exponent:F6}, ln 2 = {Math.Log(2):F6}; " +
            $"{watch.Elapsed.TotalSeconds:F1} s.");
        report.Measure("r = 4: distance of the exponent from ln 2", error, "at most 1e-3", error <= 1e-3);
    }

    static void Prediction(Report report)
    {
        var chart = new Chart("How long a trained net follows the map at r = 4", "log₂(1/ε), ε the error of one step",
            "steps until the error exceeds 0.25");
        double worst = 0, shortest = double.PositiveInfinity, longest = 0;
        var rows = new List<string[]>();
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var (xs, ys) = (new List<double>(), new List<double>());
            foreach (var (epsilon, horizon) in Train(report, seed))
            {
                double expected = Math.Log2(1 / epsilon);
                (shortest, longest, worst) = (Math.Min(shortest, expected), Math.Max(longest, expected), Math.Max(worst,
                    Math.Abs(horizon - expected)));
                xs.Add(expected);
                ys.Add(horizon);
                rows.Add([$"{seed}", Numbers.Short(epsilon), Numbers.Short(expected), Numbers.Short(horizon)]);
            }
            chart.Points($"seed {seed}", xs, ys);
        }
        report.Table(["seed", "ε", "log₂(1/ε)", "steps followed, mean of 400 starts"], rows);
        report.Chart(chart.Dashed("as many steps as log₂(1/ε)", [shortest, longest], [shortest, longest]));
        report.Measure("largest log₂(1/ε) reached in training", longest, "at least 13, so that the law is seen over a range",
            longest >= 13);
        report.Measure("largest difference of steps followed from log₂(1/ε)", worst, "at most 3", worst <= 3);
    }

    // A net that learns one step; how far it gets on its own is measured whenever its error has fallen by another factor of four.
    static IEnumerable<(double Epsilon, double Horizon)> Train(Report report, int seed)
    {
        var net = new Net(report.Key(seed));
        double next = 0.05;
        for (int step = 0; step < 600; step++)
        {
            net.Improve();
            if (net.Error > next) continue;
            yield return Judge(net.Forward, report.Key(seed));
            next = net.Error / 4;
        }
    }

    /// <summary>
    /// Six hidden units in double, fitted by Levenberg and Marquardt's method with the Jacobian of the errors by the parameters.
    /// </summary>
    sealed class Net
    {
        readonly Parameter w, b, v, d;
        readonly Parameter[] parameters;
        readonly Tensor x, target;
        double damping = 1;

        public Net(RandomKey key)
        {
            w = new Parameter("w", key.For("w").Normal([1, 6], 2, ElementType.Float64));
            b = new Parameter("b", key.For("b").Normal([6], 2, ElementType.Float64));
            v = new Parameter("v", key.For("v").Normal([6, 1], 0.5, ElementType.Float64));
            d = new Parameter("d", Tensor.Zeros([1], ElementType.Float64));
            parameters = [w, b, v, d];
            double[] grid = [.. Enumerable.Range(0, 200).Select(i => (1 - Math.Cos(Math.PI * (i + 0.5) / 200)) / 2)];
            x = Tensor.From(grid, [200, 1]);
            target = 4 * x * (1 - x);
            Error = Root(Errors());
        }

        public double Error { get; private set; }

        public Tensor Forward(Tensor at) => Affine(Tanh(Affine(at, w, b)), v, d);

        public void Improve()
        {
            var jacobian = Concatenate(1, [.. Differentiate.Jacobian(Errors, parameters, JacobianMode.Forward).Select(part =>
                part.Reshape(200, -1))]);
            var gram = MatMul(jacobian, jacobian, transposeLeft: true);
            var right = MatMul(jacobian, Errors().Reshape(200, 1), transposeLeft: true);
            double[][] before = Array.ConvertAll(parameters, parameter => parameter.ToDoubles());
            for (int attempt = 0; attempt < 20; attempt++)
            {
                Move(before, SolvePositiveDefinite(gram + damping * Tensor.Identity(gram.Shape[0], ElementType.Float64), right)
                    .ToDoubles());
                double error = Root(Errors());
                if (error < Error)
                {
                    (Error, damping) = (error, Math.Max(damping / 3, 1e-12));
                    return;
                }
                damping *= 4;
            }
            Move(before, new double[gram.Shape[0]]);
        }

        Tensor Errors() => (Forward(x) - target).Reshape(-1);

        static double Root(Tensor errors) => Math.Sqrt(Mean(Square(errors)).ToScalar());

        void Move(double[][] from, double[] step)
        {
            int used = 0;
            for (int i = 0; i < parameters.Length; i++)
            {
                using var change = parameters[i].Change<double>();
                for (int j = 0; j < change.Values.Length; j++) change.Values[j] = from[i][j] - step[used++];
            }
        }
    }

    static (double Epsilon, double Horizon) Judge(Func<Tensor, Tensor> net, RandomKey key)
    {
        const int Starts = 400, Most = 40;
        // Points of an orbit of the map: spread by its own density.
        double[] truth = [.. Enumerable.Range(0, Starts).Select(i => Math.Pow(Math.Sin(Math.PI / 2 * key.For("starts")
            .Uniform((uint)i)), 2))];
        var x = Tensor.From(truth, [Starts, 1]);
        double[] oneStep = net(x).ToDoubles();
        double epsilon = Math.Sqrt(truth.Select((value, i) => Math.Pow(oneStep[i] - 4 * value * (1 - value), 2)).Average());
        int[] followed = new int[Starts];
        for (int t = 1; t <= Most; t++)
        {
            x = net(x);
            for (int i = 0; i < Starts; i++)
            {
                truth[i] = 4 * truth[i] * (1 - truth[i]);
                if (followed[i] == t - 1 && Math.Abs(x.At(i, 0) - truth[i]) <= Lost) followed[i] = t;
            }
        }
        return (epsilon, followed.Average());
    }
}
