using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class GradientCheckTests : Poisoned
{
    /// <summary>x³ with a rule that is wrong by a factor, at one position or at all.</summary>
    sealed class WrongCube(double factor, int position = -1) : Operation
    {
        public override string Name => "WrongCube";

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[0].Shape;

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            var x = operands[0].AsSpan<double>();
            var y = result.WriteSpan<double>();
            for (int i = 0; i < x.Length; i++) y[i] = x[i] * x[i] * x[i];
        }

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent)
        {
            var factors = new double[call[0].ElementCount];
            for (int i = 0; i < factors.Length; i++) factors[i] = position < 0 || i == position ? factor : 1;
            return cotangent * 3 * call[0] * call[0] * Tensor.From(factors, call[0].Shape);
        }
    }

    static readonly GradientCheckOptions FirstOrder = new() { Order = 1 };

    [Fact]
    public void PassesOnRightGradients()
    {
        var report = GradientCheck.Run(x => Tanh(x) * Exp(x) + Softmax(x), Data.Normal([3, 4])).ThrowIfFailed();
        Assert.True(report.Passed);
        Assert.Equal(24, report.Comparisons.Count);
        Assert.StartsWith("passed: 24 of 24 elements agree", report.ToString());
        Assert.All(report.Comparisons, comparison => Assert.True(comparison.RelativeError < 1e-6));
    }

    [Fact]
    public void PassesOnLinearAndConstantGradients()
    {
        GradientCheck.Run(x => Sum(x), Data.Normal([3])).ThrowIfFailed();
        GradientCheck.Run(x => x * 2 + 1, Data.Normal([3]), new() { Order = 3 }).ThrowIfFailed();
        GradientCheck.Run(inputs => inputs[0] * 3, [Data.Normal([2]), Data.Normal([4])]).ThrowIfFailed();
    }

    [Fact]
    public void AWrongRuleIsNamedWithItsNumbers()
    {
        var x = Tensor.From(new double[,] { { 1, 2 }, { 3, 4 } });
        var wrong = new WrongCube(1.5, position: 2);
        var report = GradientCheck.Run(y => Sum(Dispatcher.Apply(wrong, y)), x, FirstOrder);
        Assert.False(report.Passed);
        var worst = report.Worst!;
        Assert.Equal(("input 0", 1, 2, "[1, 0]"), (worst.Name, worst.Order, worst.Position, worst.Index));
        Assert.Equal(1.5, worst.Analytic / worst.Numeric, 1e-9);
        Assert.Single(report.Comparisons, comparison => !comparison.Passed);
        var error = Assert.Throws<GradientCheckException>(report.ThrowIfFailed);
        Assert.Same(report, error.Report);
        Expect.Mentions(error, "FAILED", "3 of 4", "FAIL order 1", "input 0[1, 0] of [2, 2]");
        Expect.Mentions(
            error, FormattableString.Invariant($"analytic {worst.Analytic:G9}"),
            FormattableString.Invariant($"numeric {worst.Numeric:G9}"));
    }

    [Fact]
    public void SmallErrorsAreSeen()
    {
        var x = Data.Normal([5]);
        Assert.False(GradientCheck.Run(y => Dispatcher.Apply(new WrongCube(1 + 1e-5), y), x, FirstOrder).Passed);
        Assert.True(GradientCheck.Run(y => Dispatcher.Apply(new WrongCube(1), y), x, FirstOrder).Passed);
        Assert.True(GradientCheck.Run(
            y => Dispatcher.Apply(new WrongCube(1 + 1e-5), y), x, FirstOrder with { RelativeTolerance = 1e-4 }).Passed);
    }

    [Fact]
    public void WhatIsNotFiniteNeverPasses()
    {
        var x = Data.Vector(ElementType.Float64, 1, 2);
        Assert.False(GradientCheck.Run(y => Dispatcher.Apply(new WrongCube(double.PositiveInfinity), y), x, FirstOrder).Passed);
        Assert.False(GradientCheck.Run(y => Dispatcher.Apply(new WrongCube(double.NaN), y), x, FirstOrder).Passed);
        Assert.False(GradientCheck.Run(y => Exp(y * 1000), x, FirstOrder).Passed);
    }

    [Fact]
    public void FloatModelsAreCheckedInDoubleAndStayAsTheyAre()
    {
        var weight = new Parameter("cell.W", Data.Normal([3, 2], 1, ElementType.Float32));
        var bias = new Parameter("cell.b", Data.Normal([2], 2, ElementType.Float32));
        float[] before = weight.ToArray<float>();
        var types = new HashSet<ElementType>();
        Tensor Loss(Tensor x)
        {
            var y = Tanh(Affine(x, weight, bias)) / 2 + 1 / (2 + Square(bias));
            types.Add(y.ElementType);
            return y;
        }
        var options = new GradientCheckOptions { StepFree = false };
        var report = GradientCheck.Run(inputs => Loss(inputs[0]), [Data.Normal([4, 3], 3, ElementType.Float32)], [weight, bias], options)
            .ThrowIfFailed();
        Assert.Equal([ElementType.Float64], types);
        Assert.Equal(["input 0", "cell.W", "cell.b"], report.Comparisons.Select(comparison => comparison.Name).Distinct());
        Assert.Equal(before, weight.ToArray<float>());
        Assert.Equal((0, ElementType.Float32), (weight.Version, weight.ElementType));
        GradientCheck.Run(() => Sum(Square(bias)), [bias]).ThrowIfFailed();
    }

    [Fact]
    public void AFunctionThatDependsOnNothingIsReported()
    {
        var report = GradientCheck.Run(_ => Tensor.Ones([2], ElementType.Float64), Data.Normal([2]));
        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.Contains("does not depend on any input", report.Problem);
        Assert.Null(Tape.Current);
    }

    [Fact]
    public void OptionsAndArgumentsAreChecked()
    {
        var x = Data.Normal([1]);
        Expect.Mentions(
            Assert.Throws<ArgumentOutOfRangeException>(() => GradientCheck.Run(y => y, x, new() { Order = 0 })), "GradientCheck", "Order",
            "0");
        foreach (double tolerance in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(
                () => GradientCheck.Run(y => y, x, new() { RelativeTolerance = tolerance }));
            Expect.Mentions(error, "GradientCheck", "RelativeTolerance");
        }
        Expect.Mentions(
            Assert.Throws<ArgumentOutOfRangeException>(() => GradientCheck.Run(y => y, x, new() { Step = 0 })), "GradientCheck", "Step",
            "0");
        Expect.Mentions(
            Assert.Throws<ArgumentOutOfRangeException>(() => GradientCheck.Run(y => y, x, new() { Scale = -1 })), "GradientCheck", "Scale",
            "-1");
        var scales = new Dictionary<string, double> { ["input 0"] = 0 };
        Expect.Mentions(
            Assert.Throws<ArgumentOutOfRangeException>(() => GradientCheck.Run(y => y, x, new() { Scales = scales })),
            "Scales[\"input 0\"]");
        scales = new() { ["W"] = 1 };
        Expect.Mentions(
            Assert.Throws<ArgumentException>(() => GradientCheck.Run(y => y, x, new() { Scales = scales })), "Scales names W", "input 0");
        Assert.Throws<ArgumentNullException>(() => GradientCheck.Run((Func<Tensor, Tensor>)null!, x));
        Assert.Throws<ArgumentNullException>(() => GradientCheck.Run(y => y, null!));
        Assert.Throws<ArgumentNullException>(() => GradientCheck.Run(() => x, [null!]));
        Assert.Throws<ArgumentNullException>(() => GradientCheck.Run(() => x, null!));
    }

    [Fact]
    public void NothingToCompareIsNoFailure()
    {
        var report = GradientCheck.Run(y => Sum(y), Tensor.Zeros([0, 2]));
        Assert.True(report.Passed);
        Assert.Null(report.Worst);
    }

    [Fact]
    public void AComparisonKnowsItsErrors()
    {
        var comparison = new GradientComparison("w", 2, 5, [2, 3], 1.0, 1.25, 0.5);
        Assert.Equal(
            (0.25, 0.2, true, "[1, 2]"), (comparison.AbsoluteError, comparison.RelativeError, comparison.Passed, comparison.Index));
        Assert.Equal(
            "ok   order 2  w[1, 2] of [2, 3]: analytic 1, numeric 1.25, absolute error 0.25 (allowed 0.5), relative 0.2",
            comparison.ToString());
        Assert.Equal(0, (comparison with { Analytic = 0, Numeric = 0 }).RelativeError);
        Assert.False((comparison with { Analytic = double.NaN }).Passed);
        Assert.False((comparison with { Analytic = double.PositiveInfinity, Tolerance = double.PositiveInfinity }).Passed);
        Assert.Equal("[]", (comparison with { Shape = Shape.Scalar, Position = 0 }).Index);
    }
}
