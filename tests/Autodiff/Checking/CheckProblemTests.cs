using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

/// <summary>Functions that are unfit for a check, and what the report says about them.</summary>
public class CheckProblemTests : Poisoned
{
    [Fact]
    public void AFunctionThatDrawsAnew()
    {
        int call = 0;
        Problem(x => Dropout(x, 0.5, new RandomKey(1).At(call++)), "the function is not deterministic", "element", "RandomKey");
        call = 0;
        Problem(x => x + call++, "the function is not deterministic", "element 0 of its result");
    }

    [Fact]
    public void ABackwardSweepThatChanges()
    {
        int call = 0;
        Problem(x => WithGradient(x, g => g * ++call), "the backward sweep is not deterministic", "gradient of input 0");
    }

    // A runtime that compiles a kernel again may change its last bit.
    [Fact]
    public void ADifferenceOfTheSizeOfRoundingIsNone()
    {
        int call = 0;
        GradientCheck.Run(x => x * (1 + call++ % 2 * 1e-14), Data.Normal([4])).ThrowIfFailed();
        call = 0;
        Problem(x => x * (1 + call++ % 2 * 1e-9), "the function is not deterministic");
    }

    [Fact]
    public void AShapeThatChanges()
    {
        int call = 0;
        Problem(x => (x * 2)[..(call++ == 0 ? 3 : 2)], "different shapes", "[3] at first", "[2]");
    }

    [Fact]
    public void AResultThatIsNotFinite()
    {
        Problem(x => Log(x - x), "not finite at this point", "element 0 of its result [4]");
        Problem(x => Log(Abs(x) * Data.Vector(ElementType.Float64, 1, -1, 1, 1)), "not finite at this point",
            "element 1 of its result [4] is NaN");
    }

    [Fact]
    public void AResultThatIsNotTracked()
    {
        Problem(x => x.Detach() * 2, "does not depend on any input or parameter", "tracked");
        Problem(x => StopGradient(x * x), "does not depend on any input or parameter", "tracked");
    }

    [Fact]
    public void ABlockTooSmallToSeeIsPointedOut()
    {
        var report =
            GradientCheck.Run(
            inputs => 1e6 * inputs[0] + 1e-8 * inputs[1], [Data.Normal([1]), Data.Normal([1], 2)], options: new() { Order = 1 });
        report.ThrowIfFailed();
        Assert.Equal([false, true], report.Blocks.Select(block => block.IsVacuous));
        Assert.Contains("pass (nothing to see)", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("warning: order 1 of input 1 is below", report.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("order 1 of input 0 is below", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AGradientThatIsExactlyZeroIsNotPointedOut()
    {
        var report = GradientCheck.Run(inputs => inputs[0] + 0 * inputs[1], [Data.Normal([1]), Data.Normal([1], 2)]).ThrowIfFailed();
        Assert.DoesNotContain("warning", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AFunctionThatWritesIntoItsInput() => Problem(
        x =>
        {
            x.WriteSpan<double>()[2] += 1;
            return x * 2;
        },
        "the function changes its own input input 0, element 2");

    [Fact]
    public void AFunctionThatChangesAParameter()
    {
        var w = new Parameter("cell.W", Data.Normal([2]));
        var report = GradientCheck.Run(
            () =>
            {
                w.Change<double>(elements => elements[0] += 1);
                return Square(w);
            },
            [w]);
        Assert.Contains("the function changes the parameter cell.W", report.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void AParameterThatNothingDependsOnIsNoPass()
    {
        var (w, u) = (new Parameter("W", Data.Normal([2])), new Parameter("U", Data.Normal([3])));
        var report = GradientCheck.Run(() => Square(w), [w, u]);
        Assert.Equal(Verdict.Inconclusive, report.Verdict);
        Assert.Equal(["U"], report.UnusedParameters);
        Assert.StartsWith("INCONCLUSIVE: 10 of 10 elements agree; nothing depends on U", report.ToString(), StringComparison.Ordinal);
        Expect.Mentions(Assert.Throws<GradientCheckException>(report.ThrowIfFailed), "nothing depends on U");
        Assert.Empty(GradientCheck.Run(() => Square(w) + Sum(u * 0), [w, u]).ThrowIfFailed().UnusedParameters);
        Assert.Equal(["U"], GradientCheck.Run(() => Checkpoint.Run(() => Square(w)), [w, u]).UnusedParameters);
        Assert.Empty(GradientCheck.Run(() => Checkpoint.Run(() => Square(w) * Sum(u)), [w, u]).ThrowIfFailed().UnusedParameters);
    }

    [Fact]
    public void AnInputThatNothingDependsOnIsMentioned()
    {
        var report = GradientCheck.Run(inputs => Square(inputs[1]), [Data.Normal([2]), Data.Normal([2])]).ThrowIfFailed();
        Assert.Equal(["input 0"], report.UnusedInputs);
        Assert.Contains("warning: nothing depends on input 0", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ParametersOfAnotherModuleAreMentioned()
    {
        var (w, other) = (new Parameter("W", Data.Normal([2])), new Parameter("encoder.W", Data.Normal([2])));
        var report = GradientCheck.Run(() => Square(w) * other, [w], new() { StepFree = false }).ThrowIfFailed();
        Assert.Equal(["encoder.W"], report.Unchecked);
        Assert.Contains("warning: encoder.W takes part and was not checked", report.ToString(), StringComparison.Ordinal);
        var single = new Parameter("decoder.W", Data.Normal([2], 1, ElementType.Float32));
        Expect.Mentions(
            Assert.Throws<ElementTypeException>(() => GradientCheck.Run(() => Square(w) * single, [w])),
            "GradientCheck: the function is checked in double", "parameters by being among those given", "Float32");
    }

    static void Problem(Func<Tensor, Tensor> function, params string[] parts)
    {
        var report = GradientCheck.Run(function, Data.Normal([4]));
        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.NotNull(report.Problem);
        foreach (string part in parts) Assert.Contains(part, report.Problem, StringComparison.Ordinal);
        Assert.Empty(report.Comparisons);
        Assert.Empty(report.StepFree);
        Assert.Equal($"FAILED: {report.Problem}", report.ToString());
        Expect.Mentions(Assert.Throws<GradientCheckException>(report.ThrowIfFailed), report.Problem);
        Assert.Null(Tape.Current);
    }
}
