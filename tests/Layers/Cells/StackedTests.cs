using Autograd.Layers;
using Autograd.Tests.Autodiff;
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
            var (outputs, final, _) =
                model.Run(torch["x"], new LayerStates<LstmState>([TorchRun.State(torch, 0), TorchRun.State(torch, 1)]));
            return [outputs, Stack([final[0].H, final[1].H]), Stack([final[0].C, final[1].C])];
        });
    }

    [Fact]
    public void ACellIsALayerOnce()
    {
        var cell = new RnnCell(3, 3, Key);
        Func<object>[] stacks =
        [
            () => new Stacked<Tensor>(cell, cell), () => new SkipStacked<Tensor>(cell, cell), () => new Stacked<Tensor, Tensor>(cell, cell),
            () => new Stacked<Tensor, Tensor, Tensor>(cell, new RnnCell(3, 3, Key), cell),
        ];
        foreach (var stack in stacks) Expect.Mentions(Assert.Throws<ArgumentException>(stack), "Stacked", "different object");
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

    [Fact]
    public void CellsOfDifferentStatesAreTheSameAsLayersOneAfterTheOther()
    {
        var (lower, upper) = (new LstmCell(2, 3, Key.For("lower")), new GruCell(3, 4, Key.For("upper")));
        var x = Key.Normal([5, 3, 2]);
        int[] lengths = [2, 5, 4];
        // Before the stack takes the cells' parameters as its own.
        var below = Recurrent.Over(lower).Run(x, lengths);
        var above = Recurrent.Over(upper).Run(below.Outputs, lengths);
        var stack = Stacked.Of(lower, upper);
        var flat = Stacked.Of(FlatState.Of(lower), FlatState.Of(upper));
        foreach (var execution in new[] { Execution.Compiled, Execution.Eager })
        {
            var layer = new Recurrent<(LstmState Lower, Tensor Upper)>(stack) { Execution = execution };
            var together = layer.Run(x, lengths);
            Assert.Equal(execution, layer.LastPath.Execution);
            Close.Equal(above.Outputs, together.Outputs, 1e-5);
            Close.Equal(below.Final.C, together.Final.Lower.C, 1e-5);
            Close.Equal(above.Final, together.Final.Upper, 1e-5);
            var list = new Recurrent<LayerStates<Tensor[]>>(flat) { Execution = execution };
            var flattened = list.Run(x, lengths);
            Assert.Equal(execution, list.LastPath.Execution);
            Close.Equal(above.Outputs, flattened.Outputs, 1e-5);
            Close.Equal(below.Final.C, flattened.Final[0][1], 1e-5);
        }
    }

    [Fact]
    public void CellsOfDifferentStatesAreChecked()
    {
        var three = Stacked.Of(new LstmCell(2, 2, Key.For("a")), new RnnCell(2, 2, Key.For("b")), new LstmCell(2, 2, Key.For("c")));
        GradientCheck.Run(three, Key.Normal([3, 2, 2]), [3, 2]).ThrowIfFailed();
        Assert.Equal([2, 2], three["layer0.Wxf"].Shape.Lengths.ToArray());
        Assert.Equal([2, 2], three["layer1.W"].Shape.Lengths.ToArray());
        Assert.Equal([2, 2], three["layer2.Wxf"].Shape.Lengths.ToArray());
        var four = Stacked.Of(
            new LstmCell(2, 2, Key.For("a")), new RnnCell(2, 2, Key.For("b")),
            new GruCell(2, 2, Key.For("c")), new LstmCell(2, 2, Key.For("d")));
        GradientCheck.Run(four, Key.Normal([3, 2, 2])).ThrowIfFailed();
    }

    [Fact]
    public void ThreeAndFourAreLayersOneAfterTheOther()
    {
        var (a, b) = (new LstmCell(2, 3, Key.For("a")), new RnnCell(3, 4, Key.For("b")));
        var (c, d) = (new LstmCell(4, 2, Key.For("c")), new GruCell(2, 5, Key.For("d")));
        var x = Key.Normal([4, 2, 2]);
        int[] lengths = [3, 4];
        var third = Recurrent.Over(c).Run(Recurrent.Over(b).Run(Recurrent.Over(a).Run(x, lengths).Outputs, lengths).Outputs, lengths);
        var fourth = Recurrent.Over(d).Run(third.Outputs, lengths);
        var three = Recurrent.Over(Stacked.Of(a, b, c)).Run(x, lengths);
        Close.Equal(third.Outputs, three.Outputs, 1e-5);
        Close.Equal(third.Final.C, three.Final.Third.C, 1e-5);
        var four = Recurrent.Over(Stacked.Of(a, b, c, d)).Run(x, lengths);
        Close.Equal(fourth.Outputs, four.Outputs, 1e-5);
        Close.Equal(third.Final.C, four.Final.Third.C, 1e-5);
        Close.Equal(fourth.Final, four.Final.Fourth, 1e-5);
    }

    // Where the states are of one type the stack is a list, as ever.
    [Fact]
    public void CellsOfOneStateAreAList()
    {
        Stacked<Tensor> pair = Stacked.Of(new RnnCell(2, 3, Key.For("a")), new GruCell(3, 3, Key.For("b")));
        Assert.Equal(2, pair.Initial(1, ElementType.Float32).Count);
        Stacked<LstmState> three = Stacked.Of(new LstmCell(2, 2, Key), new LstmCell(2, 2, Key), new LstmCell(2, 2, Key));
        Assert.Equal(3, three.Initial(1, ElementType.Float32).Count);
    }

    [Fact]
    public void AStreamRunsCellsOfDifferentStates()
    {
        var stack = Stacked.Of(new LstmCell(2, 3, Key.For("lower")), new GruCell(3, 4, Key.For("upper")));
        var x = Key.Normal([5, 1, 2]);
        var expected = Recurrent.Over(stack).Run(x).Outputs;
        var stream = StreamingCell.Over(stack, 2);
        Assert.True(stream.IsRecorded);
        for (int t = 0; t < 5; t++) Close.Equal(expected[t], Tensor.From(stream.Step(x[t].AsSpan<float>()), [1, 4]), 1e-5);
    }

    [Fact]
    public void AFlatStateHasTheTensorsOfTheCell()
    {
        var flat = FlatState.Of(new LstmCell(2, 3, Key));
        Assert.Equal(2, flat.Initial(1, ElementType.Float32).Length);
        var error = Assert.Throws<ArgumentException>(() => flat.Step(Tensor.Ones([1, 2]), [Tensor.Ones([1, 3])]));
        Assert.StartsWith("FlatState: the state has 1 tensors, that of LstmCell 2.", error.Message, StringComparison.Ordinal);
        var nested = FlatState.Of(TwoLayers());
        var state = nested.Initial(2, ElementType.Float32);
        var expected = TwoLayers().Step(Tensor.Ones([2, 2]), TwoLayers().Initial(2, ElementType.Float32)).Output;
        Close.Same(expected, nested.Step(Tensor.Ones([2, 2]), state).Output);
        Assert.Throws<ArgumentException>(() => nested.Step(Tensor.Ones([2, 2]), state[..3]));
    }

    [Fact]
    public void TheSameCellTwiceIsAnErrorInTuplesToo()
    {
        var (lstm, gru) = (new LstmCell(2, 2, Key.For("a")), new GruCell(2, 2, Key.For("b")));
        var error = Assert.Throws<ArgumentException>(() => Stacked.Of(lstm, gru, lstm));
        Assert.StartsWith("Stacked: each layer must be a different object.", error.Message, StringComparison.Ordinal);
    }
}
