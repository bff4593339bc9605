using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Delays;

public class TimeDelayTests
{
    static readonly RandomKey Key = new(1);

    [Fact]
    public void EveryDelayHasItsWeight()
    {
        var layer = new TimeDelay(1, 1, [3, 0], Key);
        layer["weight"].Assign(Tensor.From([10f, 1], [2, 1, 1]));
        layer["bias"].Assign(Tensor.From([0.5f]));
        var x = Tensor.From([1f, 2, 3, 4, 5, 6], [6, 1, 1]);
        Assert.Equal([1.5, 2.5, 3.5, 14.5, 25.5, 36.5], layer.Forward(x).ToDoubles());
        Assert.Equal([3, 0], layer.Delays);
    }

    [Fact]
    public void TheActivationComesLastAndPaddingStaysZero()
    {
        var layer = new TimeDelay(2, 3, [0, 1], Key, Sigmoid);
        var x = Key.Normal([4, 2, 2]);
        var outputs = layer.Forward(x, [2, 4]);
        Close.Same(layer.Forward(x)[..2], outputs[..2]);
        Assert.All(outputs[2..].ToDoubles()[..3], y => Assert.Equal(0, y));
        Close.Equal(Sigmoid(MatMul(x[0], layer["weight"][0])), outputs[0], 1e-6);
    }

    [Fact]
    public void DelaysMustBeDifferentAndNotNegative()
    {
        Assert.StartsWith(
            "TimeDelay: a lag must be at least 0; it is -1.", Fails<ArgumentOutOfRangeException>(() => new TimeDelay(1, 1, [0, -1], Key)));
        Assert.StartsWith("TimeDelay: the lag 2 was given twice.", Fails<ArgumentException>(() => new TimeDelay(1, 1, [2, 2], Key)));
        Assert.StartsWith("TimeDelay: no lag was given", Fails<ArgumentException>(() => new TimeDelay(1, 1, [], Key)));
        Assert.StartsWith("TimeDelay: inputs", Fails<ArgumentOutOfRangeException>(() => new TimeDelay(0, 1, [0], Key)));
        Assert.StartsWith("LearnedTimeDelay: longest", Fails<ArgumentOutOfRangeException>(() => new LearnedTimeDelay(1, 1, 0, Key)));
    }

    [Fact]
    public void DelaysBeyondTheSequenceAreAnError()
    {
        var x = Tensor.Ones([3, 1, 1]);
        Assert.Equal(
            "TimeDelay: the delay 3 reaches beyond the sequences, of 3 steps in x [3, 1, 1].",
            Fails<ShapeException>(() => new TimeDelay(1, 1, [0, 3], Key).Forward(x)));
        Assert.StartsWith(
            "LearnedTimeDelay: the delay 3 reaches beyond", Fails<ShapeException>(() => new LearnedTimeDelay(1, 1, 3, Key).Forward(x)));
        Assert.NotNull(new TimeDelay(1, 1, [2], Key).Forward(x));
    }

    [Fact]
    public void LearnedDelaysBeginAlikeAndBecomeTheLayerOfTheirChoice()
    {
        var layer = new LearnedTimeDelay(2, 1, 4, Key);
        Assert.All(layer.Shares.ToDoubles(), share => Assert.Equal(0.25, share, 1e-6));
        Assert.Equal(1, layer.Selected()[0, 0]);
        var logits = new float[4, 2, 1];
        (logits[2, 0, 0], logits[0, 1, 0]) = (100, 100);
        layer["logits"].Assign(Tensor.From(logits));
        Assert.Equal((3, 1), (layer.Selected()[0, 0], layer.Selected()[1, 0]));
        var fixedDelays = new TimeDelay(2, 1, [3, 1], Key);
        var weight = layer["weight"];
        fixedDelays["weight"].Assign(Tensor.From([(float)weight.At(0, 0), 0, 0, (float)weight.At(1, 0)], [2, 2, 1]));
        var x = Key.Normal([7, 2, 2]);
        Close.Equal(fixedDelays.Forward(x), layer.Forward(x), 1e-6);
    }

    static string Fails<TError>(Func<object> action)
        where TError : Exception
        => Assert.Throws<TError>(action).Message;
}
