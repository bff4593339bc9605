using Autograd.Data;

namespace Autograd.Tests.Data;

public class MackeyGlassTests
{
    [Fact]
    public void TheMethodIsOfFourthOrder()
    {
        double At(int steps) => MackeyGlass.Generate(60, new RandomKey(1), discard: 0, stepsPerSample: steps)[^1];
        double coarse = Math.Abs(At(2) - At(4)), fine = Math.Abs(At(4) - At(8));
        // Halving the step divides the error by 2⁴; the next order is still felt at these steps.
        Assert.InRange(coarse / fine, 10, 26);
    }

    [Fact]
    public void ItAgreesWithEulersMethodAtATinyStep()
    {
        const int steps = 2000, delay = 17 * steps, samples = 30;
        double start = 1.2 + 0.2 * (new RandomKey(7).For("Mackey-Glass").Uniform(0) - 0.5);
        var y = new double[delay + samples * steps + 1];
        Array.Fill(y, start, 0, delay + 1);
        for (int i = delay; i < y.Length - 1; i++)
            y[i + 1] = y[i] + (0.2 * y[i - delay] / (1 + Math.Pow(y[i - delay], 10)) - 0.1 * y[i]) / steps;
        double[] series = MackeyGlass.Generate(samples, new RandomKey(7), discard: 0);
        // Euler's error is of the order of its step.
        for (int t = 0; t < samples; t++) Assert.Equal(y[delay + (t + 1) * steps], series[t], 2.0 / steps);
    }

    [Fact]
    public void TheAttractorHasItsKnownShape()
    {
        double[] y = MackeyGlass.Generate(10_000, new RandomKey(2));
        double mean = y.Average(), variance = y.Average(value => (value - mean) * (value - mean));
        // Published series of τ = 17 stay between about 0.2 and 1.4 and have a variance of about 0.05.
        Assert.InRange(y.Min(), 0.15, 0.45);
        Assert.InRange(y.Max(), 1.25, 1.45);
        Assert.InRange(variance, 0.045, 0.06);
    }

    [Fact]
    public void KeysGiveUnrelatedStretchesAndDiscardingOnlySkips()
    {
        double[] a = MackeyGlass.Generate(500, new RandomKey(1)), b = MackeyGlass.Generate(500, new RandomKey(2));
        Assert.Equal(a, MackeyGlass.Generate(500, new RandomKey(1)));
        Assert.True(a.Zip(b, (x, y) => Math.Abs(x - y)).Average() > 0.1);
        Assert.Equal(MackeyGlass.Generate(30, new RandomKey(1), discard: 0)[10..], MackeyGlass.Generate(20, new RandomKey(1), discard: 10));
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MackeyGlass.Generate(0, new RandomKey(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => MackeyGlass.Generate(1, new RandomKey(1), tau: -17));
        Assert.Throws<ArgumentOutOfRangeException>(() => MackeyGlass.Generate(1, new RandomKey(1), tau: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => MackeyGlass.Generate(1, new RandomKey(1), discard: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => MackeyGlass.Generate(1, new RandomKey(1), stepsPerSample: 0));
        var error = Assert.Throws<ArgumentException>(() => MackeyGlass.Generate(1, new RandomKey(1), tau: 17.05));
        Assert.Contains("170.5 integration steps of 1/10", error.Message, StringComparison.Ordinal);
    }
}
