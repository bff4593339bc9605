using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Learning;

/// <summary>What learning rules refuse.</summary>
public class LearningErrorTests
{
    static readonly RnnCell Cell = new(2, 3, new RandomKey(1));
    static readonly BackPropagation<Tensor> Rule = BackPropagation.Through(Cell);
    static readonly Tensor X = Tensor.Zeros([5, 2, 2]);

    [Theory]
    [InlineData(0, 1, "k1")]
    [InlineData(-1, 1, "k1")]
    [InlineData(1, 0, "k2")]
    [InlineData(1, -7, "k2")]
    public void WindowsBelowOne(int k1, int k2, string name)
    {
        int value = name == "k1" ? k1 : k2;
        Refused.With<ArgumentOutOfRangeException>(
            $"Truncated: {name} must be at least 1; it is {value}.", () => Rule.Truncated(X, k1, k2, (y, _) => Sum(y)));
    }

    [Fact]
    public void ChunksAndReachesBelowOne()
    {
        Refused.With<ArgumentOutOfRangeException>(
            "InChunks: length must be at least 1; it is 0.", () => Rule.InChunks(X, 0, (y, _) => Sum(y)));
        Refused.With<ArgumentOutOfRangeException>(
            "RealTimeLearning: reach must be at least 1; it is 0.", () => RealTimeLearning.Of(Cell, reach: 0));
    }

    [Fact]
    public void ALossThatIsNotOneElement()
    {
        Refused.With<ShapeException>(
            "ThroughTime: the loss is [5, 2, 3]; it must have exactly one element.", () => Rule.ThroughTime(X, y => y));
        Refused.With<ShapeException>(
            "RealTimeLearning: the loss is [2, 3]; it must have exactly one element.",
            () => RealTimeLearning.Of(Cell).Step(At(X, 0), y => y));
    }

    [Fact]
    public void InputsAndStatesThatDoNotFit()
    {
        Refused.With<ShapeException>(
            "ThroughTime: x is [5, 2]; sequences are [time, batch, inputs].", () => Rule.ThroughTime(Tensor.Zeros([5, 2]), y => Sum(y)));
        Refused.With<ShapeException>(
            "BackPropagation: tensor 0 of the initial state is [1, 3]; its first axis must be the batch, 2 in x [5, 2, 2].",
            () => Rule.ThroughTime(X, Tensor.Zeros([1, 3]), y => Sum(y)));
        var online = RealTimeLearning.Of(Cell);
        Refused.With<ShapeException>("RealTimeLearning: x is [5, 2, 2]; a step takes [batch, inputs].", () => online.Step(X));
        online.Step(At(X, 0));
        Refused.With<ShapeException>(
            "RealTimeLearning: x is [1, 2], and the state has a batch of 2. Call Begin for other sequences.",
            () => online.Step(Tensor.Zeros([1, 2])));
        // The failures left no tape behind.
        Rule.ThroughTime(X, y => Sum(y));
    }

    [Fact]
    public void ATapeThatIsRecordingAlready()
    {
        using var tape = new Tape();
        Assert.Throws<TapeException>(() => Rule.ThroughTime(X, y => Sum(y)));
    }

    [Fact]
    public void WhatDoesNotExistYet()
    {
        var online = RealTimeLearning.Of(Cell);
        Assert.Throws<InvalidOperationException>(() => online.State);
        Assert.Throws<InvalidOperationException>(() => online.InfluenceOf(0, 0));
        online.Step(At(X, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => online.InfluenceOf(0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => online.InfluenceOf(-1, 0));
    }

    [Fact]
    public void FocusedBackPropagationWhereUnitsFeedEachOther()
    {
        Refused.With<ArgumentException>(
            "FocusedBackPropagation: unit 0 of RnnCell is fed by other units. The rule is for self-connections only; use RealTimeLearning.",
            () => new FocusedBackPropagation(Cell).Step(At(X, 0)));
        var stranger = new LinearTrace();
        Refused.With<ArgumentException>(
            "FocusedBackPropagation: parameter A is [1]; its last axis must be the 2 units of LinearTrace.",
            () => new FocusedBackPropagation(stranger).Step(At(X, 0)));
    }

    [Fact]
    public void LimitsThatAreNotPositive()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientLimitedCell.ByValue(Cell, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientLimitedCell.ByNorm(Cell, double.NaN));
    }

    sealed class LinearTrace : Cell<Tensor>
    {
        readonly Parameter A;

        public LinearTrace()
            : base(new RandomKey(1), 2)
            => Parameter(out A, Tensor.Ones([1]));

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var next = A * state + x;
            return (next, next);
        }
    }
}
