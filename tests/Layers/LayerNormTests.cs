using Autograd.Layers;
using Autograd.Tests.Layers.Golden;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

public class LayerNormTests
{
    [Fact]
    public void FollowsPyTorch()
    {
        var torch = new GoldenCase("layer norm");
        var layer = new LayerNorm(5);
        using var tape = new Tape();
        tape.Bind(layer["gain"], torch["gain"]);
        tape.Bind(layer["bias"], torch["bias"]);
        var y = layer.Forward(tape.Watch(torch["x"]));
        torch.Expect("out", y);
        torch.ExpectLoss(tape, Sum(y * torch["out.seed"]), "x", "gain", "bias");
    }

    [Fact]
    public void RowsGetMeanZeroAndVarianceOne()
    {
        var layer = new LayerNorm(100, epsilon: 1e-12);
        var y = layer.Forward(new RandomKey(1).Normal([3, 100], 5) + 20);
        Close.Equal(Tensor.Zeros([3]) + 1, Variance(y, -1), 1e-4);
        Assert.All(Mean(y, -1).ToDoubles(), mean => Assert.Equal(0, mean, 1e-5));
    }

    [Fact]
    public void ALargeOffsetDoesNotDrownTheDifferences()
    {
        var x = Tensor.From([1.0, 2, 4, 9]);
        var layer = new LayerNorm(4);
        using var tape = InDouble.Tape(layer);
        Close.Equal(layer.Forward(x), layer.Forward(x + 1e8), 1e-12);
    }

    [Fact]
    public void RowsOfEqualElementsGiveTheBias()
    {
        var layer = new LayerNorm(3);
        layer["bias"].Assign(Tensor.From([1f, 2f, 3f]));
        Assert.Equal([1.0, 2, 3], layer.Forward(Tensor.Full([3], 7)).ToDoubles());
        Assert.Equal([0.0, 0, 0], Differentiate.Gradient(x => Sum(layer.Forward(x)), Tensor.Full([3], 7)).ToDoubles());
    }

    [Theory]
    [InlineData(0, 1e-5, "LayerNorm: size must be at least 1; it is 0.")]
    [InlineData(3, 0, "LayerNorm: epsilon must be positive and finite; it is 0.")]
    [InlineData(3, double.NaN, "LayerNorm: epsilon must be positive and finite; it is NaN.")]
    public void OptionsOutOfRangeAreAnError(int size, double epsilon, string message) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(() => new LayerNorm(size, epsilon)).Message);

    [Fact]
    public void OtherLengthsAreAnError()
    {
        var layer = new LayerNorm(3);
        const string Message = "LayerNorm: x is {0}; its innermost axis must have length 3.";
        foreach (var x in (Tensor[])[Tensor.Ones([3, 4]), Tensor.Scalar(1)])
            Assert.Equal(string.Format(null, Message, x.Shape), Assert.Throws<ShapeException>(() => layer.Forward(x)).Message);
        Assert.Throws<ArgumentNullException>(() => layer.Forward(null!));
        var error = Assert.Throws<ElementTypeException>(() => layer.Forward(Tensor.Ones([2, 3], ElementType.Float64)));
        Assert.Equal(
            "Multiply: operand 0 is Float64 [2, 3], operand 1 is Float32 [3]; element types are never mixed. Convert one with As(...).",
            error.Message);
    }
}
