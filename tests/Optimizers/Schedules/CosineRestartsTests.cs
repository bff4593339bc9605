using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class CosineRestartsTests
{
    // Loshchilov, Hutter 2017, equation 5, period by period.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(3, 2)]
    [InlineData(2, 5)]
    public void FollowsItsEquation(long steps, long growth)
    {
        var schedule = new CosineRestarts(0.5, steps, growth, final: 0.1);
        long step = 0;
        for (long period = steps, count = 0; count < 4; period *= growth, count++)
            for (long current = 0; current < period; current++)
                Near.Equal(0.1 + 0.5 * (0.5 - 0.1) * (1 + Math.Cos(Math.PI * current / period)), schedule.At(step++), 1e-15 * 8);
        Assert.Equal(0.5, schedule.At(step));
    }

    [Fact]
    public void ThePeriodsOfAnyNumberEnd()
    {
        // 3 + 6 + … + 3 · 2⁶⁰ is the largest sum of periods below the largest step.
        long last = 3 * ((1L << 61) - 1);
        var schedule = new CosineRestarts(1, 3, growth: 2);
        Assert.Equal(1, schedule.At(last));
        Assert.True(schedule.At(last - 1) < 1e-30);
        Assert.Equal(1, new CosineRestarts(1, 10).At(long.MaxValue - long.MaxValue % 10));
        Assert.InRange(new CosineRestarts(1, 1, growth: long.MaxValue).At(long.MaxValue), 0, 1e-30);
    }

    [Fact]
    public void SaysWhatItDoes() => Assert.Equal(
        "cosine from 0.5 to 0, restarted after 10 steps, periods growing by 2", new CosineRestarts(0.5, 10, growth: 2).ToString());

    [Theory]
    [InlineData(-1, 1, 1, 0, "initial", "must be finite and not negative; it is -1.")]
    [InlineData(1, 0, 1, 0, "steps", "must be at least 1; it is 0.")]
    [InlineData(1, 1, 0, 0, "growth", "must be at least 1; it is 0.")]
    [InlineData(1, 1, 1, double.NaN, "final", "must be finite and not negative; it is NaN.")]
    public void ArgumentsOutOfRangeAreAnError(double initial, long steps, long growth, double final, string name, string message)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new CosineRestarts(initial, steps, growth, final));
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith($"CosineRestarts: {name} {message}", error.Message);
    }
}
