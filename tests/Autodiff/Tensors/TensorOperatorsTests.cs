namespace Autograd.Tests.Autodiff;

public class TensorOperatorsTests
{
    [Theory, InlineData(ElementType.Float32), InlineData(ElementType.Float64)]
    public void NumbersTakeTheTensorsType(ElementType type)
    {
        var x = Data.Vector(type, 1, -2, 4);
        Expect.Equal([3], [3, 0, 6], x + 2);
        Expect.Equal([3], [3, 0, 6], 2 + x);
        Expect.Equal([3], [-1, -4, 2], x - 2);
        Expect.Equal([3], [1, 4, -2], 2 - x);
        Expect.Equal([3], [2, -4, 8], x * 2);
        Expect.Equal([3], [2, -4, 8], 2 * x);
        Expect.Equal([3], [0.5, -1, 2], x / 2);
        Expect.Equal([3], [2, -1, 0.5], 2 / x);
        Expect.Equal([3], [-1, 2, -4], -x);
        Assert.All([x + 2, 2 - x, x * 2, x / 2, 2 / x, -x], result => Assert.Equal(type, result.ElementType));
    }

    [Fact]
    public void TensorsBroadcast()
    {
        var column = Data.Counting([2, 1]);
        var row = Data.Counting([3]);
        Expect.Equal([2, 3], [2, 3, 4, 3, 4, 5], column + row);
        Expect.Equal([2, 3], [0, -1, -2, 1, 0, -1], column - row);
        Expect.Equal([2, 3], [1, 2, 3, 2, 4, 6], column * row);
        Expect.Equal([2, 3], [1, 1 / 2.0, 1 / 3.0, 2, 1, 2 / 3.0], column / row);
    }

    [Fact]
    public void DividingByANumberIsExact()
    {
        var x = Tensor.From(new[] { 7.0, 0.1, 1e300 });
        Expect.Equal([3], [7.0 / 3, 0.1 / 3, 1e300 / 3], x / 3);
        Expect.Equal([3], [3 / 7.0, 3 / 0.1, 3 / 1e300], 3 / x);
    }

    [Theory, InlineData(ElementType.Float32), InlineData(ElementType.Float64)]
    public void ZerosKeepTheSignIeeeGivesThem(ElementType type)
    {
        var x = Data.Vector(type, 0, -0.0);
        bool[] Signs(Tensor tensor) => Array.ConvertAll(tensor.ToDoubles(), double.IsNegative);
        Assert.Equal([false, true], Signs(x * 1));
        Assert.Equal([false, true], Signs(2 * x));
        Assert.Equal([true, false], Signs(-x));
        Assert.Equal([true, false], Signs(-1 * x));
        Assert.Equal([false, false], Signs(x + 0));
        Assert.Equal([false, true], Signs(x - 0));
        Assert.Equal([false, false], Signs(0 - x));
    }

    [Fact]
    public void LeadingSlicesShareTheMemory()
    {
        var x = Data.Counting([4, 2, 3]);
        Assert.All([x[1], x[^1], x[1..3], x[..], x.Reshape(6, 4), x[1][1]], view => Assert.Same(x.Storage, view.Storage));
        Expect.Equal([2, 3], [7, 8, 9, 10, 11, 12], x[1]);
        Expect.Equal([2, 3], [19, 20, 21, 22, 23, 24], x[^1]);
        Expect.Equal([2, 2, 3], Data.Counting([12]).ToDoubles().Select(v => v + 6).ToArray(), x[1..3]);
        Expect.Equal([3], [10, 11, 12], x[1][1]);
        Expect.Equal([0, 2, 3], [], x[4..]);
        Assert.Equal(12, x[1].At(1, 2));
    }

    [Fact]
    public void SlicesOutsideTheAxisAreErrors()
    {
        var x = Data.Counting([4, 2]);
        Expect.Mentions(Assert.Throws<ShapeException>(() => x[4]), "[4, 2]", "4");
        Expect.Mentions(Assert.Throws<ShapeException>(() => x[^5]), "[4, 2]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => x[^0]), "[4, 2]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => x[3..2]), "Slice", "[4, 2]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => x[2..5]), "Slice", "[4, 2]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Tensor.Scalar(1)[0]), "At", "scalar");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Tensor.Scalar(1)[..]), "Slice", "scalar");
    }

    [Fact]
    public void ReshapeFillsInOneLength()
    {
        var x = Data.Counting([2, 6]);
        Assert.Equal([3, 4], x.Reshape(-1, 4).Shape);
        Assert.Equal([12], x.Reshape(-1).Shape);
        Assert.Equal([1, 12, 1], x.Reshape(1, -1, 1).Shape);
        Assert.Equal([0, 5], Tensor.Zeros([0]).Reshape(-1, 5).Shape);
        Assert.Equal([], Tensor.Zeros([1, 1]).Reshape().Shape);
        Assert.Equal(x.ToDoubles(), x.Reshape(4, 3).ToDoubles());
    }

    [Fact]
    public void ReshapeToAnotherCountIsAnError()
    {
        var x = Data.Counting([2, 3]);
        Expect.Mentions(Assert.Throws<ShapeException>(() => x.Reshape(4)), "Reshape", "[2, 3]", "[4]", "6");
        Expect.Mentions(Assert.Throws<ShapeException>(() => x.Reshape(-1, 4)), "Reshape", "[2, 3]", "4");
        Expect.Mentions(Assert.Throws<ShapeException>(() => x.Reshape(-1, 0)), "Reshape", "[2, 3]");
        Assert.Throws<ShapeException>(() => x.Reshape(-1, -1));
        Assert.Throws<ShapeException>(() => x.Reshape(-2, 3));
    }

    [Fact]
    public void ConversionsRoundToNearest()
    {
        var x = Tensor.From(new[] { 0.1, 1e300, -1e300, 1e-300, double.NaN, double.NegativeInfinity });
        var single = x.As(ElementType.Float32);
        Assert.Equal(
            [0.1f, float.PositiveInfinity, float.NegativeInfinity, 0f, float.NaN, float.NegativeInfinity], single.ToArray<float>());
        Assert.Equal([(double)0.1f], single[..1].As(ElementType.Float64).ToArray<double>());
        Assert.Same(x, x.As(ElementType.Float64));
    }

    [Fact]
    public void NullAndMixedOperandsAreErrors()
    {
        Tensor x = Tensor.Zeros([2]), missing = null!;
        Expect.Mentions(Assert.Throws<ArgumentNullException>(() => x + missing), "Add", "operand 1");
        Assert.Throws<ArgumentNullException>(() => missing * x);
        Assert.Throws<ArgumentNullException>(() => missing + 1);
        Assert.Throws<ArgumentNullException>(() => 1 / missing);
        Assert.Throws<ArgumentNullException>(() => missing / 2);
        Assert.Throws<ArgumentNullException>(() => -missing);
        var error = Assert.Throws<ElementTypeException>(() => x * Tensor.Zeros([3, 2], ElementType.Float64));
        Expect.Mentions(error, "Multiply", "Float32 [2]", "Float64 [3, 2]");
    }
}
