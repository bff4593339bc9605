using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class OptimizerStateTests
{
    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void BeginsAtZeroInTheParametersShapeAndType(ElementType type)
    {
        var parameter = new Parameter("p", Tensor.Ones([2, 3], type));
        var state = new Adam([parameter]).State[0];
        Assert.Same(parameter, state.Parameter);
        Assert.Equal(type, state["square"].ElementType);
        Assert.Equal(parameter.Shape, state["square"].Shape);
        Assert.All(state["mean"].ToDoubles(), x => Assert.Equal(0, x));
        Assert.Equal("p: mean, square", state.ToString());
    }

    [Fact]
    public void WhatWasReadOrWrittenIsACopy()
    {
        var parameter = new Parameter("p", Tensor.From([1.0]));
        var optimizer = new Sgd([parameter], 0.1, momentum: 0.5);
        var given = Tensor.From([8.0]);
        optimizer.State[0]["momentum"] = given;
        var read = optimizer.State[0]["momentum"];
        optimizer.Step([Tensor.From([1.0])]);
        Assert.Equal([8.0], given.ToDoubles());
        Assert.Equal([8.0], read.ToDoubles());
        Assert.Equal([5.0], optimizer.State[0]["momentum"].ToDoubles());
        Assert.Equal([0.5], parameter.ToDoubles());
    }

    [Fact]
    public void UnknownSlotsAreAnError()
    {
        var error = Assert.Throws<ArgumentException>(() => new Adam(Valley.Start()).State[1]["momentum"]);
        Assert.StartsWith("Optimizer state of parameter y has no slot momentum; it has mean, square.", error.Message);
        error = Assert.Throws<ArgumentException>(() => new Sgd(Valley.Start(), 1).State[0]["mean"] = Tensor.From([1.0, 2]));
        Assert.StartsWith("Optimizer state of parameter x has no slot mean; it has none.", error.Message);
    }

    [Fact]
    public void UnfitValuesAreAnError()
    {
        var state = new Adam(Valley.Start()).State[0];
        var shape = Assert.Throws<ShapeException>(() => state["mean"] = Tensor.From([1.0]));
        Assert.Equal("Optimizer state mean of parameter x is [2], the value is [1].", shape.Message);
        var type = Assert.Throws<ElementTypeException>(() => state["mean"] = Tensor.From([1f, 2f]));
        Assert.Equal("Optimizer state mean of parameter x is Float64, the value is Float32; convert it first.", type.Message);
        Assert.Throws<ArgumentNullException>(() => state["mean"] = null!);
        Assert.Throws<SymbolicReadException>(() => state["mean"] = Tensor.Symbolic([2], ElementType.Float64));
        Assert.Equal([0.0, 0.0], state["mean"].ToDoubles());
    }
}
