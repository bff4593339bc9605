using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

/// <summary>What a segment is run again under, and what it must give.</summary>
public class SegmentTests : Poisoned
{
    static readonly RandomKey Key = new(3);

    [Fact]
    public void AResultThatOnlyPassesThroughKeepsItsGradient()
    {
        using var tape = new Tape();
        var (x, y, w) = (Watched(tape, 1, 2), Watched(tape, 3, 4), new Parameter("w", Tensor.From([0.7])));
        var doubled = y * 2;
        var results = Checkpoint.Run(() => new[] { y, doubled, Tanh(x), w });
        var loss = Sum(Square(results[0])) + Sum(Square(results[1])) + Sum(results[2]) + Sum(Square(results[3]));
        Expect.Near([6 + 24, 8 + 32], tape.Gradients(loss, [y])[0]);
        Expect.Near([1.4], tape.Gradients(loss, [w])[0]);
        Expect.Near([30], tape.Tangents([loss], [y], [Tensor.From([1.0, 0])])[0]);
    }

    [Fact]
    public void AFunctionOverAVariableOfALoopIsRefused()
    {
        using var tape = new Tape();
        var w = new Parameter("w", Key.Normal([2, 2], 1, ElementType.Float64));
        var h = Key.For("h").Normal([1, 2], 1, ElementType.Float64);
#pragma warning disable AG0003 // The variable that changes is what the test is about.
        for (int t = 0; t < 4; t++) h = Checkpoint.Run(() => Tanh(MatMul(h, w)));
#pragma warning restore AG0003
        Expect.Mentions(Assert.Throws<TapeException>(() => tape.Gradients(Sum(h), [w])), "Checkpoint", "result 0", "variables");
    }

    // Equal numbers do not make it the same computation.
    [Fact]
    public void EqualValuesOfOtherTensorsAreRefused()
    {
        using var tape = new Tape();
        var (x, y) = (Watched(tape, 1, 2), Watched(tape, 1, 2));
        var used = x;
        var z = Checkpoint.Run(() => Tanh(used));
        used = y;
        Expect.Mentions(Assert.Throws<TapeException>(() => tape.Gradients(Sum(z), [x, y])), "Checkpoint", "other tensors");
    }

    [Theory]
    [InlineData(Execution.Compiled, true)]
    [InlineData(Execution.Compiled, false)]
    [InlineData(Execution.Eager, true)]
    [InlineData(Execution.Eager, false)]
    public void TheModeOfTheFirstRunCounts(Execution execution, bool evaluates)
    {
        float[] Gradient(long? budget)
        {
            var layer = Recurrent.Over(VariationalDropout.Around(new RnnCell(2, 3, Key), Key.For("d"), 0.5, 0.5));
            (layer.Execution, layer.MemoryBudget) = (execution, budget);
            using var tape = new Tape();
            layer.Train(1);
            var loss = Sum(Square(layer.Forward(Key.Normal([12, 2, 2]))));
            layer.Execution = execution == Execution.Eager ? Execution.Compiled : Execution.Eager;
            if (evaluates) layer.Evaluate();
            else layer.Train(2);
            return tape.Gradients(loss, [layer.Parameters[0]])[0].ToArray<float>();
        }

        var (whole, segments) = (Gradient(null), Gradient(1));
        for (int i = 0; i < whole.Length; i++)
            Assert.Equal(whole[i], segments[i], 12 * 8 * ElementType.Float32.Epsilon() * (1 + Math.Abs(whole[i])));
    }

    [Theory]
    [InlineData(Execution.Compiled)]
    [InlineData(Execution.Eager)]
    public void TheTimeStepOfTheFirstRunCounts(Execution execution)
    {
        var layer = Recurrent.Over(new Masked());
        layer.Execution = execution;
        using var tape = new Tape();
        var x = tape.Watch(Tensor.Ones([5, 1, 6]));
        var y = layer.Forward(x);
        Assert.Equal(y.ToArray<float>(), tape.Gradients(Sum(y), [x])[0].ToArray<float>());
        Assert.NotEqual(y[0].ToArray<float>(), y[1].ToArray<float>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void UsesByStepAreThoseWithoutSegments(bool stepsAreInside)
    {
        var w = new Parameter("w", Key.Normal([2, 2], 0.5, ElementType.Float64));
        var first = Key.For("h").Normal([1, 2], 1, ElementType.Float64);
        double[][] Gradients(bool isSegment)
        {
            using var tape = new Tape();
            var uses = tape.SplitByStep(w);
            Tensor Segment(Func<Tensor> function) => isSegment ? Checkpoint.Run(function) : function();
            Tensor Steps()
            {
                var h = first;
                for (int t = 0; t < 4; t++)
                {
                    tape.BeginStep(t);
                    var before = h;
                    h = stepsAreInside ? Tanh(MatMul(before, w)) : Segment(() => Tanh(MatMul(before, w)));
                }
                tape.BeginStep(-1);
                return h;
            }

            var loss = Sum(stepsAreInside ? Segment(Steps) : Steps());
            return [uses.Gradients(loss).ToDoubles(), tape.Gradients(loss, [w])[0].ToDoubles()];
        }

        Assert.Equal(Gradients(false), Gradients(true));
    }

    [Fact]
    public void ValuesBoundAtTheFirstRunCount()
    {
        var w = new Parameter("w", Tensor.From([3.0]));
        using var tape = new Tape();
        var x = Watched(tape, 2);
        var one = tape.Watch(Tensor.From([5.0]));
        tape.Bind(w, one);
        var y = Checkpoint.Run(() => x * w * w);
        tape.Rebind(w, Tensor.From([7.0]));
        Expect.Near([25], tape.Gradients(y, [x])[0]);
        Expect.Near([20], tape.Gradients(y, [one])[0]);
    }

    [Fact]
    public void WhatIsWatchedInsideStaysWatched()
    {
        using var tape = new Tape();
        var (x, c) = (Watched(tape, 0.5), Tensor.From([3.0]));
        var y = Checkpoint.Run(() =>
        {
            tape.Watch(c);
            return Sin(x) * c;
        });
        Expect.Near([3 * Math.Cos(0.5)], tape.Gradients(y, [x])[0]);
        Expect.Near([Math.Sin(0.5)], tape.Gradients(y, [c])[0]);
    }

    [Fact]
    public void ASegmentThatGivesNothingIsAnError()
    {
        using var tape = new Tape();
        var x = Watched(tape, 1);
        Expect.Mentions(Assert.Throws<TapeException>(() => Checkpoint.Run(() => (Tensor[])null!)), "Checkpoint", "null");
        Expect.Mentions(Assert.Throws<TapeException>(() => Checkpoint.Run(() => new[] { x, null! })), "Checkpoint", "result 1", "null");
    }

    [Fact]
    public void ASequenceInSegmentsIsTheSequence()
    {
        var w = new Parameter("w", Key.Normal([3, 3], 0.5));
        var x = Key.For("x").Normal([7, 2, 3]);
        float[][] Run(int length)
        {
            using var tape = new Tape();
            var (outputs, final) = Checkpoint.Sequence(7, length, [Tensor.Zeros([2, 3])], (first, count, state) =>
            {
                var (h, all) = (state[0], new Tensor[count]);
                for (int t = 0; t < count; t++) all[t] = h = Tanh(MatMul(h, w) + x[first + t]);
                return (Stack(all), [h]);
            });
            var loss = Sum(Square(outputs)) + Sum(final[0]);
            return [outputs.ToArray<float>(), .. tape.Gradients(loss, [w]).Select(gradient => gradient.ToArray<float>())];
        }

        Assert.Equal(Run(7)[0], Run(3)[0]);
        Assert.Equal(Run(2), Run(3));
    }

    [Fact]
    public void BothModesGoThroughASequenceInSegments()
    {
        using var tape = new Tape();
        var a = Watched(tape, 2);
        var (outputs, _) = Checkpoint.Sequence(5, 2, [a], (first, count, state) =>
            (Stack([.. Enumerable.Range(first, count).Select(i => state[0] * (i + 1))]), [state[0]]));
        Expect.Near([1, 2, 3, 4, 5], tape.Tangents([outputs], [a], [Tensor.From([1.0])])[0]);
        Expect.Near([15], tape.Gradients(Sum(outputs), [a])[0]);
    }

    [Theory]
    [InlineData(Execution.Compiled)]
    [InlineData(Execution.Eager)]
    public void SecondOrderSeesNoBudget(Execution execution)
    {
        var layer = Recurrent.Over(new LstmCell(2, 3, Key));
        layer.Execution = execution;
        Tensor Loss(Tensor x) => Sum(Square(layer.Forward(x)));
        var (x, along) = (Key.Normal([9, 2, 2]), Key.For("along").Normal([9, 2, 2]));
        var whole = Differentiate.HessianVectorProduct(Loss, x, along).Product;
        layer.MemoryBudget = 1;
        Expect.Near(whole, Differentiate.HessianVectorProduct(Loss, x, along).Product, 9 * 16, scale: 1);
        GradientCheck.Run(at => layer.Forward(at[0]), [x], layer.Parameters).ThrowIfFailed();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void ASegmentOfOtherLengthThanAskedForIsAnError(int more)
    {
        using var tape = new Tape();
        var x = Watched(tape, 1, 2);
        Expect.Mentions(
            Assert.Throws<ShapeException>(
            () => Checkpoint.Sequence(6, 3, [x], (_, count, state) => (Stack([.. Enumerable.Repeat(x * 2, count + more)]), state))),
            "Sequence", "step 0", "[3, …]");
        Assert.Throws<ArgumentNullException>(() => Checkpoint.Sequence(6, 3, null!, (_, _, state) => (x, state)));
        Expect.Mentions(Assert.Throws<TapeException>(() => Checkpoint.Sequence(6, 3, [x], (_, count, _) => (x, null!))), "null");
    }

    [Fact]
    public void ABoundParameterAsResultIsItsValue()
    {
        var p = new Parameter("p", Tensor.From([0.2f, 0.5f]));
        using var tape = new Tape();
        var value = Watched(tape, 1.5, 0.2);
        tape.Bind(p, value);
        var results = Checkpoint.Run(() => new[] { p, p * p });
        Expect.Near([1.5, 0.2], results[0] * 1);
        Expect.Near([3 * 1.5 * 1.5, 3 * 0.2 * 0.2], tape.Gradients(Sum(results[0] * results[1]), [value])[0]);
        Expect.Near([1.5, 0.2], new Constant(p).Apply(value));
        Expect.Near([2.25, 0.04], tape.Gradients([value * 1], [p], [value])[0] * value);
        Expect.Near([1.5, 0.2], Differentiate.Vjp(() => p, [p], value).Value);
    }

    [Fact]
    public void AResultOfAnEndedTapeIsRefused()
    {
        Tensor old;
#pragma warning disable AG0006 // What has ended is what the test is about.
        using (var before = new Tape()) old = Watched(before, 1, 2) * 2;
#pragma warning restore AG0006
        using var tape = new Tape();
        var x = Watched(tape, 1, 2);
        Expect.Mentions(Assert.Throws<ObjectDisposedException>(() => Checkpoint.Run(() => new[] { old, x * x })), "Checkpoint", "ended");
    }

    [Fact]
    public void ASegmentMayDifferentiateAtAnArgumentOfItsOwn()
    {
        var p = new Parameter("p", Tensor.From([0.2, 0.5]));
        var k = Tensor.From([1.0, 2.0]);
        Tensor Penalty() => Sum(Differentiate.Gradient(a => Sum(a * a * p * p), k));
        using var tape = new Tape();
        Assert.Equal(tape.Gradients(Penalty(), [p])[0].ToDoubles(), tape.Gradients(Checkpoint.Run(Penalty), [p])[0].ToDoubles());
    }

    [Fact]
    public void TheTapeCannotEndWithinASegmentOrAValue()
    {
        using var tape = new Tape();
        var x = Watched(tape, 1);
        Expect.Mentions(Assert.Throws<TapeException>(() => Checkpoint.Run(() =>
        {
            tape.Dispose();
            return x * x;
        })), "Dispose", "segment");
        Assert.False(tape.IsEnded);
    }

    static Tensor Watched(Tape tape, params double[] values) => tape.Watch(Tensor.From(values));

    sealed class Constant(Tensor value) : CustomOperation
    {
        public override Tensor Value(ReadOnlySpan<Tensor> operands) => value;

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) => null;
    }

    sealed class Masked() : Cell<Tensor>(default, 6)
    {
        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state) =>
            (Checkpoint.Run(() => x * StepMask([1, 6], 0.5, Key, x.ElementType)), state);
    }
}
