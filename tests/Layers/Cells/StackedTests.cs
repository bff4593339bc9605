using Autograd.Layers;
using Autograd.Tests.Layers.Golden;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Cells;

public class StackedTests
{
    static readonly RandomKey Key = new(1);

    static Stacked<LstmState> TwoLayers() => Stacked.Of(new LstmCell(2, 3, Key.For("lower")), new LstmCell(3, 3, Key.For("upper")));

    [Fact]
    public void FollowsPyTorch()
    {
        var torch = new GoldenCase("two-layer lstm");
        var model = Recurrent.Over(TwoLayers());
        TorchWeight[] weights =
            [.. TorchWeights.Lstm(torch, "cell.layer0.", "_l0"), .. TorchWeights.Lstm(torch, "cell.layer1.", "_l1")];
        TorchRun.Check(torch, model, weights, () =>
        {
            var (outputs, final, _) = model.Run(torch["x"], new LayerStates<LstmState>([TorchRun.State(torch, 0), TorchRun.State(torch, 1)]));
            return [outputs, Stack([final[0].H, final[1].H]), Stack([final[0].C, final[1].C])];
        });
    }

    [Fact]
    public void IsTheSameAsLayersOneAfterTheOther()
    {
        var (lower, upper) = (new LstmCell(2, 3, Key.For("lower")), new LstmCell(3, 4, Key.For("upper")));
        var x = Key.Normal([5, 3, 2]);
        int[] lengths = [2, 5, 4];
        var together = Recurrent.Over(Stacked.Of(lower, upper)).Run(x, lengths);
        var below = Recurrent.Over(lower).Run(x, lengths);
        var above = Recurrent.Over(upper).Run(below.Outputs, lengths);
        Close.Same(above.Outputs, together.Outputs);
        Close.Same(below.Final.C, together.Final[0].C);
        Close.Same(above.Final.C, together.Final[1].C);
    }

    [Fact]
    public void ParametersCarryTheLayer()
    {
        var stack = TwoLayers();
        Assert.Equal(24, stack.Parameters.Count);
        Assert.Equal([2, 3], stack["layer0.Wxf"].Shape.Lengths.ToArray());
        Assert.Equal([3, 3], stack["layer1.Wxf"].Shape.Lengths.ToArray());
    }

    [Fact]
    public void InitialStatesAreThoseOfTheLayers()
    {
        var state = Stacked.Of(new RnnCell(2, 3, Key), new RnnCell(3, 5, Key)).Initial(4, ElementType.Float64);
        Close.Same([Tensor.Zeros([4, 3]), Tensor.Zeros([4, 5])], State.Tensors(state));
        Assert.All(state, layer => Assert.Equal(ElementType.Float64, layer.ElementType));
    }

    [Fact]
    public void StacksOfStacksWork()
    {
        var inner = Stacked.Of(new RnnCell(2, 3, Key.For("a")), new RnnCell(3, 3, Key.For("b")));
        var outer = Stacked.Of(inner, Stacked.Of(new RnnCell(3, 2, Key.For("c"))));
        var run = Recurrent.Over(outer).Run(Key.Normal([4, 2, 2]), [3, 4]);
        Assert.Equal([4, 2, 2], run.Outputs.Shape.Lengths.ToArray());
        Assert.Equal(3, State.Tensors(run.Final).Length);
        Assert.Equal([4, 2, 3], run.StackedStates()[0][1].Shape.Lengths.ToArray());
    }

    [Fact]
    public void NoneOrTheSameCellTwiceIsAnError()
    {
        const string Message = "Stacked: at least one cell is needed, each a different object.";
        var cell = new RnnCell(3, 3, Key);
        Assert.StartsWith(Message, Assert.Throws<ArgumentException>(() => Stacked.Of<Tensor>()).Message);
        Assert.StartsWith(Message, Assert.Throws<ArgumentException>(() => Stacked.Of(cell, cell)).Message);
        Assert.Throws<ArgumentNullException>(() => Stacked.Of<Tensor>(null!));
        Assert.Throws<ArgumentNullException>(() => Stacked.Of(cell, null!));
    }

    [Fact]
    public void StatesOfAnotherNumberOfLayersAreAnError()
    {
        var stack = TwoLayers();
        var one = new LayerStates<LstmState>(stack.Initial(1, ElementType.Float32).Take(1));
        var error = Assert.Throws<ArgumentException>(() => stack.Step(Tensor.Ones([1, 2]), one));
        Assert.StartsWith("Stacked: the state has 1 layers, the stack 2.", error.Message);
        Assert.Throws<ArgumentNullException>(() => stack.Step(Tensor.Ones([1, 2]), null!));
    }
}
