using Autograd.Layers;
using Autograd.Tests.Layers.Golden;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

public class BidirectionalTests
{
    static readonly RandomKey Key = new(1);
    static readonly Tensor Input = Key.For("input").Normal([5, 3, 2]);
    static readonly int[] Lengths = [3, 5, 1];

    static LstmCell Cell(string name, int hidden = 3) => new(2, hidden, Key.For(name));

    /// <summary>
    /// PyTorch packs sequences of unequal length; its backward final state is that at the first step of the input, as here.
    /// </summary>
    [Fact]
    public void FollowsPyTorchWithLengths()
    {
        var torch = new GoldenCase("bidirectional lstm with lengths");
        var model = Bidirectional.Over(Cell("forward"), Cell("backward"));
        TorchWeight[] weights =
            [.. TorchWeights.Lstm(torch, "forward.cell."), .. TorchWeights.Lstm(torch, "backward.cell.", "_l0_reverse")];
        TorchRun.Check(torch, model, weights, () =>
        {
            var (outputs, forward, backward) = model.Run(torch["x"], torch.Whole("lengths"));
            return [outputs, Stack([forward.Final.H, backward.Final.H]), Stack([forward.Final.C, backward.Final.C])];
        });
    }

    [Fact]
    public void ReversedInputGivesReversedOutputWithTheHalvesSwapped()
    {
        var (one, other) = (Cell("one"), Cell("other"));
        var straight = Bidirectional.Over(one, other).Run(Input);
        var reversed = Bidirectional.Over(other, one).Run(Flip(Input, 0));
        Close.Same(Swapped(straight.Outputs), Flip(reversed.Outputs, 0));
        Close.Same(straight.Forward.Final.C, reversed.Backward.Final.C);
        Close.Same(straight.Backward.Final.C, reversed.Forward.Final.C);
    }

    [Fact]
    public void ReversedInputWithinLengthsGivesReversedOutputWithTheHalvesSwapped()
    {
        var (one, other) = (Cell("one"), Cell("other"));
        var straight = Bidirectional.Over(one, other).Forward(Input, Lengths);
        var reversed = Bidirectional.Over(other, one).Forward(ReverseSequences(Input, Lengths), Lengths);
        Close.Same(Swapped(straight), ReverseSequences(reversed, Lengths));
    }

    [Fact]
    public void BothHalvesAreAlignedWithTheInput()
    {
        var (one, other) = (Cell("one", 3), Cell("other", 4));
        var outputs = Bidirectional.Over(one, other).Forward(Input, Lengths);
        Assert.Equal([5, 3, 7], outputs.Shape.Lengths.ToArray());
        Close.Same(Recurrent.Over(one).Forward(Input, Lengths), Slice(outputs, -1, 0, 3));
        // The last step of each sequence is the first one of the backward cell.
        for (int b = 0; b < 3; b++)
        {
            var last = Slice(Input[(Lengths[b] - 1)..Lengths[b]], 1, b, 1);
            var expected = Recurrent.Over(other).Forward(last);
            Close.Equal(expected, Slice(Slice(outputs, -1, 3, 4)[(Lengths[b] - 1)..Lengths[b]], 1, b, 1), 1e-6);
        }
    }

    [Fact]
    public void ParametersCarryTheDirection()
    {
        var model = Bidirectional.Over(Cell("one"), Cell("other"), InitialState.Learned);
        Assert.Equal(2 * (12 + 2), model.Parameters.Count);
        Assert.Equal([1, 3], model["backward.initial1"].Shape.Lengths.ToArray());
        Assert.NotEqual(model["forward.cell.Wxf"].ToDoubles(), model["backward.cell.Wxf"].ToDoubles());
    }

    [Fact]
    public void TheSameCellTwiceIsAnError()
    {
        var cell = Cell("one");
        var error = Assert.Throws<ArgumentException>(() => Bidirectional.Over(cell, cell));
        Assert.StartsWith("Bidirectional: the same cell was given for both directions; make two.", error.Message);
        Assert.Throws<ArgumentNullException>(() => Bidirectional.Over(null!, cell));
        Assert.Throws<ArgumentNullException>(() => Bidirectional.Over(cell, null!));
    }

    static Tensor Swapped(Tensor outputs) => Concatenate(-1, Slice(outputs, -1, 3, 3), Slice(outputs, -1, 0, 3));
}
