using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class CosineTests
{
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.49021130325903073)]
    [InlineData(2, 0.46180339887498956)]
    [InlineData(5, 0.3)]
    [InlineData(9, 0.1097886967409693)]
    [InlineData(10, 0.1)]
    [InlineData(11, 0.1)]
    [InlineData(long.MaxValue, 0.1)]
    public void FollowsTheReference(long step, double rate) => Near.Equal(rate, new Cosine(0.5, 10, final: 0.1).At(step));

    [Fact]
    public void BeginsAndEndsExactly()
    {
        var schedule = new Cosine(0.3, 7);
        Assert.Equal((0.3, 0.0, 0.0), (schedule.At(0), schedule.At(7), schedule.At(8)));
        Assert.Equal((0.3, 0.7), (new Cosine(0.3, 1, 0.7).At(0), new Cosine(0.3, 1, 0.7).At(1)));
    }

    [Theory]
    [InlineData(-1, 1, 0, "initial", "must be finite and not negative; it is -1.")]
    [InlineData(1, 0, 0, "steps", "must be at least 1; it is 0.")]
    [InlineData(1, 1, double.NaN, "final", "must be finite and not negative; it is NaN.")]
    public void ArgumentsOutOfRangeAreAnError(double initial, long steps, double final, string name, string message)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Cosine(initial, steps, final));
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith($"Cosine: {name} {message}", error.Message);
    }
}
