using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

public class LinearTests
{
    static readonly RandomKey Key = new(1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void IsTheProductAndTheBias(bool hasBias)
    {
        var layer = new Linear(3, 2, Key, hasBias: hasBias);
        if (hasBias) layer["bias"].Assign(Tensor.From([1f, -2f]));
        var x = Key.Normal([4, 5, 3]);
        var product = MatMul(x, layer["weight"]);
        var expected = hasBias ? product + layer["bias"] : product;
        Close.Equal(expected, layer.Forward(x), 1e-6);
        Assert.Equal(hasBias ? 8 : 6, layer.ParameterCount);
    }

    [Fact]
    public void TakesAVector()
    {
        var layer = new Linear(3, 2, Key);
        Assert.Equal([2], layer.Forward(Tensor.Ones([3])).Shape.Lengths.ToArray());
    }

    [Fact]
    public void GradientsAreTheClosedForm()
    {
        var layer = new Linear(3, 2, Key);
        var (x, seed) = (Key.For("x").Normal([4, 5, 3]), Key.For("seed").Normal([4, 5, 2]));
        var (_, gradients) = Differentiate.ValueAndGradient(() => Sum(layer.Forward(x) * seed), layer.Parameters);
        Close.Equal(MatMul(x.Reshape(-1, 3), seed.Reshape(-1, 2), transposeLeft: true), gradients[0], 1e-5);
        Close.Equal(Sum(seed, 0, 1), gradients[1], 1e-5);
    }

    [Fact]
    public void WeightsAreGlorotUniformUnlessGiven()
    {
        double bound = Math.Sqrt(6.0 / (30 + 20));
        double[] weights = new Linear(30, 20, Key)["weight"].ToDoubles();
        Assert.All(weights, w => Assert.InRange(w, -bound, bound));
        Assert.True(weights.Max() > 0.95 * bound);
        Assert.All(new Linear(3, 2, Key, Initializer.Constant(2))["weight"].ToDoubles(), w => Assert.Equal(2, w));
    }

    [Theory]
    [InlineData(0, 2, "Linear: inputs must be at least 1; it is 0.")]
    [InlineData(3, -1, "Linear: outputs must be at least 1; it is -1.")]
    public void SizesBelowOneAreAnError(int inputs, int outputs, string message) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(() => new Linear(inputs, outputs, Key)).Message);

    [Fact]
    public void InputsThatDoNotFitAreAnError()
    {
        var layer = new Linear(3, 2, Key);
        Assert.Equal(
            "Affine: x is [4, 5], weight is [3, 2] (weight), bias is [2] (bias); [..., i], [i, o] and [o] are needed.",
            Assert.Throws<ShapeException>(() => layer.Forward(Tensor.Ones([4, 5]))).Message);
        Assert.StartsWith(
            "Affine: operand 0 is Float64 [4, 3], operand 1 is Float32 [3, 2]; element types are never mixed.",
            Assert.Throws<ElementTypeException>(() => layer.Forward(Tensor.Ones([4, 3], ElementType.Float64))).Message);
        Assert.Throws<ArgumentNullException>(() => layer.Forward(null!));
        Assert.Throws<ArgumentNullException>(() => new Linear(3, 2, Key, hasBias: false).Forward(null!));
    }
}
