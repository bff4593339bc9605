using Autograd.Layers;
using Autograd.Tests.Layers.Recurrence;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Decoding;

/// <summary>The states, modes and numbers of a stream's steps.</summary>
public class StreamStateTests
{
    static readonly RandomKey Key = new(5);
    static readonly float[] Ramp = [1, 2, 3, 4, 5, 6];

    /// <summary>A recorded step would keep the numbers of its recording for ever.</summary>
    [Fact]
    public void AStepThatIsNotPureIsRunAsItIs()
    {
        var (numbers, calls) = (new Random(1), 0);
        var noisy = StreamingCell.Over(new FunctionCell<Tensor>((x, s) => (x + numbers.NextDouble(), s), 1), 1);
        Assert.False(noisy.IsRecorded);
        Assert.NotEqual(noisy.Step<float>([1])[0], noisy.Step<float>([1])[0]);
        Assert.False(StreamingCell.Over(new FunctionCell<Tensor>((x, s) => calls++ % 4 == 3 ? (s, x) : (x, x), 1), 1).IsRecorded);
        Assert.True(StreamingCell.Over(new FunctionCell<Tensor>((x, s) => (s + x, x), 1), 1).IsRecorded);
    }

    /// <summary>The output is that of the step, even where it is the memory in which the state was.</summary>
    [Fact]
    public void TheOutputIsThatOfTheStep()
    {
        Delays(new FunctionCell<Tensor>((x, s) => (s, x), 1));
        Delays(new FunctionCell<Tensor>((x, s) => (s.Reshape(1, 1), x), 1));
        Delays(new FunctionCell<Tensor>((x, s) => (Slice(s, 1, 0, 1), Concatenate(1, x, x)), 2));
        Delays(new FunctionCell<(Tensor, Tensor)>((x, s) => (s.Item2, (s.Item2, x)), 1));
        Delays(new FunctionCell<LayerStates<Tensor>>((x, s) => (s[0], new([x]))), new LayerStates<Tensor>([Tensor.Zeros([1, 1])]));
        var twice = StreamingCell.Over(new FunctionCell<Tensor>((x, s) => (s, s + x), 1), 1, readOut: y => 2 * y);
        Assert.Equal([0f, 2, 6, 12, 20, 30], Ramp.Select(x => twice.Step<float>([x])[0]));
    }

    static void Delays<TState>(Cell<TState> cell) => Delays(cell, cell.Initial(1, ElementType.Float32));

    static void Delays<TState>(Cell<TState> cell, TState initial)
    {
        var stream = StreamingCell.Over(cell, 1, initial);
        Assert.True(stream.IsRecorded);
        foreach (float x in Ramp)
        {
            var output = stream.Step<float>([x]);
            // Not even resetting, or another state, changes what was given.
            var state = stream.CurrentState;
            stream.Reset();
            stream.CurrentState = State.Map(state, tensor => tensor + 100);
            Assert.Equal(x - 1, output[0]);
            stream.CurrentState = state;
        }
    }

    [Fact]
    public void BeginsAtAGivenOrALearnedState()
    {
        var cell = new LstmCell(2, 3, Key);
        var layer = Recurrent.Over(cell, InitialState.Learned);
        var x = Key.For("x").Normal([4, 2, 2]);
        var stream = StreamingCell.Over(cell, 2, batch: 2);
        // Learned after the stream was made.
        layer["initial0"].Assign(Key.For("h").Normal([1, 3]));
        Follows(layer.Run(x), stream);
        layer["initial1"].Assign(Key.For("c").Normal([1, 3]));
        stream.Reset();
        Follows(layer.Run(x), stream);
        var given = new LstmState(Key.For("h").Normal([2, 3]), Key.For("c").Normal([2, 3]));
        var from = StreamingCell.Over(cell, 2, given, batch: 2);
        Follows(layer.Run(x, given), from);
        from.Reset();
        Follows(layer.Run(x, given), from);
        stream.CurrentState = given;
        Follows(layer.Run(x, given), stream);

        void Follows(Unrolled<LstmState> expected, StreamingCell<LstmState> found)
        {
            for (int t = 0; t < 4; t++)
                Close.Equal(expected.Outputs[t], Tensor.From(found.Step(x[t].AsSpan<float>()).ToArray()).Reshape(2, 3), 1e-6);
            Close.Equal(expected.Final.C, found.CurrentState.C, 1e-6);
        }
    }

    /// <summary>One of several goes back; the others do not notice. Whether the cell is recorded or not.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OneStreamIsResetByItself(bool isRecorded)
    {
        var sum = new FunctionCell<(Tensor Sum, Tensor Last)>(
            (x, s) => (isRecorded || x.At(0, 0) > -1 ? s.Sum + x : x, (s.Sum + x, x)), 1, 1);
        (Tensor Sum, Tensor Last) initial = (Tensor.From([10f, 20, 30], [3, 1]), Tensor.Zeros([3, 1]));
        var stream = StreamingCell.Over(sum, 1, initial, batch: 3);
        Assert.Equal(isRecorded, stream.IsRecorded);
        Assert.Equal([11f, 22, 33], stream.Step<float>([1, 2, 3]).ToArray());
        stream.Reset(1);
        Assert.Equal(1, stream.Time);
        Assert.Equal([1.0, 0, 3], stream.CurrentState.Last.ToDoubles());
        Assert.Equal([12f, 21, 34], stream.Step<float>([1, 1, 1]).ToArray());
        Refused.With<ArgumentOutOfRangeException>("StreamingCell: there is no stream 3; there are 3.", () => stream.Reset(3));
    }

    /// <summary>Wherever the mode is asked for: in the cell, in the read-out, in a layer that is no part of anything.</summary>
    [Fact]
    public void FollowsTheModeOfTheTimeOfTheStep()
    {
        var dropout = new Dropout(0.5, Key);
        var cell = VariationalDropout.Around(new RnnCell(2, 4, Key), Key.For("d"), 0.5, 0.5, [0.5]);
        dropout.Train(1);
        cell.Train(3);
        var stream = StreamingCell.Over(cell, 2, batch: 2, readOut: y => dropout.Forward(y));
        var state = cell.Initial(2, ElementType.Float32);
        for (int t = 0; t < 12; t++)
        {
            if (t % 3 == 0) cell.Evaluate();
            if (t % 3 == 1) cell.Train(t);
            if (t % 4 == 0) dropout.Evaluate();
            if (t % 4 == 2) dropout.Train(t);
            var x = Key.For("x").At(t).Normal([2, 2]);
            (var y, state) = cell.Step(x, state);
            Assert.Equal(dropout.Forward(y).ToArray<float>(), stream.Step(x.AsSpan<float>()).ToArray());
            Assert.True(stream.IsRecorded);
        }
    }

    /// <summary>Masks of a step are drawn at each, so nothing of one step is kept for all; in evaluation there are none.</summary>
    [Fact]
    public void MasksOfAStepAdvanceWithTheStream()
    {
        var cell = Zoneout.Around(new FunctionCell<Tensor>((x, s) => (s + x, s + x), 8), Key, 0.5);
        var (layer, x) = (Recurrent.Over(cell), Tensor.Ones([6, 1, 1]));
        cell.Train(1);
        var stream = StreamingCell.Over(cell, 1);
        Assert.False(stream.IsRecorded);
        for (int pass = 0; pass < 2; pass++)
        {
            for (int t = 0; t < 6; t++) stream.Step<float>([1]);
            Close.Same(layer.Run(x).Final, stream.CurrentState);
            stream.Reset();
        }
        cell.Evaluate();
        stream.Step<float>([1]);
        Assert.True(stream.IsRecorded);
        stream.Time = 4;
        stream.CurrentState = layer.Run(x[..4]).Final;
        cell.Train(2);
        stream.Step<float>([1]);
        Assert.Equal(5, stream.Time);
        Close.Same(layer.Run(x[..1], StateAfter(4), firstStep: 4).Final, stream.CurrentState);

        Tensor StateAfter(int steps)
        {
            cell.Evaluate();
            var state = layer.Run(x[..steps]).Final;
            cell.Train(2);
            return state;
        }
    }

    /// <summary>Whatever a step may depend on that differs from step to step.</summary>
    [Fact]
    public void StepsThatUseTheirNumberAreNotRecorded()
    {
        Advances((x, s) => s + x + Key.At(TimeStep.Current).Normal([1, 4]));
        Advances((x, s) => s + x * TimeStep.Current.ToTensor());
        Advances((x, s) => TimeStep.Current.Number % 2 == 0 ? s + x : 2 * s);
        Advances((x, s) => s + x * Dropout(Tensor.Ones([1, 4]), 0.5, Key.At(TimeStep.Current)));
    }

    static void Advances(Func<Tensor, Tensor, Tensor> next)
    {
        var cell = new FunctionCell<Tensor>((x, s) => next(x, s) is var h ? (h, h) : default, 4);
        var stream = StreamingCell.Over(cell, 1);
        Assert.False(stream.IsRecorded);
        var expected = Recurrent.Over(cell).Forward(Tensor.Ones([5, 1, 1]));
        for (int t = 0; t < 5; t++) Close.Equal(expected[t].Reshape(4), Tensor.From(stream.Step<float>([1]).ToArray()), 1e-6);
    }

    /// <summary>An error of the cell is that error, when the stream is made and when it runs, and the state is what it was.</summary>
    [Fact]
    public void ErrorsOfTheCellPassThrough()
    {
        var broken = new FunctionCell<Tensor>((_, _) => throw new InvalidOperationException("broken"), 1);
        Refused.With<InvalidOperationException>("broken", () => StreamingCell.Over(broken, 1));
        Refused.With<ObjectDisposedException>(
            "Cannot", () =>
            StreamingCell.Over(new FunctionCell<Tensor>((_, _) => throw new ObjectDisposedException(null, "Cannot"), 1), 1));
        Refused.With<ShapeException>(
            "GrowingCell.Step: tensor 0 of the state is [1, 2] before the step and [1, 4] after it.",
            () => StreamingCell.Over(new GrowingCell(), 2));
        var fragile = new FunctionCell<Tensor>(
            (x, s) => x.At(0, 0) < 0 ? throw new InvalidOperationException("negative") : (s + x, s + x), 1);
        var stream = StreamingCell.Over(fragile, 1);
        Assert.Equal(2, stream.Step<float>([2])[0]);
        Refused.With<InvalidOperationException>("negative", () => stream.Step<float>([-1]));
        Assert.Equal(1, stream.Time);
        Assert.Equal(5, stream.Step<float>([3])[0]);
        var moody = new Moody();
        var other = StreamingCell.Over(moody, 1);
        moody.Train(0);
        Refused.With<InvalidOperationException>("not in training", () => other.Step<float>([1]));
        moody.Evaluate();
        Assert.Equal(1, other.Step<float>([1])[0]);
    }

    /// <summary>A step that needs a tape of its own cannot be recorded, and runs as it is.</summary>
    [Fact]
    public void AStepMayHaveATapeOfItsOwn()
    {
        var descending = new FunctionCell<Tensor>((x, s) => Descend(x, s) is var next ? (next, next) : default, 1);
        var stream = StreamingCell.Over(descending, 1);
        Assert.False(stream.IsRecorded);
        Assert.Equal(2, stream.Step<float>([2])[0]);
        Assert.Equal(3, stream.Step<float>([1])[0]);

        static Tensor Descend(Tensor x, Tensor s)
        {
            using var tape = new Tape();
            var at = tape.Watch(s.Detach());
            return (s + tape.Gradients(Sum(at * x), [at])[0]).Detach();
        }
    }

    [Fact]
    public void StatesThatDoNotFitAreRefused()
    {
        var cell = new RnnCell(2, 3, Key);
        const string Message = "StreamingCell: tensor 0 of the initial state is [1, 3]; its first axis must be the batch, 2 in x [2, 2].";
        Refused.With<ShapeException>(Message, () => StreamingCell.Over(cell, 2, Tensor.Zeros([1, 3]), batch: 2));
        var stream = StreamingCell.Over(cell, 2, batch: 2);
        Refused.With<ShapeException>(Message, () => stream.CurrentState = Tensor.Zeros([1, 3]));
        Refused.With<ElementTypeException>(
            "StreamingCell: tensor 0 of the initial state is Float64; the input is Float32.",
            () => stream.CurrentState = Tensor.Zeros([2, 3], ElementType.Float64));
        Refused.With<ArgumentOutOfRangeException>("StreamingCell: Time must be at least 0; it is -1.", () => stream.Time = -1);
    }

    /// <summary>A stream of doubles, and states of another size than the cell's own.</summary>
    [Fact]
    public void ShapesAndTypesAreThoseOfTheState()
    {
        var sum = new FunctionCell<Tensor>((x, s) => (Sum(s, 1).Reshape(1, 1) + x, 0.5 * s), 2);
        var stream = StreamingCell.Over(sum, 1, type: ElementType.Float64);
        Assert.Equal(4.0, stream.Step<double>([4])[0]);
        stream.CurrentState = Tensor.Ones([1, 5], ElementType.Float64);
        Assert.Equal(6.0, stream.Step<double>([1])[0]);
        Assert.Equal(3.5, stream.Step<double>([1])[0]);
        stream.Reset();
        Assert.Equal(1.0, stream.Step<double>([1])[0]);
    }

    sealed class Moody() : Cell<Tensor>(default, 1)
    {
        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state) =>
            IsTraining ? throw new InvalidOperationException("not in training") : (state + x, state + x);
    }
}
