using Autograd.Data;

namespace Autograd.Tests.Data;

public class LorenzTests
{
    [Fact]
    public void TheMethodIsOfFourthOrder()
    {
        double[,] With(int steps) => Lorenz.Generate(20, new RandomKey(1), interval: 0.05, discard: 0, stepsPerSample: steps);
        double Distance(int steps) =>
            Math.Sqrt(With(steps).Cast<double>().Zip(With(2 * steps).Cast<double>(), (a, b) => (a - b) * (a - b)).Sum());
        // Halving the step divides the error by 2⁴; the next order is still felt.
        Assert.InRange(Distance(16) / Distance(32), 12, 21);
    }

    [Fact]
    public void DifferencesOfSamplesFollowTheEquations()
    {
        const double h = 1e-4;
        double[,] p = Lorenz.Generate(3, new RandomKey(2), interval: h, discard: 50_000, stepsPerSample: 1);
        double x = p[1, 0], y = p[1, 1], z = p[1, 2];
        double[] slopes = [10 * (y - x), x * (28 - z) - y, x * y - 8.0 / 3 * z];
        // Central differences err by h² times a third derivative, here below 1e6.
        for (int i = 0; i < 3; i++) Assert.Equal(slopes[i], (p[2, i] - p[0, i]) / (2 * h), h * h * 1e6);
    }

    [Fact]
    public void BothWingsAreVisitedAndKeysDiffer()
    {
        double[,] p = Lorenz.Generate(3000, new RandomKey(3)), q = Lorenz.Generate(3000, new RandomKey(4));
        double[] x = [.. Enumerable.Range(0, 3000).Select(t => p[t, 0])];
        Assert.True(x.Min() is < -10 and > -25 && x.Max() is > 10 and < 25);
        Assert.NotEqual(p[0, 0], q[0, 0]);
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Lorenz.Generate(0, new RandomKey(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Lorenz.Generate(1, new RandomKey(1), interval: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Lorenz.Generate(1, new RandomKey(1), discard: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Lorenz.Generate(1, new RandomKey(1), stepsPerSample: 0));
    }
}
