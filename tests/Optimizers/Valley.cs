using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

/// <summary>
/// A curved valley of two parameters, Σ (1 − x)² + 5 (y − x²)², in double, and its gradients. The expected trajectories were computed with
/// PyTorch 1.13 from the same start.
/// </summary>
static class Valley
{
    internal static Parameter[] Start() => [new("x", Tensor.From([-1.2, 0.4])), new("y", Tensor.From([1.0, -0.7]))];

    internal static Tensor[] Gradients(IReadOnlyList<Parameter> parameters)
    {
        var (x, y) = (parameters[0].ToDoubles(), parameters[1].ToDoubles());
        var (dx, dy) = (new double[x.Length], new double[x.Length]);
        for (int i = 0; i < x.Length; i++)
        {
            double off = y[i] - x[i] * x[i];
            dx[i] = -2 * (1 - x[i]) - 20 * x[i] * off;
            dy[i] = 10 * off;
        }
        return [Tensor.From(dx), Tensor.From(dy)];
    }

    /// <summary>Ten steps; after the 1st, 2nd, 5th and 10th the four elements must be as expected.</summary>
    internal static Optimizer Walk(Func<IReadOnlyList<Parameter>, Optimizer> create, params double[][] expected)
    {
        var parameters = Start();
        var optimizer = create(parameters);
        int row = 0;
        for (int step = 1; step <= 10; step++)
        {
            optimizer.Step(Gradients(parameters));
            if (step is not (1 or 2 or 5 or 10)) continue;
            Near.Equal(expected[row++], [.. parameters[0].ToDoubles(), .. parameters[1].ToDoubles()]);
        }
        return optimizer;
    }
}

/// <summary>Comparison up to rounding.</summary>
static class Near
{
    internal static void Equal(double[] expected, double[] actual, double relative = 1e-12)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Equal(expected[i], actual[i], relative);
    }

    internal static void Equal(double expected, double actual, double relative = 1e-12)
    {
        Assert.True(
            Math.Abs(expected - actual) <= relative * Math.Abs(expected),
            FormattableString.Invariant($"{expected:R} was expected within {relative} of its size; it is {actual:R}."));
    }
}
