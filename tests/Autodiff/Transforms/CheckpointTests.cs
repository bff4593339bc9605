using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class CheckpointTests : Poisoned
{
    static readonly RandomKey Key = new(8);
    static readonly Recurrent<LstmState> Model = Recurrent.Over(new LstmCell(2, 5, Key));

    [Theory]
    [InlineData(1, 30, 6)]
    [InlineData(3, 24, 5)]
    [InlineData(32, 40, 7)]
    [InlineData(100, 9, 3)]
    public void TheBitsAreThoseWithoutCheckpoints(int batch, int time, int segment)
    {
        var x = Key.For("x").Normal([time, batch, 2]);
        Assert.Equal(Gradients(x, time, checkpoints: false), Gradients(x, segment, checkpoints: true));
    }

    // √T segments of √T steps: forward only the states at the cuts are held, and backward those of one segment beside them.
    [Fact]
    public void ALongSequenceHoldsTwiceTheRootOfItsStates()
    {
        const int Time = 10_000, Segment = 100;
        var x = Key.For("long").Normal([Time, 1, 2]);
        using (var tape = new Tape())
        {
            tape.Watch(x);
            Run(x, Segment, checkpoints: true);
            var entries = tape.Entries();
            int states = entries.Where(entry => entry.Operation == "Checkpoint" && entry.Shape == Shape.Create([1, 5]))
                .Sum(entry => entry.Results) / 2;
            Assert.InRange(states, 1, Segment);
            Assert.DoesNotContain(entries, entry => entry.Operation == "MatMul");
        }
        Assert.Equal(Gradients(x, Time, checkpoints: false), Gradients(x, Segment, checkpoints: true));
    }

    [Fact]
    public void RandomMasksAreTheSameAgain()
    {
        var weight = new Parameter("w", Key.Normal([4, 4]));
        var x = Key.For("x").Normal([3, 4]);
        Tensor Masked() => Dropout(Tanh(MatMul(x, weight)), 0.5, Key.For("mask"));
        using var tape = new Tape();
        var plain = tape.Gradients(Sum(Square(Masked())), [weight])[0].ToArray<float>();
        var again = tape.Gradients(Sum(Square(Checkpoint.Run(Masked))), [weight])[0].ToArray<float>();
        Assert.Equal(plain, again);
    }

    [Fact]
    public void CheckpointsNestAndAreCheckedToSecondOrder()
    {
        Tensor Function(Tensor x) => Checkpoint.Run(() => Exp(Checkpoint.Run(() => Sin(x) * x)) + x);
        GradientCheck.Run(Function, Data.Normal([3])).ThrowIfFailed();
    }

    [Fact]
    public void WhatWasMadeInsideEndsWithTheSegment()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.Ones([2]));
        Tensor? inside = null;
        var y = Checkpoint.Run(() => (inside = x * 3) + 1);
        Assert.Throws<ObjectDisposedException>(() => inside! * 2);
        Expect.Equal([2], [4, 4], y.Detach());
        Expect.Equal([2], [3, 3], tape.Gradients(Sum(y), [x])[0].Detach());
    }

    [Fact]
    public void WithoutARecordTheSegmentIsJustRun()
    {
        Expect.Equal([1], [2], Checkpoint.Run(() => Tensor.Ones([1]) + 1));
        using var tape = new Tape();
        Expect.Equal([1], [2], Checkpoint.Run(() => Tensor.Ones([1]) + 1).Detach());
        using var pause = tape.Pause();
        Expect.Equal([1], [2], Checkpoint.Run(() => Tensor.Ones([1]) + 1).Detach());
    }

    [Fact]
    public void ASegmentThatComputesSomethingElseIsAnError()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.Ones([4]));
        int calls = 0;
        var y = Checkpoint.Run(() => x[..(calls++ == 0 ? 2 : 3)] * 2);
        var loss = Sum(y);
        int before = tape.Position;
        Expect.Mentions(Assert.Throws<ShapeException>(() => tape.Gradients(loss, [x])), "Checkpoint", "[2]", "[3]");
        Assert.Equal(before, tape.Position);
        Expect.Mentions(Assert.Throws<ShapeException>(() => tape.Tangents([y], [x], [x])), "Checkpoint", "[2]", "[3]");
    }

    static float[][] Gradients(Tensor x, int segment, bool checkpoints)
    {
        using var tape = new Tape();
        tape.Watch(x);
        var (loss, _) = Run(x, segment, checkpoints);
        return Array.ConvertAll(tape.Gradients(loss, [x, .. Model.Parameters]), gradient => gradient.ToArray<float>());
    }

    static (Tensor Loss, LstmState Final) Run(Tensor x, int segment, bool checkpoints)
    {
        var inputs = Unstack(x);
        var state = Model.Cell.Initial(x.Shape[1], x.ElementType);
        Tensor? loss = null;
        for (int start = 0; start < inputs.Length; start += segment)
        {
            var (from, before) = (start, state);
            Func<Tensor[]> steps = () => Steps(inputs[from..Math.Min(from + segment, inputs.Length)], before);
            var results = checkpoints ? Checkpoint.Run(steps) : steps();
            state = new LstmState(results[0], results[1]);
        }
        loss = Sum(Square(state.H)) + Sum(state.C);
        return (loss, state);
    }

    static Tensor[] Steps(Tensor[] inputs, LstmState state)
    {
        foreach (var x in inputs) (_, state) = Model.Cell.Step(x, state);
        return [state.H, state.C];
    }
}
