using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

/// <summary>Each test that needs no step catches its kind of error.</summary>
public class CheckStepFreeTests : Poisoned
{
    const string Adjoint = "adjoint identity, forward against reverse", Symmetry = "symmetry of the Hessian",
        Precision = "float against double";
    const string Taylor1 = "Taylor remainder with the gradient", Taylor2 = "Taylor remainder with gradient and Hessian";

    /// <summary>Product of two tensors; backward, its right side's rule takes the left for a constant.</summary>
    sealed class HalfRecorded : CustomOperation
    {
        public override Tensor Value(ReadOnlySpan<Tensor> operands) => operands[0] * operands[1];

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) =>
            cotangent * (argument == 0 ? operands[1] : operands[0].Detach());

        public override Tensor? Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
            (tangents[0] ?? Tensor.Zeros(result.Shape, result.ElementType)) * operands[1]
            + (tangents[1] ?? Tensor.Zeros(result.Shape, result.ElementType)) * operands[0];
    }

    /// <summary>Sine whose forward rule is wrong.</summary>
    sealed class WrongForward : CustomOperation
    {
        public override Tensor Value(ReadOnlySpan<Tensor> operands) => Sin(operands[0]);

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) =>
            cotangent * Cos(operands[0]);

        public override Tensor? Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
            tangents[0]! * Sin(operands[0]);
    }

    [Fact]
    public void ARightFunctionPassesThemAll()
    {
        var report = GradientCheck.Run(x => Tanh(x) * Exp(x), Data.Normal([3])).ThrowIfFailed();
        Assert.Equal([Adjoint, Taylor1, Taylor2, Symmetry, Precision], report.StepFree.Select(test => test.Name));
        Assert.All(report.StepFree, test => Assert.Equal(Verdict.Pass, test.Verdict));
        Assert.Equal(
            [Adjoint, Taylor1, Precision],
            GradientCheck.Run(Tanh, Data.Normal([3]), new() { Order = 1 }).StepFree.Select(test => test.Name));
        Assert.Empty(GradientCheck.Run(Tanh, Data.Normal([3]), new() { StepFree = false }).StepFree);
    }

    [Fact]
    public void AWrongForwardRuleFailsTheAdjointIdentityAlone()
    {
        var report = GradientCheck.Run(new WrongForward(), [Data.Normal([3])]);
        Assert.Equal([Adjoint], Failed(report));
        Assert.All(report.Blocks, block => Assert.Equal(Verdict.Pass, block.Verdict));
        Expect.Mentions(Assert.Throws<GradientCheckException>(report.ThrowIfFailed), "FAILED", $"FAIL {Adjoint}");
    }

    [Fact]
    public void AWrongGradientFailsTheFirstRemainder()
    {
        var report = GradientCheck.Run(new SineWithSlope(x => 1.01 * Cos(x)), [Data.Normal([3])]);
        Assert.Equal([Adjoint, Taylor1], Failed(report).Take(2));
        Assert.Contains("falls with the power 1.0", report.StepFree.Single(test => test.Name == Taylor1).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void ARuleRightAtFirstOrderOnlyFailsTheSecondRemainder()
    {
        var report = GradientCheck.Run(new SineWithSlope(x => Cos(x).Detach()), [Data.Normal([3])]);
        Assert.Equal([Taylor2], Failed(report));
        Assert.Equal([Verdict.Pass, Verdict.Fail], report.Blocks.Select(block => block.Verdict));
    }

    [Fact]
    public void ARuleThatForgetsAnOperandMakesTheHessianAsymmetric()
    {
        var report = GradientCheck.Run(new HalfRecorded(), [Data.Normal([3]), Data.Normal([3], 2)]);
        Assert.Equal([Taylor2, Symmetry], Failed(report));
        Assert.Equal(
            [("input 0", 1, Verdict.Pass), ("input 1", 1, Verdict.Pass), ("input 0", 2, Verdict.Fail)],
            report.Blocks.Take(3).Select(block => (block.Name, block.Order, block.Verdict)));
    }

    [Fact]
    public void AKernelThatIsWrongInFloatOnlyIsCaught()
    {
        var exponential = new Pointwise(x => Exp(x) * (x.ElementType == ElementType.Float32 ? 1.2 : 1), (_, y, v) => v * y);
        var report = GradientCheck.Run(exponential, [Data.Normal([3])]);
        Assert.Equal([Precision], Failed(report));
        Assert.Contains("0.2 of their largest element in input 0", report.StepFree[^1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void AFunctionThatOnlyRunsInDoubleSaysSo()
    {
        var weight = Data.Normal([3]);
        var report = GradientCheck.Run(x => x * weight, Data.Normal([3], 2)).ThrowIfFailed();
        Assert.Equal((Verdict.Skipped, "the function only runs in double"), (report.StepFree[^1].Verdict, report.StepFree[^1].Detail));
        Assert.Contains("skip float against double: the function only runs in double", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void NothingToMoveMeansNothingToTest() => Assert.Empty(GradientCheck.Run(x => Sum(x), Tensor.Zeros([0])).StepFree);

    static IEnumerable<string> Failed(GradientCheckReport report) =>
        report.StepFree.Where(test => test.Verdict == Verdict.Fail).Select(test => test.Name);
}
