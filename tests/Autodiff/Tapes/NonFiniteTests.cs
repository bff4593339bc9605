using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class NonFiniteTests
{
    static Tape Watching => new() { DetectsNonFinite = true };

    [Fact]
    public void TheFirstOperationStepAndLineAreNamed()
    {
        int step = 0;
        // Fails at the third step only.
        var model = Recurrent.Over(new RnnCell(2, 3, new RandomKey(1), x => step++ < 2 ? Tanh(x) : Log(-Square(x) - 1)));
        using var tape = Watching;
        var error = Assert.Throws<NonFiniteException>(() => model.Forward(Data.Normal([5, 2, 2], 1, ElementType.Float32)));
        Assert.Equal(("Log", 2), (error.Operation, error.Step!.Value));
        Expect.Mentions(error, "Log", "time step 2", "[2, 3]", nameof(NonFiniteTests));
    }

    [Fact]
    public void TheBackwardSweepIsWatchedToo()
    {
        using var tape = Watching;
        var x = tape.Watch(Tensor.Zeros([2]));
        var error = Assert.Throws<NonFiniteException>(() => tape.Gradients(Sum(Sqrt(x)), [x]));
        Expect.Mentions(error, "Sqrt", "backward sweep");
    }

    [Fact]
    public void WhatIsNotFiniteAlreadyIsNotBlamedOnTheOperation()
    {
        using var tape = Watching;
        var x = tape.Watch(Data.Vector(ElementType.Float64, double.NaN, 1));
        Assert.True(double.IsNaN((x * 2).At(0)));
    }

    [Fact]
    public void AGradientOfWhatIsNotFiniteAlreadyIsNotBlamedOnTheParameter()
    {
        using var tape = Watching;
        var w = new Parameter("W", Tensor.Ones([2, 3]));
        var y = MatMul(Tensor.From(new[,] { { 1, float.NaN }, { 2, 3 } }), w);
        var error = Assert.Throws<NonFiniteException>(() => tape.Gradients(Sum(Tanh(y)), [w]));
        Expect.Mentions(error, "the gradient of W [2, 3] is not finite", "came with data given to the tape");
    }

    [Fact]
    public void NothingIsSearchedUnlessAskedFor()
    {
        using var tape = new Tape();
        Assert.True(double.IsNegativeInfinity(Log(tape.Watch(Tensor.Zeros([]))).ToScalar()));
    }
}
