using Autograd.Layers;
using Autograd.Tests.Layers.Recurrence;

namespace Autograd.Tests.Layers.Wrappers;

public class ZoneoutTests
{
    static readonly RandomKey Key = new(1);

    /// <summary>A cell that counts steps, so that an element that is kept shows.</summary>
    static FunctionCell<Tensor> Counter() => new((_, s) => s + 1 is var next ? (next, next) : default, 500);

    static double[][] Steps(Zoneout<Tensor> cell, int time, int batch = 2)
    {
        using var tape = new Tape();
        var states = Recurrent.Over(cell).Run(Tensor.Zeros([time, batch, 1])).States;
        return [.. states.Prepend(Tensor.Zeros([batch, 500])).Select(state => state.ToDoubles())];
    }

    [Fact]
    public void InTrainingEachElementIsKeptOrRenewed()
    {
        var cell = Zoneout.Around(Counter(), Key, 0.3);
        cell.Train(5);
        var steps = Steps(cell, 20);
        int kept = 0;
        for (int t = 1; t < steps.Length; t++)
            for (int i = 0; i < 1000; i++)
            {
                double change = steps[t][i] - steps[t - 1][i];
                Assert.True(change is 0 or 1);
                if (change == 0) kept++;
            }
        // Five standard deviations of 20,000 draws.
        Assert.Equal(0.3, kept / 20_000.0, 5 * Math.Sqrt(0.3 * 0.7 / 20_000));
    }

    [Fact]
    public void MasksDifferByTimeStepTrainingStepAndKey()
    {
        var (cell, other) = (Zoneout.Around(Counter(), Key, 0.5), Zoneout.Around(Counter(), new RandomKey(2), 0.5));
        cell.Train(5);
        other.Train(5);
        var steps = Steps(cell, 2);
        Assert.NotEqual(steps[1], [.. steps[2].Zip(steps[1], (after, before) => after - before)]);
        Assert.Equal(steps[2], Steps(cell, 2)[2]);
        Assert.NotEqual(steps[2], Steps(other, 2)[2]);
        cell.Train(6);
        Assert.NotEqual(steps[1], Steps(cell, 2)[1]);
    }

    [Fact]
    public void InEvaluationTheExpectationIsTaken()
    {
        var cell = Zoneout.Around(Counter(), Key, 0.25);
        Assert.All(Steps(cell, 4)[4], x => Assert.Equal(4 * 0.75, x, 1e-6));
    }

    [Fact]
    public void EveryTensorHasItsRateAndTheOutputIsTheStateAfterwards()
    {
        var lstm = new LstmCell(2, 3, Key);
        var cell = new Zoneout<LstmState>(lstm, Key, 0, 0.5);
        var (x, s) = (Key.Normal([4, 2]), new LstmState(Key.For("h").Normal([4, 3]), Key.For("c").Normal([4, 3])));
        var (plain, next) = lstm.Step(x, s);
        var (output, zoned) = cell.Step(x, s);
        Close.Same(plain, output);
        Assert.Same(output, zoned.H);
        Close.Equal(0.5 * next.C + 0.5 * s.C, zoned.C, 1e-6);
        var (mixed, state) = new Zoneout<LstmState>(lstm, Key, 0.5, 0).Step(x, s);
        Assert.Same(mixed, state.H);
        Close.Equal(0.5 * next.H + 0.5 * s.H, mixed, 1e-6);
    }

    [Fact]
    public void AnOutputComputedFromTheStateIsLeft()
    {
        var elman = new ElmanCell(2, 3, 1, Key);
        var (x, h) = (Key.Normal([4, 2]), Key.For("h").Normal([4, 3]));
        Close.Same(elman.Step(x, h).Output, Zoneout.Around(elman, Key, 0.5).Step(x, h).Output);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.0)]
    [InlineData(double.NaN)]
    public void RatesOutsideAreAnError(double rate) => Assert.StartsWith(
        "Zoneout: rates must be at least 0 and below 1",
        Assert.Throws<ArgumentOutOfRangeException>(() => Zoneout.Around(new RnnCell(2, 3, Key), Key, rate)).Message);

    [Fact]
    public void AnotherNumberOfRatesIsAnError()
    {
        var error = Assert.Throws<ArgumentException>(() => Zoneout.Around(new LstmCell(2, 3, Key), Key, 0.1, 0.2, 0.3));
        Assert.StartsWith("Zoneout: 3 rates were given for 2 tensors of LstmState; give one for each, or one for all.", error.Message);
        Assert.Throws<ArgumentException>(() => Zoneout.Around(new LstmCell(2, 3, Key), Key));
        Assert.Throws<ArgumentNullException>(() => Zoneout.Around<Tensor>(null!, Key, 0.1));
    }
}
