using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Fixed points of linear and nonlinear maps, and their stability by the Jacobian from the tape.</summary>
public sealed class A1FixedPoints : Demonstration
{
    const int Steps = 60;

    /// <inheritdoc/>
    public override string Id => "A1";

    /// <inheritdoc/>
    public override string Title => "Fixed points of maps, and whether they are stable";

    /// <inheritdoc/>
    public override string Claim =>
        "A map x → f(x) has fixed points x* = f(x*). One is stable when the spectral radius of the Jacobian at x*, here from automatic " +
            "differentiation, is below 1. What is found agrees with theory.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var chart = new Chart("Distance from the fixed point, after a push of 0.001", "step", "distance")
        {
            LogY = true, YFloor = 1e-14,
            YRange = (1e-14, 10)
        };
        var rows = new List<string[]>();
        double worst = 0;
        int agree = 0, points = 0;
        foreach (var (name, map, theory, radius, starts) in Maps(report.Key(0)))
        {
            foreach (var point in FixedPoints.FindAll(map, starts))
            {
                double error = theory.Min(expected => Distance(point.Point, expected.Point)), expectedRadius = theory.MinBy(expected =>
                    Distance(point.Point, expected.Point)).Radius;
                double[] distances = Pushed(map, point.Point);
                bool returns = distances[^1] < distances[0] * 0.99;
                worst = Math.Max(worst, Math.Max(error, Math.Abs(point.SpectralRadius - expectedRadius)));
                (agree, points) = (agree + (returns == point.IsStable ? 1 : 0), points + 1);
                rows.Add([name, Vector(point.Point), Numbers.Short(error), Numbers.Short(point.SpectralRadius),
                    Numbers.Short(expectedRadius), point.IsStable ? "stable" : "unstable", returns ? "returns" : "leaves"]);
                chart.Line($"{name}, x* = {Vector(point.Point)}", Enumerable.Range(0, Steps + 1).Select(t => (double)t), distances);
            }
        }
        report.Table(["map", "x* found", "distance from theory", "spectral radius", "in theory", "predicted", "pushed state"], rows);
        report.Chart(chart);
        report.Measure("largest error of a fixed point or of its radius", worst, "at most 1e-8", worst <= 1e-8);
        report.Measure("fixed points where the prediction and the pushed orbit agree", agree, $"all {points}", agree == points);
    }

    static IEnumerable<(string Name, Func<Tensor, Tensor> Map, (Tensor Point, double Radius)[] Theory, double Radius,
        Tensor Starts)> Maps(RandomKey key)
    {
        foreach (double radius in (double[])[0.8, 1.1])
        {
            var a = ReservoirWeights.Scaled(key.Normal([3, 3], 1, ElementType.Float64), radius);
            var b = key.For("b").Normal([3], 1, ElementType.Float64);
            var theory = Solve(Transpose(Tensor.Identity(3, ElementType.Float64) - a), b.Reshape(3, 1)).Reshape(3);
            yield return ($"x·A + b, radius {radius}", x => MatMul(x, a) + b, [(theory, radius)], radius, Tensor.Zeros([1, 3]));
        }
        foreach (double r in (double[])[2.5, 3.4])
        {
            (Tensor, double)[] theory = [(Tensor.From([0.0]), r), (Tensor.From([1 - 1 / r]), Math.Abs(2 - r))];
            yield return ($"{r}·x·(1 − x)", x => r * x * (1 - x), theory, r, Tensor.From(new[,] { { 0.01 }, { 0.9 } }));
        }
        // x = tanh(2x): 0, and ± the positive root, which a bisection finds.
        double root = Root();
        (Tensor, double)[] flipFlop = [(Tensor.From([0.0]), 2), (Tensor.From([root]), 2 * (1 - root * root)), (Tensor.From([-root]),
            2 * (1 - root * root))];
        yield return ("tanh(2x)", x => Tanh(2 * x), flipFlop, 2, Tensor.From(new[,] { { 0.01 }, { 0.9 }, { -0.9 } }));
    }

    static double Root()
    {
        double low = 0.5, high = 1;
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            if (Math.Tanh(2 * middle) > middle) low = middle;
            else high = middle;
        }
        return low;
    }

    static double[] Pushed(Func<Tensor, Tensor> map, Tensor point)
    {
        var x = point.Reshape(1, -1) + 1e-3;
        var distances = new double[Steps + 1];
        for (int t = 0; t <= Steps; t++, x = map(x)) distances[t] = Distance(x.Reshape(-1), point);
        return distances;
    }

    static double Distance(Tensor a, Tensor b) => Math.Sqrt(Sum(Square(a - b)).ToScalar());

    static string Vector(Tensor x) => $"({string.Join(", ", x.ToDoubles().Select(value => Numbers.Short(Math.Round(value, 4) + 0.0)))})";
}
