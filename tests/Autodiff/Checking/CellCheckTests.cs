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

    /// <summary>Inputs over the root of a running mean of their squares: a state that may not be negative.</summary>
    sealed class Rooted() : Cell<Tensor>(default, 2)
    {
        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor mean)
        {
            var next = 0.9 * mean + 0.1 * Square(x);
            return (x / Sqrt(next), next);
        }
    }

    /// <summary>A step that reads a value, and so runs operation by operation.</summary>
    sealed class Branching() : Cell<Tensor>(default, 2)
    {
        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var next = Sum(state * state).ToScalar() > 100 ? state : Tanh(x + 0.5 * state);
            return (next, next);
        }
    }

    [Fact]
    public void TheStateIsOneThatTheCellComesTo()
    {
        for (int seed = 0; seed < 10; seed++) GradientCheck.Run(new Rooted(), Data.Normal([3, 2, 2], (ulong)seed)).ThrowIfFailed();
    }

    [Fact]
    public void AStateMayBeGiven()
    {
        var initial = Data.Vector(ElementType.Float32, 1, 2, 3, 4).Reshape(2, 2);
        var seen = new List<double[]>();
        var report = GradientCheck.Run(new Seen(seen), Data.Normal([3, 2, 2]), initial, options: new() { Order = 1 }).ThrowIfFailed();
        Assert.Equal([1.0, 2, 3, 4], seen[0]);
        Assert.Contains(report.Blocks, block => block.Name == "initial state 0");
        Assert.Throws<ShapeException>(() => GradientCheck.Run(new Rooted(), Data.Normal([3, 2, 2]), Data.Normal([3, 2])));
    }

    [Fact]
    public void AStateOutsideOfTheDomainIsBlamedOnWhoChoseIt()
    {
        var report = GradientCheck.Run(new Rooted(), Data.Normal([3, 1, 2]), Data.Vector(ElementType.Float64, -9, 1).Reshape(1, 2));
        Assert.Equal(
            (Verdict.Fail, "Rooted is not finite over this input, from the initial state that was given"),
            (report.Verdict, report.Problem));
        report = GradientCheck.Run(new Rooted(), Tensor.Zeros([3, 1, 2]));
        Assert.Contains(
            "the initial state that was chosen by the check as the state that the cell reaches", report.Problem, StringComparison.Ordinal);
        Assert.Contains("give another as initial", report.Problem, StringComparison.Ordinal);
        report = GradientCheck.Run(new Rooted(), Data.Normal([3, 1, 2]), Data.Vector(ElementType.Float64, double.NaN, 1).Reshape(1, 2));
        Assert.Equal("tensor 0 of the initial state, given, is not finite", report.Problem);
    }

    [Fact]
    public void EveryWayOfRunningIsCompared()
    {
        string[] ways =
            ["compiled against eager", "interpreted against eager", "run again in segments against kept", "with hooks against without"];
        var report = GradientCheck.Run(new GruCell(2, 3, Key), Data.Normal([4, 2, 2]), [4, 2]).ThrowIfFailed();
        Assert.Equal(ways, report.StepFree.Select(test => test.Name).TakeLast(4));
        report = GradientCheck.Run(new Branching(), Data.Normal([4, 2, 2])).ThrowIfFailed();
        var skipped = report.StepFree.Where(test => test.Verdict == Verdict.Skipped).ToList();
        Assert.Equal(ways[..2], skipped.Select(test => test.Name));
        Assert.All(skipped, test => Assert.StartsWith("it runs operation by operation: ", test.Detail, StringComparison.Ordinal));
        Assert.Contains("skip compiled against eager", report.ToString(), StringComparison.Ordinal);
    }

    // A step is pure; this one's gradient is another from some sweep on.
    [Fact]
    public void AWayThatGivesOtherGradientsFails()
    {
        var cell = new Doubled();
        GradientCheck.Run(cell, Data.Normal([4, 2, 2]), options: new() { Order = 1 }).ThrowIfFailed();
        (cell.From, cell.Sweeps) = (cell.Sweeps - 3, 0);
        var report = GradientCheck.Run(cell, Data.Normal([4, 2, 2]), options: new() { Order = 1 });
        var failed = report.StepFree.Where(test => test.Verdict == Verdict.Fail);
        Assert.Equal(["with hooks against without"], failed.Select(test => test.Name));
    }

    [Fact]
    public void AForgottenParameterIsNamed()
    {
        var report = GradientCheck.Run(new Forgetful(), Data.Normal([3, 1, 2]));
        Assert.Equal((Verdict.Inconclusive, "U"), (report.Verdict, Assert.Single(report.UnusedParameters)));
    }

    /// <summary>Says what states it is given.</summary>
    sealed class Seen(List<double[]> seen) : Cell<Tensor>(default, 2)
    {
        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            if (!state.IsSymbolic) seen.Add(state.ToDoubles());
            var next = Tanh(x + state);
            return (next, next);
        }
    }

    /// <summary>A gradient that is another from some call of a hook on.</summary>
    sealed class Doubled() : Cell<Tensor>(default, 2)
    {
        public int Sweeps { get; set; }

        public int From { get; set; } = int.MaxValue;

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
#pragma warning disable AG0004 // It is to be another from one call to the next.
            var next = Tanh(x + WithGradient(state, gradient => ++Sweeps > From ? 2 * gradient : gradient));
#pragma warning restore AG0004
            return (next, next);
        }
    }

    sealed class Forgetful : Cell<Tensor>
    {
        readonly Parameter W, U;

        public Forgetful() : base(Key, 2)
        {
            Weight(out W, 2, 2);
            Weight(out U, 2, 2);
        }

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var next = Tanh(MatMul(x, W) + state);
            return (next, next);
        }
    }

    // Biases begin as 0 and states as noise; every parameter must show in the report and stay as it is.
    static void Passes<TState>(Cell<TState> cell, bool isPadded, int states)
    {
        var before = cell.Parameters.Select(
            parameter => (parameter.Name, parameter.Version, parameter.ElementType, Values: parameter.ToDoubles())).ToList();
        var x = Data.Normal([3, 2, 2], 4, ElementType.Float32);
        var report = GradientCheck.Run(cell, x, isPadded ? [2, 3] : null).ThrowIfFailed();
        string[] names =
            ["x", .. Enumerable.Range(0, states).Select(i => $"initial state {i}"), .. before.Select(parameter => parameter.Name)];
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
