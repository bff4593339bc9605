using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class ScheduleTests
{
    public static TheoryData<Schedule> EverySchedule =>
    [
        new Constant(1), new StepDecay(1, 0.5, 3), new Cosine(1, 10), new WarmUp(new Constant(1), 5), new OneCycle(1, 10),
        new CosineRestarts(1, 10), new CosineRestarts(1, 3, growth: 2), new Plateau(new Constant(1)),
    ];

    [Theory]
    [MemberData(nameof(EverySchedule))]
    public void NegativeStepsAreAnError(Schedule schedule)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => schedule.At(-1));
        Assert.Equal("step", error.ParamName);
        Assert.StartsWith($"{schedule.GetType().Name}: step must be at least 0; it is -1.", error.Message);
    }

    [Theory]
    [MemberData(nameof(EverySchedule))]
    public void TheRateIsFiniteAtAnyStep(Schedule schedule)
    {
        foreach (long step in new[] { 0, 1, 9, 10, 11, 1000, long.MaxValue })
        {
            double rate = schedule.At(step);
            Assert.True(rate is >= 0 and <= 1);
            Assert.Equal(rate, schedule.At(step));
        }
    }

    [Theory]
    [InlineData(-1.0, "-1")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void UnusableRatesAreAnError(double rate, string text)
    {
        var error = Assert.Throws<InvalidOperationException>(() => new Always(rate).At(3));
        Assert.Equal($"Always: the learning rate of step 3 must be finite and not negative; it is {text}.", error.Message);
    }

    sealed class Always(double rate) : Schedule
    {
        protected override double Rate(long step) => rate;
    }
}
