namespace Autograd.Tests.Autodiff;

public class ParameterTests
{
    [Fact]
    public void HoldsACopyOfItsInitialValue()
    {
        var first = new Parameter("first", Tensor.From(new[] { 1f, 2f }));
        var second = new Parameter("second", first);
        second.Change<float>(values => values[0] = 9);
        Assert.Equal([1f, 2f], first.ToArray<float>());
        Assert.Equal([9f, 2f], second.ToArray<float>());
    }

    [Fact]
    public void EveryChangeCounts()
    {
        var parameter = new Parameter("w", Tensor.Zeros([2]));
        Assert.Equal(0, parameter.Version);
        parameter.Assign(Tensor.From(new[] { 3f, 4f }));
        Assert.Equal(2, parameter.Version);
        Assert.Equal([3f, 4f], parameter.ToArray<float>());
        using (var change = parameter.Change<float>())
        {
            Assert.Equal([3f, 4f], change.Values);
            change.Values[1] = 5;
            Assert.Equal(3, parameter.Version);
        }
        Assert.Equal(4, parameter.Version);
        parameter.Change<float>(values => values[0]++);
        Assert.Equal(6, parameter.Version);
        Assert.Equal([4f, 5f], parameter.ToArray<float>());
    }

    [Fact]
    public void SurvivesTheTapeItsValueCameFrom()
    {
        Parameter parameter;
        using (new Tape()) parameter = new Parameter("w", Tensor.Ones([2]) + 1);
        Assert.Equal([2f, 2f], parameter.ToArray<float>());
        Assert.Equal("w: float [2] [2, 2]", parameter.ToString());
    }

    [Fact]
    public void AChangeThatDoesNotFitLeavesItAsItWas()
    {
        var parameter = new Parameter("gate.W", Tensor.Zeros([2, 3]));
        Expect.Mentions(
            Assert.Throws<ShapeException>(() => parameter.Assign(Tensor.Zeros([3, 2]))), "Assign", "gate.W", "[2, 3]", "[3, 2]");
        var mixed = Assert.Throws<ElementTypeException>(() => parameter.Assign(Tensor.Zeros([2, 3], ElementType.Float64)));
        Expect.Mentions(mixed, "Assign", "gate.W", "Float32", "Float64");
        Assert.Throws<ElementTypeException>(() => { parameter.Change<double>(); });
        Assert.Throws<ArgumentNullException>(() => parameter.Assign(null!));
        Assert.Throws<SymbolicReadException>(() => parameter.Assign(Tensor.Symbolic([2, 3])));
        Assert.Equal(0, parameter.Version);
    }

    [Fact]
    public void NeedsANameAndAValue()
    {
        Assert.Throws<ArgumentException>(() => new Parameter(" ", Tensor.Zeros([1])));
        Assert.Throws<ArgumentNullException>(() => new Parameter(null!, Tensor.Zeros([1])));
        Assert.Throws<ArgumentNullException>(() => new Parameter("w", null!));
        Expect.Mentions(Assert.Throws<SymbolicReadException>(() => new Parameter("w", Tensor.Symbolic([1]))), "symbolic");
    }
}
