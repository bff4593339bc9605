using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Tests.Optimizers;

public class LBfgsTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(31)]
    public void FindsTheEndOfRosenbrocksValley(int count)
    {
        var x = new Parameter("x", Tensor.From([.. Enumerable.Range(0, count).Select(i => i % 2 == 0 ? -1.2 : 1)]));
        var result = new LBfgs([x]).Minimize(() => Rosenbrock(x), 500);
        Assert.Equal(LBfgsEnd.Converged, result.End);
        Assert.True(result.LargestGradient <= 1e-8);
        Assert.True(result.Evaluations > result.Iterations);
        // The smallest curvature there is above 0.1, so the distance is below 10 times the gradient.
        Assert.All(x.ToDoubles(), value => Assert.Equal(1, value, 1e-7 * count));
        Assert.Equal(Rosenbrock(x).ToScalar(), result.Loss);
    }

    // The points after 0, 1, 2, … iterations, against full matrices made of the same steps.
    [Theory]
    [InlineData(1, 0.9)]
    [InlineData(3, 0.9)]
    [InlineData(10, 0.1)]
    public void StepsFollowTheEquations(int memory, double curvature)
    {
        const double Decrease = 1e-3;
        var steps = new List<(double[] S, double[] Y)>();
        for (int done = 0; done < 15; done++)
        {
            var (from, to) = (After(done), After(done + 1));
            double[] s = Minus(to.Point, from.Point);
            double slope = Dot(from.Gradient, s), next = Dot(to.Gradient, s);
            Assert.True(to.Value <= from.Value + Decrease * slope);
            Assert.True(Math.Abs(next) <= curvature * Math.Abs(slope) * (1 + 1e-12));

            // The cosine of the angle between the step and −H g is 1 but for rounding, which the condition of H magnifies.
            double[] direction = Times(Inverse(steps.TakeLast(memory).ToList(), s.Length), from.Gradient);
            Assert.Equal(-1, Dot(direction, s) / Math.Sqrt(Dot(direction, direction) * Dot(s, s)), 1e-10);
            steps.Add((s, Minus(to.Gradient, from.Gradient)));
        }

        (double[] Point, double Value, double[] Gradient) After(int iterations)
        {
            var x = new Parameter("x", Tensor.From([-1.2, 1.0, -0.5, 0.8]));
            new LBfgs([x]) { Memory = memory, Decrease = Decrease, Curvature = curvature }.Minimize(() => Rosenbrock(x), iterations);
            var (value, gradients) = Differentiate.ValueAndGradient(() => Rosenbrock(x), [x]);
            return (x.ToDoubles(), value.ToScalar(), gradients[0].ToDoubles());
        }
    }

    [Fact]
    public void ParametersOfBothTypesAreOneVector()
    {
        Parameter[] parameters =
            [new("a", Tensor.From([3f, -4f])), new("b", Tensor.From(new[,] { { 5.0, 6.0 } })), new("none", Tensor.Zeros([0]))];
        var result = new LBfgs(parameters) { Tolerance = 1e-4 }.Minimize(Loss);
        Assert.Equal(LBfgsEnd.Converged, result.End);
        Assert.All(parameters[0].ToDoubles(), value => Assert.Equal(1, value, 1e-4));
        Assert.All(parameters[1].ToDoubles(), value => Assert.Equal(2, value, 1e-4));

        Tensor Loss()
        {
            var (a, b) = (parameters[0].As(ElementType.Float64) - 1, parameters[1] - 2);
            return Sum(a * a) + 10 * Sum(b * b);
        }
    }

    // Beyond 1 the logarithm is NaN.
    [Fact]
    public void WhatIsNotFiniteIsAvoided()
    {
        var x = new Parameter("x", Tensor.From([0.0]));
        var result = new LBfgs([x]).Minimize(() => Sum(-100 * x - Log(1 - x)));
        Assert.Equal(LBfgsEnd.Converged, result.End);
        Assert.Equal(0.99, x.ToDoubles()[0], 1e-10);
    }

    [Fact]
    public void TheEndSaysWhy()
    {
        var x = new Parameter("x", Tensor.From([-1.2, 1.0]));
        Assert.Equal((LBfgsEnd.IterationsDone, 0, 1), Parts(new LBfgs([x]).Minimize(() => Rosenbrock(x), 0)));
        Assert.Equal([-1.2, 1.0], x.ToDoubles());
        Assert.Equal((LBfgsEnd.Cancelled, 0, 1), Parts(new LBfgs([x]).Minimize(() => Rosenbrock(x), 9, new CancellationToken(true))));
        var wrong = new LBfgs([x]).Minimize(() => Sum(StopGradient(x * 2) - x));
        Assert.Equal((LBfgsEnd.NoProgress, 0), (wrong.End, wrong.Iterations));
        Assert.Equal([-1.2, 1.0], x.ToDoubles());

        static (LBfgsEnd, int, int) Parts(LBfgsResult result) => (result.End, result.Iterations, result.Evaluations);
    }

    // So far from the least point the slope hardly changes, so that a line search goes on from its first step; also for a single number.
    [Fact]
    public void CancelledWithinALineSearchTheBestPointStays()
    {
        var x = new Parameter("x", Tensor.From([3.0]));
        using var cancellation = new CancellationTokenSource();
        int calls = 0;
        var result = new LBfgs([x]).Minimize(Loss, 9, cancellation.Token);
        Assert.Equal((LBfgsEnd.Cancelled, 2), (result.End, calls));
        Assert.Equal(result.Loss, Value().ToScalar());

        Tensor Loss()
        {
            if (++calls == 2) cancellation.Cancel();
            return Value();
        }

        Tensor Value() => Sum(Sqrt(1 + Square(x - 100)));
    }

    [Fact]
    public void ALossThatThrowsLeavesTheBestPoint()
    {
        var (x, y) = (new Parameter("x", Tensor.From([-1.2, 1.0])), new Parameter("x", Tensor.From([-1.2, 1.0])));
        int evaluations = new LBfgs([y]).Minimize(() => Rosenbrock(y), 5).Evaluations, calls = 0;
        Assert.Throws<NotSupportedException>(() => new LBfgs([x]).Minimize(
            () => calls++ == evaluations ? throw new NotSupportedException() : Rosenbrock(x)));
        Assert.Equal(y.ToDoubles(), x.ToDoubles());
    }

    [Fact]
    public void BadArgumentsAreAnError()
    {
        var x = new Parameter("x", Tensor.From([-1.0]));
        Fails<ArgumentException>("LBfgs: there are no parameters", () => new LBfgs([]));
        Fails<ArgumentOutOfRangeException>("LBfgs: Memory must be at least 1; it is 0.", () => new LBfgs([x]) { Memory = 0 });
        Fails<ArgumentOutOfRangeException>("LBfgs: Tolerance must be finite and not negative", () => new LBfgs([x]) { Tolerance = -1 });
        Fails<ArgumentOutOfRangeException>("LBfgs: Decrease must be above 0 and at most 1", () => new LBfgs([x]) { Decrease = 0 });
        Fails<ArgumentOutOfRangeException>("LBfgs: Curvature must be at least 0 and below 1", () => new LBfgs([x]) { Curvature = 1 });
        Fails<ArgumentOutOfRangeException>("LBfgs: iterations must be at least 0", () => new LBfgs([x]).Minimize(() => Sum(x), -1));
        Fails<InvalidOperationException>(
            "LBfgs: Decrease must be below Curvature; they are 0.5 and 0.1.",
            () => new LBfgs([x]) { Decrease = 0.5, Curvature = 0.1 }.Minimize(() => Sum(x)));
        Fails<InvalidOperationException>(
            "LBfgs: the loss and its gradient must be finite at the start; the loss is NaN.",
            () => new LBfgs([x]).Minimize(() => Sum(Log(x))));
        Assert.Throws<ArgumentNullException>(() => new LBfgs([x]).Minimize(null!));
    }

    static void Fails<TError>(string message, Action action)
        where TError : Exception
        => Assert.StartsWith(message, Assert.Throws<TError>(action).Message);

    static Tensor Rosenbrock(Tensor x)
    {
        var (left, right) = (x[..^1], x[1..]);
        var off = right - left * left;
        return Sum(100 * off * off + (1 - left) * (1 - left));
    }

    // Nocedal, Wright 2006, equations 7.16 and 7.20.
    static double[][] Inverse(List<(double[] S, double[] Y)> steps, int count)
    {
        double scale = steps.Count == 0 ? 1 : Dot(steps[^1].S, steps[^1].Y) / Dot(steps[^1].Y, steps[^1].Y);
        var inverse = Matrix(count, (i, j) => i == j ? scale : 0);
        foreach (var (s, y) in steps)
        {
            double rho = 1 / Dot(s, y);
            var v = Matrix(count, (i, j) => (i == j ? 1 : 0) - rho * y[i] * s[j]);
            var before = inverse;
            inverse = Matrix(count, (i, j) =>
            {
                double sum = rho * s[i] * s[j];
                for (int k = 0; k < count; k++)
                    for (int l = 0; l < count; l++)
                        sum += v[k][i] * before[k][l] * v[l][j];
                return sum;
            });
        }
        return inverse;
    }

    static double[][] Matrix(int count, Func<int, int, double> element) =>
        [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, count).Select(j => element(i, j)).ToArray())];

    static double[] Times(double[][] matrix, double[] vector) => [.. matrix.Select(row => Dot(row, vector))];

    static double[] Minus(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];

    static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
