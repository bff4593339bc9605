using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class ConstantTests
{
    [Fact]
    public void IsTheSameAtEveryStep()
    {
        var schedule = new Constant(0.25);
        Assert.Equal((0.25, 0.25, 0.25), (schedule.At(0), schedule.At(1), schedule.At(long.MaxValue)));
        Assert.Equal("constant 0.25", schedule.ToString());
        Assert.Equal(0, new Constant(0).At(5));
    }

    [Theory]
    [InlineData(-0.5, "-0.5")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void RatesOutOfRangeAreAnError(double rate, string text)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Constant(rate));
        Assert.StartsWith($"Constant: rate must be finite and not negative; it is {text}.", error.Message);
    }
}
