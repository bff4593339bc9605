using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class OneCycleTests
{
    [Theory]
    [InlineData(0, 0.02)]
    [InlineData(1, 0.021406890282953728)]
    [InlineData(15, 0.2729933380605002)]
    [InlineData(29, 0.5)]
    [InlineData(30, 0.49974826764226216)]
    [InlineData(64, 0.250001)]
    [InlineData(98, 0.00025373235773789394)]
    [InlineData(99, 2e-06)]
    [InlineData(100, 2e-06)]
    [InlineData(long.MaxValue, 2e-06)]
    public void FollowsTheReference(long step, double rate) => Near.Equal(rate, new OneCycle(0.5, 100).At(step));

    [Theory]
    [InlineData(0, 0.05)]
    [InlineData(1, 0.20547117626563682)]
    [InlineData(2, 0.45702882373436315)]
    [InlineData(3, 0.47526697475862917)]
    [InlineData(5, 0.09453342198578131)]
    [InlineData(6, 0.0005)]
    public void APeakBetweenTwoStepsFollowsTheReference(long step, double rate) =>
        Near.Equal(rate, new OneCycle(0.5, 7, warmUpFraction: 0.5, initialDivisor: 10, finalDivisor: 100).At(step));

    [Fact]
    public void WithoutWarmUpItBeginsAtTheMaximum() => Assert.Equal(0.5, new OneCycle(0.5, 2, warmUpFraction: 0).At(0));

    [Theory]
    [InlineData(-1, 10, 0.3, 25, 25, "maximum", "must be finite and not negative; it is -1.")]
    [InlineData(1, 1, 0.3, 25, 25, "steps", "must be at least 2; it is 1.")]
    [InlineData(1, 10, 1, 25, 25, "warmUpFraction", "must be at least 0 and below 1; it is 1.")]
    [InlineData(1, 10, 0.3, 0.5, 25, "initialDivisor", "must be finite and at least 1; it is 0.5.")]
    [InlineData(1, 10, 0.3, 25, double.PositiveInfinity, "finalDivisor", "must be finite and at least 1; it is Infinity.")]
    public void ArgumentsOutOfRangeAreAnError(
        double maximum, long steps, double fraction, double initialDivisor, double finalDivisor, string name, string message)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new OneCycle(maximum, steps, fraction, initialDivisor, finalDivisor));
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith($"OneCycle: {name} {message}", error.Message);
    }
}
