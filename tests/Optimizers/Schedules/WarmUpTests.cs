using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class WarmUpTests
{
    [Theory]
    [InlineData(0, 0.25)]
    [InlineData(1, 0.5)]
    [InlineData(2, 0.75)]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(long.MaxValue, 1)]
    public void RisesLinearly(long step, double rate) => Assert.Equal(rate, new WarmUp(new Constant(1), 4).At(step));

    [Fact]
    public void TheInnerClockIsNotShifted()
    {
        var inner = new Cosine(1, 10);
        var schedule = new WarmUp(inner, 4);
        Assert.Equal(inner.At(1) / 2, schedule.At(1));
        for (int step = 3; step < 12; step++) Assert.Equal(inner.At(step), schedule.At(step));
        Assert.Equal("cosine from 1 to 0 in 10 steps, warmed up over 4 steps", schedule.ToString());
    }

    [Fact]
    public void OneStepChangesNothing() => Assert.Equal(0.5, new WarmUp(new Constant(0.5), 1).At(0));

    [Fact]
    public void BadArgumentsAreAnError()
    {
        Assert.Throws<ArgumentNullException>(() => new WarmUp(null!, 3));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new WarmUp(new Constant(1), 0));
        Assert.StartsWith("WarmUp: steps must be at least 1; it is 0.", error.Message);
    }
}
