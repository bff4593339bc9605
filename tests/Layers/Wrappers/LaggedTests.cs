using Autograd.Layers;
using Autograd.Tests.Layers.Recurrence;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Wrappers;

/// <summary>Recurrences with other lags than one.</summary>
public class LaggedTests
{
    static readonly RandomKey Key = new(1);
    static readonly Tensor Ramp = Tensor.From([.. Enumerable.Range(1, 8).Select(t => (float)t)], [8, 1, 1]);

    [Fact]
    public void AFunctionSeesTheStatesOfItsLags()
    {
        var cell = new MultiLag(1, (x, past) => x + 10 * past[0] + 100 * past[1], [3, 1]);
        double[] h = new double[8];
        for (int t = 0; t < 8; t++) h[t] = t + 1 + 10 * (t < 3 ? 0 : h[t - 3]) + 100 * (t < 1 ? 0 : h[t - 1]);
        using var tape = new Tape();
        var outputs = Recurrent.Over(cell).Forward(Ramp.As(ElementType.Float64));
        Assert.Equal(h, outputs.ToDoubles());
    }

    [Fact]
    public void ACellSeesItsOwnPastOutputs()
    {
        var cell = OutputFeedback.Around(
            new FunctionCell<Tensor>((x, s) => (Sum(x * Tensor.From(new[] { 1f, 10, 100 }), -1).Reshape(1, 1), s), 1), 1, 1, 2);
        double[] y = new double[8];
        for (int t = 0; t < 8; t++) y[t] = t + 1 + 10 * (t < 1 ? 0 : y[t - 1]) + 100 * (t < 2 ? 0 : y[t - 2]);
        double[] actual = Recurrent.Over(cell).Forward(Ramp).ToDoubles();
        for (int t = 0; t < 8; t++) Assert.Equal(y[t], actual[t], 1e-5 * y[t]);
    }

    [Fact]
    public void ADelayedCellIsIndependentCellsTakingTurns()
    {
        var cell = new LstmCell(2, 3, Key);
        var x = Key.Normal([6, 2, 2]);
        var delayed = Recurrent.Over(DelayedState.Of(cell, 2)).Forward(x);
        var even = Recurrent.Over(cell).Forward(Slice(x, 0, 0, 3, 2));
        var odd = Recurrent.Over(cell).Forward(Slice(x, 0, 1, 3, 2));
        Close.Same(even, Slice(delayed, 0, 0, 3, 2));
        Close.Same(odd, Slice(delayed, 0, 1, 3, 2));
        Close.Same(Recurrent.Over(cell).Forward(x), Recurrent.Over(DelayedState.Of(cell, 1)).Forward(x));
    }

    [Fact]
    public void LagsBelowOneAreAnError()
    {
        foreach (int lag in (int[])[0, -2])
        {
            string message = $"a lag must be at least 1; it is {lag}.";
            Assert.StartsWith(
                $"MultiLag: {message}", Assert.Throws<ArgumentOutOfRangeException>(() => new MultiLag(1, (x, _) => x, [1, lag])).Message);
            Assert.StartsWith(
                $"OutputFeedback: {message}", Assert.Throws<ArgumentOutOfRangeException>(
                () => OutputFeedback.Around(new RnnCell(3, 1, Key), 1, 1, lag)).Message);
            Assert.StartsWith(
                $"DelayedState: lag must be at least 1; it is {lag}.",
                Assert.Throws<ArgumentOutOfRangeException>(() => DelayedState.Of(new RnnCell(3, 1, Key), lag)).Message);
        }
    }

    [Fact]
    public void TheSameLagTwiceOrNoneIsAnError()
    {
        Assert.StartsWith(
            "MultiLag: the lag 2 was given twice.",
            Assert.Throws<ArgumentException>(() => new MultiLag(1, (x, _) => x, [2, 1, 2])).Message);
        Assert.StartsWith("MultiLag: no lag was given", Assert.Throws<ArgumentException>(() => new MultiLag(1, (x, _) => x, [])).Message);
        Assert.StartsWith(
            "OutputFeedback: the lag 1 was given twice.",
            Assert.Throws<ArgumentException>(() => OutputFeedback.Around(new RnnCell(3, 1, Key), 1, 1, 1)).Message);
    }

    [Fact]
    public void OutputsOfAnotherSizeThanSaidAreAnError() => Assert.StartsWith(
        "OutputFeedback: the cell's output is [1, 4]; what is fed back is [1, 2]",
        Assert.Throws<ShapeException>(() => Recurrent.Over(OutputFeedback.Around(new RnnCell(3, 4, Key), 2)).Forward(Ramp)).Message);
}
