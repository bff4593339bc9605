using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

/// <summary>Cells checked in one call.</summary>
public class CellCheckTests : Poisoned
{
    /// <summary>A recurrence with one thing wrong: no gradient flows through the state.</summary>
    sealed class Stopped() : Cell<Tensor>(default, 2)
    {
        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var next = Tanh(x + 0.5 * StopGradient(state));
            return (next, next);
        }
    }

    static readonly RandomKey Key = new(3);

    public static TheoryData<bool> Padded => [false, true];

    [Theory, MemberData(nameof(Padded))]
    public void AnElmanNetwork(bool isPadded) => Passes(new RnnCell(2, 3, Key), isPadded, states: 1);

    [Theory, MemberData(nameof(Padded))]
    public void AGatedRecurrentUnit(bool isPadded) => Passes(new GruCell(2, 3, Key), isPadded, states: 1);

    [Theory, MemberData(nameof(Padded))]
    public void ALongShortTermMemory(bool isPadded) => Passes(new LstmCell(2, 3, Key), isPadded, states: 2);

    [Theory, MemberData(nameof(Padded))]
    public void AMemoryWithPeepholes(bool isPadded) => Passes(new PeepholeLstmCell(2, 3, Key), isPadded, states: 2);

    [Theory, MemberData(nameof(Padded))]
    public void AStack(bool isPadded) =>
        Passes(new Stacked<LstmState>(new LstmCell(2, 2, Key.At(1)), new LstmCell(2, 3, Key.At(2))), isPadded, states: 4);

    [Fact]
    public void AStateThroughWhichNothingFlowsFails()
    {
        var report = GradientCheck.Run(new Stopped(), Data.Normal([3, 1, 2]), options: new() { Order = 1 });
        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.Equal([("x", Verdict.Fail), ("initial state 0", Verdict.Fail)], report.Blocks.Select(block => (block.Name, block.Verdict)));
    }

    [Fact]
    public void PaddingHasNoGradient()
    {
        var report = GradientCheck.Run(new GruCell(1, 2, Key), Data.Normal([3, 2, 1]), [1, 3], new() { Order = 1 }).ThrowIfFailed();
        var padding = report.Comparisons.Where(comparison => comparison is { Name: "x", Index: "[1, 0, 0]" or "[2, 0, 0]" }).ToList();
        Assert.Equal(2, padding.Count);
        Assert.All(padding, comparison => Assert.Equal((0.0, 0.0), (comparison.Analytic, comparison.Numeric)));
        Assert.Single(report.Comparisons, comparison => comparison is { Name: "x", Index: "[1, 1, 0]", Analytic: not 0 });
    }

    [Fact]
    public void WhatDoesNotFitIsAnError()
    {
        var cell = new RnnCell(2, 3, Key);
        Assert.Throws<ShapeException>(() => GradientCheck.Run(cell, Data.Normal([4, 2])));
        Assert.Throws<ShapeException>(() => GradientCheck.Run(cell, Data.Normal([4, 1, 2]), [5]));
        Assert.Throws<ArgumentNullException>(() => GradientCheck.Run((Cell<Tensor>)null!, Data.Normal([4, 1, 2])));
    }

    // Biases begin as 0 and states as noise; every parameter must show in the report and stay as it is.
    static void Passes<TState>(Cell<TState> cell, bool isPadded, int states)
    {
        var before = cell.Parameters.Select(parameter => (parameter.Name, parameter.Version, parameter.ElementType, Values: parameter.ToDoubles())).ToList();
        var x = Data.Normal([3, 2, 2], 4, ElementType.Float32);
        var report = GradientCheck.Run(cell, x, isPadded ? [2, 3] : null).ThrowIfFailed();
        string[] names = ["x", .. Enumerable.Range(0, states).Select(i => $"initial state {i}"), .. before.Select(parameter => parameter.Name)];
        Assert.Equal([.. names, .. names], report.Blocks.Select(block => block.Name));
        Assert.Equal(names.Distinct(), names);
        Assert.Equal(9, report.StepFree.Count);
        Assert.All(report.StepFree, test => Assert.True(test.Verdict == Verdict.Pass, $"{test}"));
        foreach (var (parameter, was) in cell.Parameters.Zip(before))
        {
            Assert.Equal((was.Name, was.Version, was.ElementType), (parameter.Name, parameter.Version, parameter.ElementType));
            Assert.Equal(was.Values, parameter.ToDoubles());
        }
    }
}
