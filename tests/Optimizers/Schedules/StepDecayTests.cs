using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class StepDecayTests
{
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(2, 0.5)]
    [InlineData(3, 0.05)]
    [InlineData(5, 0.05)]
    [InlineData(6, 0.005)]
    [InlineData(9, 0.0005)]
    public void FallsAtRegularIntervals(long step, double rate) => Near.Equal(rate, new StepDecay(0.5, 0.1, every: 3).At(step));

    [Fact]
    public void TendsToZero()
    {
        Assert.Equal(0, new StepDecay(0.5, 0.1, every: 3).At(long.MaxValue));
        Assert.Equal(0.5, new StepDecay(0.5, 1, every: 3).At(long.MaxValue));
    }

    [Theory]
    [InlineData(-1, 0.1, 1, "initial", "must be finite and not negative; it is -1.")]
    [InlineData(1, 0, 1, "factor", "must be above 0 and at most 1; it is 0.")]
    [InlineData(1, 1.5, 1, "factor", "must be above 0 and at most 1; it is 1.5.")]
    [InlineData(1, double.NaN, 1, "factor", "must be above 0 and at most 1; it is NaN.")]
    [InlineData(1, 0.1, 0, "every", "must be at least 1; it is 0.")]
    public void ArgumentsOutOfRangeAreAnError(double initial, double factor, long every, string name, string message)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new StepDecay(initial, factor, every));
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith($"StepDecay: {name} {message}", error.Message);
    }
}
