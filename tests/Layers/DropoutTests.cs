using Autograd.Layers;

namespace Autograd.Tests.Layers;

public class DropoutTests
{
    static readonly RandomKey Key = new(3);
    static readonly Tensor Input = Key.For("input").Normal([8, 8]);

    [Fact]
    public void DoesNothingUnlessTraining()
    {
        var layer = new Dropout(0.5, Key);
        Assert.Same(Input, layer.Forward(Input));
        layer.Train(1);
        Assert.NotSame(Input, layer.Forward(Input));
        layer.Evaluate();
        Assert.Same(Input, layer.Forward(Input));
    }

    [Fact]
    public void TheMaskIsAFunctionOfKeyAndStep()
    {
        var (layer, other) = (new Dropout(0.5, Key), new Dropout(0.5, Key.For("other")));
        layer.Train(5);
        other.Train(5);
        var mask = layer.Forward(Input);
        Close.Same(mask, layer.Forward(Input));
        Assert.NotEqual(mask.ToDoubles(), other.Forward(Input).ToDoubles());
        layer.Train(6);
        Assert.NotEqual(mask.ToDoubles(), layer.Forward(Input).ToDoubles());
        layer.Train(5);
        Close.Same(mask, layer.Forward(Input));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void KeepsTheMeanAndDropsTheRate(double rate)
    {
        const int Count = 100_000;
        var layer = new Dropout(rate, Key);
        layer.Train(0);
        double[] y = layer.Forward(Tensor.Ones([Count], ElementType.Float64)).ToDoubles();
        Assert.All(y, value => Assert.True(value == 0 || value == 1 / (1 - rate)));
        // Five standard deviations of the mean of so many independent elements.
        double deviation = 5 * Math.Sqrt(rate * (1 - rate) / Count);
        Assert.Equal(rate, y.Count(value => value == 0) / (double)Count, deviation);
        Assert.Equal(1, y.Average(), deviation / (1 - rate));
    }

    [Fact]
    public void TheGradientIsTheMask()
    {
        var layer = new Dropout(0.5, Key);
        layer.Train(2);
        Close.Same(layer.Forward(Tensor.Ones(Input.Shape)), Differentiate.Gradient(x => Functions.Sum(layer.Forward(x)), Input));
    }

    [Fact]
    public void ARateOfZeroDropsNothing()
    {
        var layer = new Dropout(0, Key);
        layer.Train(1);
        Close.Same(Input, layer.Forward(Input));
    }

    [Theory]
    [InlineData(1, "1")]
    [InlineData(-0.1, "-0.1")]
    [InlineData(double.NaN, "NaN")]
    public void RatesOutOfRangeAreAnError(double rate, string text)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(rate, Key));
        Assert.StartsWith($"Dropout: rate must be at least 0 and below 1; it is {text}.", error.Message);
    }

    [Fact]
    public void NullIsAnErrorInEitherMode()
    {
        var layer = new Dropout(0.5, Key);
        Assert.Throws<ArgumentNullException>(() => layer.Forward(null!));
        layer.Train(1);
        Assert.Throws<ArgumentNullException>(() => layer.Forward(null!));
    }
}
