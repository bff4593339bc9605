using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class TapeTests : Poisoned
{
    [Fact]
    public void OneTapePerThread()
    {
        Assert.Null(Tape.Current);
        using (var tape = new Tape())
        {
            Assert.Same(tape, Tape.Current);
            Expect.Mentions(Assert.Throws<TapeException>(() => new Tape()), "already", "Differentiate");
            Assert.Same(tape, Tape.Current);
        }
        Assert.Null(Tape.Current);
        using var next = new Tape();
        Assert.False(next.IsEnded);
    }

    [Fact]
    public void OnlyWhatDependsOnSomethingTrackedIsRecorded()
    {
        var parameter = new Parameter("w", Tensor.Ones([2]));
        using var tape = new Tape();
        _ = Tanh(Tensor.Ones([2]) + 1);
        Assert.Equal(0, tape.Position);
        _ = parameter * 2 + 1;
        Assert.Equal(3, tape.Position);
        var x = Tensor.Ones([2]);
        Assert.Same(x, tape.Watch(x));
        Assert.Equal(4, tape.Position);
        tape.Watch(x);
        tape.Watch(parameter);
        Assert.Equal(4, tape.Position);
    }

    [Fact]
    public void WatchedAndIntermediateTensorsAreSources()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.From(new[] { 2.0, 3.0 }));
        var square = x * x;
        var loss = Sum(square * x);
        var gradients = tape.Gradients(loss, [x, square, loss]);
        Expect.Equal([2], [12, 27], gradients[0]);
        Expect.Equal([2], [2, 3], gradients[1]);
        Expect.Equal([], [1], gradients[2]);
    }

    [Fact]
    public void SourcesMayRepeat()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.From(new[] { 2.0 }));
        var gradients = tape.Gradients(Sum(x * x), [x, x]);
        Assert.All(gradients, gradient => Expect.Equal([1], [4], gradient));
    }

    [Fact]
    public void UntrackedSourcesAndOutputsAreErrors()
    {
        var other = Tensor.Ones([2, 3]);
        using var tape = new Tape();
        var x = tape.Watch(Tensor.Ones([2, 3]));
        Expect.Mentions(
            Assert.Throws<TapeException>(() => tape.Gradients(Sum(x), [x, other])), "source 1", "[2, 3]", "not tracked", "Watch");
        Expect.Mentions(Assert.Throws<TapeException>(() => tape.Gradients(Sum(other), [x])), "output 0", "Sum", "not tracked");
        var late = other * x;
        Assert.Throws<TapeException>(() => tape.Gradients(Sum(late), [other]));
    }

    [Fact]
    public void UnusedSourcesGetZeros()
    {
        var unused = new Parameter("unused", Tensor.Ones([2, 3]));
        using var tape = new Tape();
        var x = tape.Watch(Tensor.Ones([2]));
        var y = tape.Watch(Tensor.Ones([4], ElementType.Float64));
        var gradients = tape.Gradients(Sum(x), [unused, y, x]);
        Expect.Equal([2, 3], new double[6], gradients[0]);
        Expect.Equal([4], new double[4], gradients[1]);
        Assert.Equal(ElementType.Float64, gradients[1].ElementType);
        Expect.Equal([2], [1, 1], gradients[2]);
    }

    [Fact]
    public void ANumberIsNeededWithoutASeed()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.Ones([2]));
        Expect.Mentions(Assert.Throws<ShapeException>(() => tape.Gradients(x * x, [x])), "Gradients", "[2]", "seed");
        Expect.Equal([2], [2, 0], tape.Gradients((x * x)[..1], [x])[0]);
    }

    [Fact]
    public void SeveralOutputsWithSeeds()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.From(new[] { 2.0, 3.0 }));
        Tensor square = x * x, cube = square * x;
        var seeds = new[] { Tensor.From(new[] { 1.0, 10.0 }), Tensor.From(new[] { 100.0, 1000.0 }) };
        Expect.Equal([2], [4 + 1200, 60 + 27000], tape.Gradients([square, cube], seeds, [x])[0]);
        Expect.Equal([2], [4 + 4, 6 + 60], tape.Gradients([square, square], [Tensor.Ones([2], ElementType.Float64), seeds[0]], [x])[0]);
        Expect.Equal([2], [1, 10], tape.Gradients([x], [seeds[0]], [x])[0]);
    }

    [Fact]
    public void BadSeedsAreErrors()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.Ones([2], ElementType.Float64));
        Tensor y = x * x, seed = Tensor.Ones([2], ElementType.Float64);
        Expect.Mentions(Assert.Throws<ArgumentException>(() => tape.Gradients([y, y], [seed], [x])), "Gradients", "2 outputs", "1 seeds");
        Expect.Mentions(
            Assert.Throws<ShapeException>(() => tape.Gradients([y], [Tensor.Ones([3], ElementType.Float64)], [x])), "Gradients", "[2]",
            "[3]");
        Expect.Mentions(
            Assert.Throws<ElementTypeException>(() => tape.Gradients([y], [Tensor.Ones([2])], [x])), "Gradients", "Float32", "Float64");
        Expect.Mentions(
            Assert.Throws<ElementTypeException>(() => tape.Tangents([y], [x], [Tensor.Ones([2])])), "Tangents", "Float32", "Float64");
        Expect.Mentions(
            Assert.Throws<ArgumentOutOfRangeException>(() => tape.Tangents([y], [x], [seed], entries: ..99)), "Tangents", "99");
        Assert.Throws<ArgumentNullException>(() => tape.Gradients([y], [null!], [x]));
        Assert.Throws<ArgumentNullException>(() => tape.Gradients([null!], [seed], [x]));
        Assert.Throws<ArgumentNullException>(() => tape.Gradients([y], [seed], [null!]));
        Assert.Throws<ArgumentNullException>(() => tape.Gradients(null!, [x]));
        Assert.Throws<ArgumentNullException>(() => tape.Gradients(Sum(y), null!));
        Assert.Throws<ArgumentNullException>(() => tape.Watch(null!));
    }

    [Fact]
    public void AfterItsScopeATapeDoesNothing()
    {
        var x = Tensor.Ones([2]);
        var tape = new Tape();
        tape.Watch(x);
        tape.Dispose();
        tape.Dispose();
        Assert.True(tape.IsEnded);
        Expect.Mentions(Assert.Throws<ObjectDisposedException>(() => tape.Watch(x)), "Watch", "ended");
        Assert.Throws<ObjectDisposedException>(() => tape.Position);
        Assert.Throws<ObjectDisposedException>(() => tape.Pause());
        Expect.Mentions(Assert.Throws<ObjectDisposedException>(() => tape.Gradients(x[..1], [x])), "Gradients", "ended");
        Expect.Mentions(Assert.Throws<ObjectDisposedException>(() => tape.Tangents([x], [x], [x])), "Tangents", "ended");
        Expect.Mentions(Assert.Throws<ObjectDisposedException>(() => tape.Bind(new Parameter("w", x), x)), "Bind", "ended");
    }

    [Fact]
    public void AChangedParameterIsAnError()
    {
        var parameter = new Parameter("gate.W", Tensor.Ones([1]));
        using var tape = new Tape();
        var loss = parameter * parameter;
        Expect.Equal([1], [2], tape.Gradients(loss, [parameter])[0]);
        parameter.Assign(Tensor.Zeros([1]));
        Expect.Mentions(Assert.Throws<TapeException>(() => tape.Gradients(loss, [parameter])), "gate.W", "changed");
        Assert.Throws<TapeException>(() => tape.Tangents([loss], [parameter], [Tensor.Ones([1])]));
    }

    [Fact]
    public void WhatIsComputedInAPauseIsNotRecorded()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.From(new[] { 3.0 }));
        Tensor constant;
        using (tape.Pause())
        {
            Assert.False(tape.IsRecording);
            constant = x * x;
            using (tape.Pause()) Assert.False(tape.IsRecording);
            Assert.False(tape.IsRecording);
        }
        Assert.True(tape.IsRecording);
        Expect.Equal([1], [9], tape.Gradients(constant * x, [x])[0]);
        Assert.Throws<TapeException>(() => tape.Gradients(constant, [x]));
    }

    [Fact]
    public void AThreadHasItsOwnTape()
    {
        var parameter = new Parameter("w", Tensor.Ones([1000], ElementType.Float64));
        double[] sums = new double[8];
        Parallel.For(0, 8, i =>
        {
            for (int n = 0; n < 20; n++)
            {
                using var tape = new Tape();
                sums[i] = Sum(tape.Gradients(Sum(parameter * parameter * i), [parameter])[0]).ToScalar();
            }
        });
        Assert.Equal([0, 2000, 4000, 6000, 8000, 10000, 12000, 14000], sums);
    }

    [Fact]
    public void AnotherThreadMayNotUseIt()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.Ones([1]));
        var y = x * 2;
        OnAnotherThread(() =>
        {
            Assert.Null(Tape.Current);
            Expect.Mentions(Assert.Throws<TapeException>(() => y * 2), "ScaleShift", "thread");
            Expect.Mentions(Assert.Throws<TapeException>(() => Unstack(y)), "Unstack", "thread");
            Expect.Mentions(Assert.Throws<TapeException>(() => tape.Gradients(y, [x])), "Gradients", "thread");
            Expect.Mentions(Assert.Throws<TapeException>(() => tape.Tangents([y], [x], [x])), "Tangents", "thread");
            Expect.Mentions(Assert.Throws<TapeException>(() => tape.Watch(x)), "Watch", "thread");
            Expect.Mentions(Assert.Throws<TapeException>(() => tape.Pause()), "Pause", "thread");
            using var own = new Tape();
            Assert.Throws<TapeException>(() => y * 2);
            Expect.Mentions(Assert.Throws<TapeException>(() => y.Detach()), "Detach", "thread");
            Expect.Mentions(Assert.Throws<TapeException>(() => y.ToDoubles()), "AsSpan", "thread");
        });
        Assert.False(tape.IsEnded);
        Expect.Equal([1], [2], tape.Gradients(y, [x])[0]);
    }

    // What an await inside the scope leads to. Nobody else will end the tape, so it ends, and the thread that had it is free again.
    [Fact]
    public void EndingItOnAnotherThreadIsAnErrorAndEndsIt()
    {
#pragma warning disable AG0001 // Another thread ends it.
        var tape = new Tape();
#pragma warning restore AG0001
        var y = tape.Watch(Tensor.Ones([1])) * 2;
        OnAnotherThread(() => Expect.Mentions(Assert.Throws<TapeException>(tape.Dispose), "Dispose", "thread", "await"));
        Assert.True(tape.IsEnded);
        Assert.Null(Tape.Current);
        Assert.Throws<ObjectDisposedException>(() => y * 2);
        using var next = new Tape();
        Assert.Same(next, Tape.Current);
    }

    static void OnAnotherThread(Action action)
    {
        Exception? error = null;
        var thread = new Thread(() => error = Record.Exception(action));
        thread.Start();
        thread.Join();
        Assert.Null(error);
    }
}
