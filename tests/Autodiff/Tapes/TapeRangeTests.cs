using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class TapeRangeTests : Poisoned
{
    [Theory, InlineData(false), InlineData(true)]
    public void TwoHalvesMakeTheWhole(bool record)
    {
        var weight = new Parameter("w", Data.Normal([3, 3], 1));
        using var tape = new Tape();
        var start = tape.Watch(Data.Normal([2, 3], 2));
        var state = start;
        for (int t = 0; t < 4; t++) state = Tanh(MatMul(state, weight));
        int cut = tape.Position;
        var middle = state;
        for (int t = 0; t < 4; t++) state = Tanh(MatMul(state, weight));
        var loss = Sum(Square(state));
        var whole = tape.Gradients(loss, [weight, start]);
        var seed = Tensor.Ones([], ElementType.Float64);
        var later = tape.Gradients([loss], [seed], [weight, middle], record, cut..);
        var earlier = tape.Gradients([middle], [later[1]], [weight, start], record, ..cut);
        Expect.Near(whole[0], later[0] + earlier[0], epsilons: 64, scale: 1);
        Expect.Near(whole[1], earlier[1], epsilons: 64, scale: 1);
    }

    [Fact]
    public void WhatLiesBeforeTheRangeCountsAsGiven()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.From(new[] { 3.0 }));
        var square = x * x;
        int cut = tape.Position;
        var y = square * x;
        Expect.Equal([1], [9], tape.Gradients([y], [Tensor.Ones([1], ElementType.Float64)], [x], entries: cut..)[0]);
        Expect.Equal([1], [0], tape.Gradients([y], [Tensor.Ones([1], ElementType.Float64)], [x], entries: ..cut)[0]);
        Expect.Equal([1], [27], tape.Gradients([y], [Tensor.Ones([1], ElementType.Float64)], [x])[0]);
    }

    [Fact]
    public void ARangeMayBeginInsideAPartition()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.From(new[] { 3.0, 4.0 }));
        int cut = tape.Position + 1;
        var parts = Unstack(x);
        var y = parts[0] * parts[1];
        for (int i = 0; i < 3; i++)
        {
            var gradients = tape.Gradients([y], [Tensor.Ones([], ElementType.Float64)], [parts[0], parts[1], x], entries: cut..);
            Expect.Equal([], [4], gradients[0]);
            Expect.Equal([], [3], gradients[1]);
            Expect.Equal([2], [0, 0], gradients[2]);
        }
    }

    [Fact]
    public void ARangeOutsideTheTapeIsAnError()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.Ones([1]));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => tape.Gradients([x], [x], [x], entries: 0..5));
        Expect.Mentions(error, "Gradients", "0..5", "1 entries");
    }
}
