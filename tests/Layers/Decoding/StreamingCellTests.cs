using Autograd.Layers;
using Autograd.Tests.Layers.Recurrence;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Decoding;

public class StreamingCellTests
{
    static readonly RandomKey Key = new(2);

    [Fact]
    public void IsTheLoopOverTheSteps()
    {
        Streams(new RnnCell(3, 4, Key));
        Streams(new LstmCell(3, 4, Key));
        Streams(new PeepholeLstmCell(3, 4, Key));
        Streams(new GruCell(3, 4, Key));
        Streams(new GruCell(3, 4, Key, GruReset.AfterProduct));
        Streams(Stacked.Of<LstmState>(new LstmCell(3, 4, Key), new LstmCell(4, 2, Key.For("upper"))));
    }

    static void Streams<TState>(Cell<TState> cell)
    {
        const int Batch = 2;
        int outputs = cell.Step(Tensor.Zeros([1, 3]), cell.Initial(1, ElementType.Float32)).Output.Shape[1];
        var head = new Linear(outputs, 5, Key.For("head"));
        var stream = StreamingCell.Over(cell, 3, Batch, head.Forward);
        Assert.True(stream.IsRecorded);
        var x = Key.For("x").Normal([20, Batch, 3]);
        for (int pass = 0; pass < 2; pass++)
        {
            var state = cell.Initial(Batch, ElementType.Float32);
            for (int t = 0; t < 20; t++)
            {
                (var y, state) = cell.Step(At(x, t), state);
                Assert.Equal(head.Forward(y).ToArray<float>(), stream.Step(At(x, t).AsSpan<float>()).ToArray());
            }
            Close.Same(State.Tensors(state), State.Tensors(stream.CurrentState));
            stream.Reset();
        }
    }

    [Fact]
    public void AllocatesNothing()
    {
        NoBytes(new LstmCell(16, 32, Key));
        NoBytes(new PeepholeLstmCell(16, 32, Key));
        NoBytes(new GruCell(16, 32, Key));
        NoBytes(Stacked.Of<LstmState>(new LstmCell(16, 32, Key), new LstmCell(32, 32, Key.For("upper"))));
    }

    static void NoBytes<TState>(Cell<TState> cell)
    {
        var head = new Linear(32, 8, Key.For("head"));
        var stream = StreamingCell.Over(cell, 16, readOut: y => LogSoftmax(head.Forward(y)));
        var x = new float[16];
        for (int t = 0; t < 100; t++) stream.Step<float>(x);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int t = 0; t < 1000; t++) x[0] = stream.Step<float>(x)[3];
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void FollowsTheParameters()
    {
        var cell = new RnnCell(2, 3, Key);
        var stream = StreamingCell.Over(cell, 2);
        float[] x = [1, -1];
        stream.Step<float>(x);
        cell["W"].Assign(Tensor.Ones([2, 3]));
        stream.Reset();
        var expected = cell.Step(Tensor.From(x, [1, 2]), Tensor.Zeros([1, 3])).Output;
        Assert.Equal(expected.ToArray<float>(), stream.Step<float>(x).ToArray());
    }

    /// <summary>The next state is made of the state before, in another order.</summary>
    [Fact]
    public void AStateMayMoveThroughItsTensors()
    {
        var delay = new FunctionCell<(Tensor, Tensor, Tensor)>((x, s) => (s.Item3 + 0 * x, (x, s.Item1, s.Item2)), 1, 1, 1);
        var stream = StreamingCell.Over(delay, 1);
        Assert.Equal([0f, 0, 0, 1, 2, 3], Enumerable.Range(1, 6).Select(t => stream.Step<float>([t])[0]));
    }

    [Fact]
    public void ACellThatReadsValuesRunsAsItIs()
    {
        var branching = new FunctionCell<Tensor>((x, h) => x.At(0, 0) > 0 ? (h + x, h + x) : (h, h), 1);
        var stream = StreamingCell.Over(branching, 1);
        Assert.False(stream.IsRecorded);
        Assert.Equal([1f, 1, 3, 3], ((float[])[1, -5, 2, -1]).Select(x => stream.Step<float>([x])[0]));
        Assert.Equal([3.0], stream.CurrentState.ToDoubles());
        stream.Reset();
        Assert.Equal(4, stream.Step<float>([4])[0]);
        // So does one with an operation that has several results.
        var split = new FunctionCell<Tensor>((x, h) => Unstack(x, 1) is var parts ? (parts[0] + parts[1], h) : default, 1);
        var other = StreamingCell.Over(split, 2);
        Assert.False(other.IsRecorded);
        Assert.Equal(5, other.Step<float>([2, 3])[0]);
    }

    [Fact]
    public void InputsOfAnyShapeAreThoseOfTheLayer()
    {
        var cell = new FunctionCell<Tensor>((x, s) => (Sum(x * s, 2), Tanh(s + x)), 2);
        var initial = Key.For("s").Normal([2, 4, 3]);
        var x = Key.For("x").Normal([6, 2, 4, 3]);
        var expected = Recurrent.Over(cell).Run(x, initial);
        var stream = StreamingCell.Over(cell, [4, 3], initial, batch: 2, readOut: y => 2 * y);
        Assert.True(stream.IsRecorded);
        for (int t = 0; t < 6; t++) Close.Equal(2 * expected.Outputs[t], Tensor.From(stream.Step(x[t].AsSpan<float>()), [2, 4]), 1e-5);
        Close.Equal(expected.Final, stream.CurrentState, 1e-5);
        Refused.With<ShapeException>("StreamingCell: 3 numbers were given for an input [2, 4, 3].", () => stream.Step<float>([1, 2, 3]));
        const string Shape = "StreamingCell: the shape of the input, {0}, must have an axis, and none that is empty.";
        Refused.With<ShapeException>(Shape.Replace("{0}", "[]", StringComparison.Ordinal), () => StreamingCell.Over(cell, []));
        Refused.With<ShapeException>(Shape.Replace("{0}", "[2, 0]", StringComparison.Ordinal), () => StreamingCell.Over(cell, [2, 0]));
    }

    [Fact]
    public void WhatIsRefused()
    {
        var cell = new RnnCell(2, 3, Key);
        Refused.With<ArgumentOutOfRangeException>("StreamingCell: inputs must be at least 1; it is 0.", () => StreamingCell.Over(cell, 0));
        Refused.With<ArgumentOutOfRangeException>(
            "StreamingCell: batch must be at least 1; it is 0.", () => StreamingCell.Over(cell, 2, 0));
        var stream = StreamingCell.Over(cell, 2);
        Refused.With<ShapeException>("StreamingCell: 3 numbers were given for an input [1, 2].", () => stream.Step<float>([1, 2, 3]));
        Refused.With<ElementTypeException>("StreamingCell: the input is Double; the stream is Float32.", () => stream.Step<double>([1, 2]));
        using var tape = new Tape();
        Assert.Throws<TapeException>(() => StreamingCell.Over(cell, 2));
    }
}
