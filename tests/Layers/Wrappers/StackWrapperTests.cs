using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Wrappers;

/// <summary>Residual, skip connections and read-outs.</summary>
public class StackWrapperTests
{
    static readonly RandomKey Key = new(1);
    static readonly Tensor Sequence = Key.Normal([5, 3, 2]);

    [Fact]
    public void AResidualAddsItsInput()
    {
        var cell = new GruCell(2, 2, Key);
        var (plain, residual) = (Recurrent.Over(cell).Run(Sequence), Recurrent.Over(Residual.Around(cell)).Run(Sequence));
        Close.Same(Sequence + plain.Outputs, residual.Outputs);
        Close.Same(plain.Final, residual.Final);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void AResidualOfAnotherSizeIsAnError(int hidden) => Assert.Equal(
        $"Residual: x is [3, 2], the cell's output is [3, {hidden}]; the shapes must be equal.",
        Assert.Throws<ShapeException>(() => Recurrent.Over(Residual.Around(new GruCell(2, hidden, Key))).Forward(Sequence)).Message);

    /// <summary>h²_t = f(h¹_t·W + x_t·W' + h²_{t−1}·R), and both layers go to the output.</summary>
    [Fact]
    public void SkipConnectionsFollowTheirEquations()
    {
        RnnCell lower = new(2, 3, Key.For("lower")), upper = new(2 + 3, 4, Key.For("upper"));
        var stack = SkipStacked.Of(lower, upper);
        var (x, h1, h2) = (Sequence[0], Key.For("1").Normal([3, 3]), Key.For("2").Normal([3, 4]));
        var (output, next) = stack.Step(x, new LayerStates<Tensor>([h1, h2]));
        var first = Tanh(MatMul(x, lower["W"]) + MatMul(h1, lower["R"]));
        Tensor direct = upper["W"][..2], below = upper["W"][2..];
        Close.Same(first, next[0]);
        Close.Equal(Tanh(MatMul(first, below) + MatMul(x, direct) + MatMul(h2, upper["R"])), next[1], 1e-6);
        Close.Same(Concatenate(-1, next[0], next[1]), output);
        Assert.Equal([5, 3, 7], Recurrent.Over(stack).Forward(Sequence).Shape.Lengths.ToArray());
    }

    [Fact]
    public void StacksWithoutLayersOrWithOtherStatesAreAnError()
    {
        var cell = new RnnCell(2, 3, Key);
        Assert.Throws<ArgumentException>(() => SkipStacked.Of<Tensor>());
        Assert.Throws<ArgumentException>(() => SkipStacked.Of(cell, cell));
        Assert.StartsWith(
            "SkipStacked: the state has 2 layers, the stack 1.",
            Assert.Throws<ArgumentException>(
            () => SkipStacked.Of(cell).Step(Sequence[0], new LayerStates<Tensor>([Sequence, Sequence]))).Message);
    }

    [Fact]
    public void AReadoutNeedsALayer()
    {
        var error = Assert.Throws<ArgumentException>(() => Readout.Of(new RnnCell(2, 3, Key), new RnnCell(2, 3, Key)));
        Assert.StartsWith("Readout: the layer is a RnnCell; it must be an ILayer.", error.Message);
        Assert.Throws<ArgumentNullException>(() => new Activation(null!));
    }
}
