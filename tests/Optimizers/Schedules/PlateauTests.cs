using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class PlateauTests
{
    [Theory]
    // After as many failures as are allowed, the next one reduces.
    [InlineData(0, 0, new double[] { 5, 4, 4, 3, 3, 3 }, new[] { 0, 0, 1, 1, 2, 3 })]
    [InlineData(2, 0, new double[] { 5, 6, 6, 6, 6, 6, 6 }, new[] { 0, 0, 0, 1, 1, 1, 2 })]
    // An improvement begins the count anew.
    [InlineData(1, 0, new double[] { 5, 6, 4, 6, 3, 6, 6 }, new[] { 0, 0, 0, 0, 0, 0, 1 })]
    // While it rests, failures do not count; improvements do.
    [InlineData(0, 2, new double[] { 5, 5, 5, 5, 5 }, new[] { 0, 1, 1, 1, 2 })]
    [InlineData(0, 2, new double[] { 5, 5, 4, 4, 4 }, new[] { 0, 1, 1, 1, 2 })]
    // Too small an improvement is none: 1 part in 10 is asked for.
    [InlineData(0, 0, new double[] { 10, 9.1, 8.9, 8.1 }, new[] { 0, 1, 1, 2 })]
    // For negative values too.
    [InlineData(0, 0, new double[] { -10, -9.5, -10.5, -11.5 }, new[] { 0, 1, 2, 2 })]
    // Nothing is known from NaN; from infinity everything finite is an improvement.
    [InlineData(1, 0, new[] { double.NaN, 5, double.NaN, double.NaN }, new[] { 0, 0, 0, 1 })]
    [InlineData(0, 0, new[] { double.PositiveInfinity, 1e300, 1 }, new[] { 0, 0, 0 })]
    public void ReducesWhenNothingImproves(int patience, int coolDown, double[] values, int[] reductions)
    {
        foreach (bool largerIsBetter in new[] { false, true })
        {
            var schedule = new Plateau(
                new StepDecay(8, 0.5, every: 10), factor: 0.25, patience, threshold: 0.1, coolDown, largerIsBetter: largerIsBetter);
            for (int i = 0; i < values.Length; i++)
            {
                bool reduced = schedule.Observe(largerIsBetter ? -values[i] : values[i]);
                Assert.Equal(reductions[i], schedule.Reductions);
                Assert.Equal(reductions[i] > (i == 0 ? 0 : reductions[i - 1]), reduced);
                Assert.Equal(8 * Math.Pow(0.25, reductions[i]), schedule.At(9));
                Assert.Equal(4 * Math.Pow(0.25, reductions[i]), schedule.At(10));
            }
        }
    }

    [Fact]
    public void IsNotReducedBelowTheMinimumNorRaisedToIt()
    {
        var schedule = new Plateau(new StepDecay(8, 0.125, every: 1), factor: 0.25, patience: 0, minimum: 1);
        for (int i = 0; i < 5; i++) schedule.Observe(1);
        Assert.Equal((1, 1, 0.125), (schedule.At(0), schedule.At(1), schedule.At(2)));
        for (int i = 0; i < 10_000; i++) schedule.Observe(1);
        Assert.Equal(1, schedule.At(0));
    }

    [Fact]
    public void KnowsTheBest()
    {
        var schedule = new Plateau(new Constant(1));
        Assert.Null(schedule.Best);
        foreach (double value in new[] { double.NaN, 3, 2, 4 }) schedule.Observe(value);
        Assert.Equal(2, schedule.Best);
        Assert.Equal("constant 1, times 0.1 after 10 observations without improvement", schedule.ToString());
    }

    [Theory]
    [InlineData(0, 1, 0, 0, 0, "factor", "must be above 0 and at most 1; it is 0.")]
    [InlineData(0.5, -1, 0, 0, 0, "patience", "must be at least 0; it is -1.")]
    [InlineData(0.5, 1, -1, 0, 0, "threshold", "must be finite and not negative; it is -1.")]
    [InlineData(0.5, 1, 0, -1, 0, "coolDown", "must be at least 0; it is -1.")]
    [InlineData(0.5, 1, 0, 0, double.NaN, "minimum", "must be finite and not negative; it is NaN.")]
    public void ArgumentsOutOfRangeAreAnError(
        double factor, long patience, double threshold, long coolDown, double minimum, string name, string message)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new Plateau(new Constant(1), factor, patience, threshold, coolDown, minimum));
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith($"Plateau: {name} {message}", error.Message);
        Assert.Throws<ArgumentNullException>(() => new Plateau(null!));
    }
}
