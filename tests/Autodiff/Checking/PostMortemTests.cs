using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class PostMortemTests
{
    // The third step of the second sequence takes the logarithm of 0.
    [Fact]
    public void TheFirstBadValueIsNamedWithCellLineStepAndSequence()
    {
        var cell = new Logarithmic();
        var x = Tensor.From([1, 1, 1, 1, 1, 0, 1, 1f], [4, 2, 1]);
        var report = PostMortem.Of(() => Sum(Recurrent.Over(cell).Forward(x)), cell.Parameters);
        var first = Assert.IsType<BadValue>(report.First);
        Assert.Equal(("Log", 2, 1, double.NegativeInfinity), (first.Operation, first.Step!.Value, first.Sequence!.Value, first.Value));
        Assert.Equal([1, 0], first.Index);
        Assert.False(first.IsBackward);
        Assert.EndsWith(nameof(Logarithmic), first.Cell, StringComparison.Ordinal);
        Assert.Contains("PostMortemTests.cs:", first.Place!, StringComparison.Ordinal);
        Assert.Contains("a result of Multiply [2, 1] from 0 to 1", first.Operands[0], StringComparison.Ordinal);
        Assert.Contains("time step 2, sequence 1", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("time step 2, sequence 1", report.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void ABackwardSweepHasItsFirstBadValue()
    {
        var x = new Parameter("x", Tensor.From([1.0, 0, 4]));
        var report = PostMortem.Of(() => Sum(Sqrt(x)), [x]);
        Assert.True(report.First is { IsBackward: true, Value: double.PositiveInfinity });
        Assert.Contains("Sqrt", report.First.Operation, StringComparison.Ordinal);
        Assert.Equal([1], report.First.Index);
        Assert.Equal(3, report.Loss);
    }

    [Fact]
    public void AGradientThatGrowsBeyondItsBoundIsFoundWhereItDoes()
    {
        // Each step multiplies by 10: six steps before the end the gradient passes 100,000.
        var cell = new Linearly();
        var report = PostMortem.Of(() => Sum(Recurrent.Over(cell).Forward(Tensor.Ones([9, 2, 1]))[^1]), cell.Parameters, 99_999);
        Assert.True(report.First is { IsBackward: true, Step: 3 or 4 });
        Assert.Equal(100_000, report.First.Value);
    }

    [Fact]
    public void AParameterThatIsBadAlreadyIsToBlame()
    {
        var w = new Parameter("w", Tensor.From([1, double.NaN]));
        var report = PostMortem.Of(() => Sum(w * 2), [w]);
        Assert.StartsWith("parameter w", report.First!.Operation, StringComparison.Ordinal);
        // Its gradient is 2.
        Assert.Equal(1, report.Parameters[0].Bad);
    }

    [Fact]
    public void AnInfinityAndTheNaNThatFollowsAreBothNamed()
    {
        var w = new Parameter("w", Tensor.From([1e200, 1]));
        var report = PostMortem.Of(() => Sum(w * w * w - w * w * w), [w]);
        Assert.Equal("Multiply", report.First!.Operation);
        Assert.Equal("Subtract", report.FirstNaN!.Operation);
    }

    [Fact]
    public void WhatIsFiniteIsSaidToBe()
    {
        var w = new Parameter("w", Tensor.From([1.0, 2]));
        var report = PostMortem.Of(() => Sum(w * w), [w]);
        Assert.Null(report.First);
        Assert.Contains("finite", report.Headline, StringComparison.Ordinal);
        Assert.Equal([4.0], report.Parameters.Select(parameter => parameter.GradientSize!.Value));
    }

    [Fact]
    public void AnErrorOfTheLossIsReported()
    {
        var w = new Parameter("w", Tensor.From([1.0, 2]));
        Assert.Contains(
            "broken", PostMortem.Of(() => throw new InvalidOperationException("broken"), [w]).Headline, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => PostMortem.Of(() => Sum(w), [w], double.NaN));
    }

    [Fact]
    public void NaNAloneIsLookedForWhereInfinitiesAreWanted()
    {
        using var tape = new Tape { DetectsNaN = true };
        var x = tape.Watch(Tensor.Zeros([2]));
        var infinite = Log(x);
        Expect.Mentions(Assert.Throws<NonFiniteException>(() => infinite - infinite), "Subtract", "NaN", nameof(PostMortemTests));
    }

    sealed class Logarithmic : Cell<Tensor>
    {
        readonly Parameter Scale;

        public Logarithmic() : base(new RandomKey(1), 1) => Bias(out Scale, 1, 1);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor h)
        {
            var next = h * 0.5 + Log(x * Scale);
            return (next, next);
        }
    }

    sealed class Linearly : Cell<Tensor>
    {
        readonly Parameter W;

        public Linearly() : base(new RandomKey(1), 1)
        {
            Weight(out W, 1, 1);
            W.Assign(Tensor.From([10f], [1, 1]));
        }

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor h)
        {
            var next = MatMul(h, W) + x;
            return (next, next);
        }
    }
}
