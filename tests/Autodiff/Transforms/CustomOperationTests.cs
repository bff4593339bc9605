using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class CustomOperationTests : Poisoned
{
    /// <summary>left²·right, with rules that can be spoiled.</summary>
    sealed class Scaled : CustomOperation
    {
        public double VjpFactor { get; init; } = 1;

        public double JvpFactor { get; init; } = 1;

        public Func<Tensor, Tensor?> SpoiledValue { get; init; } = value => value;

        public Func<Tensor, Tensor?> SpoiledVjp { get; init; } = vjp => vjp;

        public Func<Tensor, Tensor?> SpoiledJvp { get; init; } = jvp => jvp;

        public override Tensor Value(ReadOnlySpan<Tensor> operands) => SpoiledValue(operands[0] * operands[0] * operands[1])!;

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) => argument == 0
            ? 2 * cotangent * operands[0] * operands[1]
            : SpoiledVjp(VjpFactor * cotangent * operands[0] * operands[0]);

        public override Tensor? Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents)
        {
            Tensor? sum = null;
            for (int i = 0; i < tangents.Length; i++)
                if (tangents[i] is { } tangent)
                    sum = sum is null ? Term(operands, i, tangent) : sum + Term(operands, i, tangent);
            return sum is null ? null : SpoiledJvp(JvpFactor * sum);
        }

        static Tensor Term(ReadOnlySpan<Tensor> operands, int argument, Tensor tangent) =>
            argument == 0 ? 2 * operands[0] * operands[1] * tangent : operands[0] * operands[0] * tangent;
    }

    /// <summary>The sum of its operands; the rules of every other one return what they made before.</summary>
    sealed class KeepingSum : CustomOperation
    {
        public Tensor? Kept { get; private set; }

        public override Tensor Value(ReadOnlySpan<Tensor> operands) => operands[0] + operands[1] + operands[2] + operands[3];

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) =>
            argument % 2 == 0 ? Kept ??= 2 * cotangent : 2 * cotangent;
    }

    // What a rule or a hook returns is seen by its author still, so nothing may be added to it in place.
    [Fact]
    public void WhatIsReturnedStaysAsItIs()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.From(new[] { 1.0, 2 }));
        var sum = new KeepingSum();
        Tensor? returned = null;
        var hooked = WithGradient(x, cotangent => returned = 3 * cotangent);
        var loss = Sum(Sin(x) * 0) + Sum(sum.Apply(x, x, x, x)) + Sum(hooked * 1) + Sum(x * 5);
        Assert.Equal([16, 16], tape.Gradients(loss, [x])[0].ToDoubles());
        Assert.Equal([2, 2], sum.Kept!.ToDoubles());
        Assert.Equal([3, 3], returned!.ToDoubles());
    }

    /// <summary>Sine without forward mode, its gradient with or without a second derivative.</summary>
    sealed class BackwardSine(bool isRecorded) : CustomOperation
    {
        public override string Name => "sine";

        public override Tensor Value(ReadOnlySpan<Tensor> operands) => Sin(operands[0]);

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) =>
            cotangent * Cos(isRecorded ? operands[0] : operands[0].Detach());
    }

    static readonly Tensor A = Data.Vector(ElementType.Float64, 2, -3), B = Data.Vector(ElementType.Float64, 5, 7);

    [Fact]
    public void ItHasAValueAndBothModes()
    {
        var scaled = new Scaled();
        Assert.Equal("Scaled", scaled.Name);
        Expect.Equal([2], [20, 63], scaled.Apply(A, B));
        Expect.Equal([2], [20, -42], Differentiate.Gradient(x => Sum(scaled.Apply(x, B)), A));
        Expect.Equal([2], [4, 9], Differentiate.Gradient(x => Sum(scaled.Apply(A, x)), B));
        Expect.Equal([2], [24, -81], Differentiate.Jvp(x => scaled.Apply(x, x), A, A).Product);
        Expect.Equal([2], [12, 27], Differentiate.Gradient(x => Sum(scaled.Apply(x, x)), A));
    }

    [Fact]
    public void RulesWrittenWithTensorOperationsAreDifferentiatedAgain()
    {
        var scaled = new Scaled();
        Expect.Equal([2, 2], [10, 0, 0, 14], Differentiate.Hessian(x => Sum(scaled.Apply(x, B)), A));
        Expect.Equal([2], [10, 14], Differentiate.Gradient(x => Sum(Differentiate.Gradient(y => Sum(scaled.Apply(y, B)), x)), A));
    }

    [Fact]
    public void NothingInsideTheValueIsRecorded()
    {
        using var tape = new Tape();
        var a = tape.Watch(A.Detach());
        int position = tape.Position;
        new Scaled().Apply(a, B);
        Assert.Equal(position + 1, tape.Position);
    }

    [Fact]
    public void WhatAMethodReturnsIsChecked()
    {
        Mentions<ShapeException>(Value(new Scaled { SpoiledValue = value => value[..1] }), "Scaled", "the value", "[1]", "[2]");
        Mentions<ElementTypeException>(Value(new Scaled { SpoiledValue = Single }), "Scaled", "the value", "Float32", "Float64");
        Mentions<InvalidOperationException>(Value(new Scaled { SpoiledValue = _ => null }), "Scaled", "the value", "null");
        Mentions<ShapeException>(Vjp(new Scaled { SpoiledVjp = Sum1 }), "Scaled", "vjp", "argument 1", "[1]", "[2]");
        Mentions<ElementTypeException>(Vjp(new Scaled { SpoiledVjp = Single }), "Scaled", "vjp", "argument 1", "Float32", "Float64");
        Mentions<ShapeException>(Jvp(new Scaled { SpoiledJvp = Sum1 }), "Scaled", "jvp", "[1]", "[2]");
        Mentions<ElementTypeException>(Jvp(new Scaled { SpoiledJvp = Single }), "Scaled", "jvp", "Float32", "Float64");
        Mentions<ArgumentException>(() => new Scaled().Apply(), "Scaled", "no operands");
        Assert.Null(Tape.Current);

        static Tensor Single(Tensor x) => x.As(ElementType.Float32);
        static Tensor Sum1(Tensor x) => SumKeepingAxes(x);
        static Action Value(Scaled scaled) => () => scaled.Apply(A, B);
        static Action Vjp(Scaled scaled) => () => Differentiate.Gradient(x => Sum(scaled.Apply(A, x)), B);
        static Action Jvp(Scaled scaled) => () => Differentiate.Jvp(x => scaled.Apply(A, x), B, B);
    }

    [Fact]
    public void ANullRuleMeansZero()
    {
        var scaled = new Scaled { SpoiledVjp = _ => null, SpoiledJvp = _ => null };
        Expect.Equal([2], [0, 0], Differentiate.Gradient(x => Sum(scaled.Apply(A, x)), B));
        Expect.Equal([2], [0, 0], Differentiate.Jvp(x => scaled.Apply(A, x), B, B).Product);
    }

    [Fact]
    public void TheCheckPassesARightOneAndFailsAWrongOne()
    {
        GradientCheck.Run(new Scaled(), [A, B]).ThrowIfFailed();
        var report = GradientCheck.Run(new Scaled { VjpFactor = 1.001 }, [A, B]);
        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.Equal("input 1", report.Blocks.First(block => block.Verdict == Verdict.Fail).Name);
        var forward = GradientCheck.Run(new Scaled { JvpFactor = 1.001 }, [A, B]);
        Assert.All(forward.Comparisons, comparison => Assert.True(comparison.Passed));
        Assert.Equal(
            Verdict.Fail, Assert.Single(forward.StepFree, test => test.Name.StartsWith("adjoint", StringComparison.Ordinal)).Verdict);
    }

    [Fact]
    public void WithoutAForwardRuleTheAdjointTestIsLeftOut()
    {
        var sine = new BackwardSine(isRecorded: true);
        var report = GradientCheck.Run(sine, [A]).ThrowIfFailed();
        Assert.Equal(
            Verdict.Skipped, Assert.Single(report.StepFree, test => test.Name.StartsWith("adjoint", StringComparison.Ordinal)).Verdict);
        Assert.Contains(report.StepFree, test => test.Name.StartsWith("Taylor", StringComparison.Ordinal));
        Mentions<MissingRuleException>(() => Differentiate.Jvp(x => sine.Apply(x), A, A), "sine", "jvp", "argument 0");
    }

    [Fact]
    public void ARuleThatIsNotRecordedFailsAtSecondOrder()
    {
        var report = GradientCheck.Run(new BackwardSine(isRecorded: false), [A]);
        Assert.Equal([2], report.Blocks.Where(block => block.Verdict != Verdict.Pass).Select(block => block.Order));
        Assert.Equal(Verdict.Fail, report.Verdict);
    }

    static void Mentions<T>(Action action, params string[] parts)
        where T : Exception
        => Expect.Mentions(Assert.Throws<T>(action), parts);
}
