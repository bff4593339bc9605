using Autograd.Data;

namespace Autograd.Tests.Data;

public class LogisticMapTests
{
    [Fact]
    public void ItSettlesWhereTheoryPutsIt()
    {
        Assert.Equal(0, LogisticMap.Generate(1, 0.7, discard: 2000)[0], 1e-12);
        // The multiplier at 1 − 1/r is 2 − r = −1/2.
        Assert.Equal(1 - 1 / 2.5, LogisticMap.Generate(1, 2.5, discard: 200)[0], 1e-12);
        double[] two = LogisticMap.Generate(4, 3.4, discard: 2000);
        Assert.Equal(two[0], two[2], 1e-12);
        Assert.Equal(two[1], two[3], 1e-12);
        Assert.True(Math.Abs(two[0] - two[1]) > 0.1);
    }

    [Fact]
    public void AtFourTheMomentsAreThoseOfItsDensity()
    {
        double[] x = LogisticMap.Generate(100_000, 4);
        // Uncorrelated samples of variance 1/8: five deviations of the mean.
        Assert.InRange(x.Average(), 0.5 - 5 * Math.Sqrt(0.125 / 100_000), 0.5 + 5 * Math.Sqrt(0.125 / 100_000));
        Assert.InRange(x.Average(value => (value - 0.5) * (value - 0.5)), 0.124, 0.126);
        Assert.Equal([0.5, 1, 0, 0], LogisticMap.Generate(4, 4, start: 0.5));
    }

    [Theory]
    [InlineData(0, 3, 0.1, 0)]
    [InlineData(1, 4.1, 0.1, 0)]
    [InlineData(1, double.NaN, 0.1, 0)]
    [InlineData(1, 3, 1.1, 0)]
    [InlineData(1, 3, double.NaN, 0)]
    [InlineData(1, 3, 0.1, -1)]
    public void ArgumentsOutOfRangeAreRefused(int count, double r, double start, int discard) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LogisticMap.Generate(count, r, start, discard));
}
