namespace Autograd.Tests.Autodiff;

public class TensorReadTests
{
    [Fact]
    public void OneElementByIndex()
    {
        var tensor = Data.Counting([2, 3, 4]);
        Assert.Equal(Data.Indices([2, 3, 4]).Select(at => tensor.At(at)), tensor.ToDoubles());
        Assert.Equal(5, Tensor.Scalar(5).At());
    }

    [Fact]
    public void BadIndicesAreErrors()
    {
        var tensor = Data.Counting([2, 3]);
        Expect.Mentions(Assert.Throws<ShapeException>(() => tensor.At(1)), "At", "1 indices", "[2, 3]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => tensor.At(1, 3)), "At", "index 3", "axis 1", "[2, 3]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => tensor.At(-1, 0)), "At", "index -1", "axis 0", "[2, 3]");
    }

    [Fact]
    public void TheOnlyElement()
    {
        Assert.Equal(2.5, Tensor.Full([1, 1], 2.5).ToScalar());
        Expect.Mentions(Assert.Throws<ShapeException>(() => Tensor.Zeros([2]).ToScalar()), "ToScalar", "[2]", "2 elements");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Tensor.Zeros([0]).ToScalar()), "ToScalar", "[0]", "0 elements");
    }

    [Fact]
    public void ReadingInTheOtherTypeIsAnError()
    {
        var tensor = Tensor.Zeros([2]);
        Expect.Mentions(Assert.Throws<ElementTypeException>(() => { tensor.AsSpan<double>(); }), "AsSpan<Double>", "[2]", "Float32");
        Assert.Throws<ElementTypeException>(() => tensor.ToArray<double>());
        Assert.Throws<ElementTypeException>(() => { tensor.AsTensorSpan<double>(); });
        Assert.Throws<ElementTypeException>(() => { tensor.AsSpan<int>(); });
        Assert.Equal([0.0, 0.0], tensor.ToDoubles());
    }

    [Fact]
    public void SymbolicTensorsHaveNoElements()
    {
        var tensor = Functions.Tanh(Tensor.Symbolic([2, 3]) + 1);
        Assert.True(tensor.IsSymbolic);
        Assert.Equal([2, 3], tensor.Shape);
        var error = Assert.Throws<SymbolicReadException>(() => { tensor.AsSpan<float>(); });
        Expect.Mentions(error, "symbolic", "[2, 3]", "Tanh");
        Assert.Throws<SymbolicReadException>(() => Tensor.Symbolic([]).ToScalar());
        Assert.Throws<SymbolicReadException>(() => tensor.At(0, 0));
        Assert.True(tensor.Detach().IsSymbolic);
    }
}
