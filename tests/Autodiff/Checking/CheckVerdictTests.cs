using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

/// <summary>Who is to blame when the numbers disagree: the rule, or the point.</summary>
public class CheckVerdictTests : Poisoned
{
    // The four-point difference's step at a point of magnitude 1 or less.
    static readonly double Step = Math.Pow(double.BitIncrement(1) - 1, 0.2);

    static readonly string[] Names = ["relu", "absolute value", "leaky relu", "maximum"];

    public static TheoryData<string> Kinked => [.. Names];

    public static TheoryData<string, int> KinkedAtOrders
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (string name in Names)
                for (int order = 1; order <= 2; order++) cases.Add(name, order);
            return cases;
        }
    }

    static Func<Tensor, Tensor> Named(string name) => name switch
    {
        "relu" => Relu,
        "absolute value" => Abs,
        "leaky relu" => x => LeakyRelu(x),
        _ => x => Max(Stack([x, 2 * x]), 0),
    };

    // What the tape takes for the slope there is its choice; on both sides there is none.
    [Theory, MemberData(nameof(KinkedAtOrders))]
    public void AtAKinkTheSidesDecide(string name, int order)
    {
        var report = Check(Named(name), 0, order).ThrowIfFailed();
        Assert.Contains(
            report.Comparisons, comparison => comparison is { Order: 1, Obstacle: Obstacle.Kink, IsKink: true, IsBeside: true });
        Assert.Contains("pass (beside: not differentiable here)", report.ToString(), StringComparison.Ordinal);
        Assert.StartsWith(
            $"passed: {order} of {order} elements agree, {order} of them judged beside a kink or edge", report.ToString(),
            StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(KinkedAtOrders))]
    public void BesideOneSmallerStepsDo(string name, int order)
    {
        foreach (double distance in new[] { 0.5 * Step, -0.5 * Step, 1e-6, -1e-7 }) Check(Named(name), distance, order).ThrowIfFailed();
        Check(x => Named(name)(x - 0.7), 0.7 + 0.5 * Step, order).ThrowIfFailed();
    }

    [Theory, MemberData(nameof(Kinked))]
    public void AWrongRuleFailsAtAKinkTooWhicheverSideItIsWrongOn(string name)
    {
        foreach (int side in new[] { 1, -1 })
        {
            var wrong = new Pointwise(Named(name), (x, y, v) => v * (Slope(name, x) + Where(Greater(side * x, 0), x * 0 + 0.1, x * 0)));
            Failed(GradientCheck.Run(wrong, [Numbers(0)], new() { Order = 1 }));
            Failed(GradientCheck.Run(wrong, [Numbers(side * 1e-9)], new() { Order = 1 }));
        }
    }

    [Fact]
    public void AGradientThatIsNotFiniteAtAKinkFails()
    {
        var wrong = new Pointwise(Abs, (x, y, v) => v * x / y);
        Failed(GradientCheck.Run(wrong, [Numbers(0)], new() { Order = 1 }));
        GradientCheck.Run(wrong, [Numbers(1e-3)], new() { Order = 1 }).ThrowIfFailed();
    }

    [Fact]
    public void WhereADomainEndsTheInsideDecides()
    {
        var report = GradientCheck.Run(x => Power(x, 2.5), Numbers(0), new() { Order = 1, StepFree = false }).ThrowIfFailed();
        Assert.Equal((Obstacle.Edge, true), (report.Comparisons[0].Obstacle, report.Comparisons[0].IsBeside));
        report = GradientCheck.Run(Sqrt, Numbers(0), new() { Order = 1, StepFree = false });
        Assert.Equal(Verdict.Inconclusive, report.Verdict);
        Assert.Contains("inconclusive: its domain ends here", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void RoundingInsideIsNamed()
    {
        var report =
            GradientCheck.Run(
            x => Exp(x.As(ElementType.Float32)).As(ElementType.Float64), Numbers(0.3), new() { Order = 1, StepFree = false });
        Assert.Equal((Verdict.Inconclusive, Obstacle.Rounding), (report.Verdict, report.Comparisons[0].Obstacle));
        Expect.Mentions(
            Assert.Throws<GradientCheckException>(report.ThrowIfFailed), "INCONCLUSIVE", "rounding inside the function hides it");
    }

    [Theory, InlineData(1e-3), InlineData(1e-6), InlineData(1e-9)]
    public void StepsFollowTheFunctionDownToItsScale(double scale)
    {
        var right = new Pointwise(x => Sin(x / scale), (x, _, v) => v * Cos(x / scale) / scale);
        var wrong = new Pointwise(x => Sin(x / scale), (x, _, v) => v * Cos(x / scale) / scale * 1.0001);
        GradientCheck.Run(right, [Numbers(0.3 * scale)]).ThrowIfFailed();
        Failed(GradientCheck.Run(wrong, [Numbers(0.3 * scale)]));
    }

    // All values are alike at the usual steps.
    [Fact]
    public void AMissingGradientOfANarrowBumpFails() =>
        Failed(GradientCheck.Run(new Pointwise(x => Exp(-Square(1e5 * x)), (x, _, v) => v * 0), [Numbers(1e-5)], new() { Order = 1 }));

    [Fact]
    public void ScaleAndStepAreChoices()
    {
        var options = new GradientCheckOptions { Order = 1, StepFree = false };
        var seen = new List<double>();
        Tensor Function(IReadOnlyList<Tensor> x)
        {
            seen.Add(x[0].ToDoubles()[0] - 3);
            return Square(x[0]) * x[1];
        }
        double Largest(GradientCheckOptions chosen)
        {
            seen.Clear();
            GradientCheck.Run(Function, [Numbers(3), Numbers(2)], null, chosen, ["time", "factor"]).ThrowIfFailed();
            return seen.Max();
        }
        Assert.Equal(2 * Step * 3, Largest(options), 1e-12);
        Assert.Equal(2 * Step * 100, Largest(options with { Scale = 100 }), 1e-9);
        Assert.Equal(2 * Step * 50, Largest(options with { Scale = 100, Scales = new Dictionary<string, double> { ["time"] = 50 } }), 1e-9);
        Assert.Equal(2e-2 * 3, Largest(options with { Step = 1e-2 }), 1e-9);
    }

    [Theory, MemberData(nameof(Kinked))]
    public void AwayFromItTheCheckPasses(string name) =>
        GradientCheck.Run(Named(name), Data.Vector(ElementType.Float64, -1, 10 * Step, 1)).ThrowIfFailed();

    [Fact]
    public void AJumpIsNoReasonToPass()
    {
        var step = new Pointwise(
            x => x + Tensor.From(Array.ConvertAll(x.ToDoubles(), number => number > 0 ? 1.0 : 0), x.Shape), (_, _, v) => v);
        Assert.NotEqual(Verdict.Pass, GradientCheck.Run(step, [Numbers(0)], new() { Order = 1, StepFree = false }).Verdict);
    }

    [Theory, InlineData(0.1), InlineData(-2), InlineData(1e-4)]
    public void AWrongRuleFailsWhereTheCurvatureVanishes(double error)
    {
        Fail(new SineWithSlope(x => Cos(x) + error), 0);
        Fail(new Pointwise(x => Square(Square(x)), (x, _, v) => v * (4 * x * x * x + error)), 0);
        Fail(new Pointwise(x => x * x * x, (x, _, v) => v * (3 * x * x + error)), 0);
        Fail(new Pointwise(x => 3 * x, (_, _, v) => v * (3 + error)), 0);
    }

    [Theory, InlineData(0.3), InlineData(-1.7), InlineData(40)]
    public void AWrongRuleFailsAtAnyOtherPoint(double at)
    {
        Fail(new SineWithSlope(x => 1.001 * Cos(x)), at);
        Fail(new Pointwise(x => Square(Square(x)), (x, _, v) => 4.01 * v * x * x * x), at);
        Fail(new Pointwise(Sigmoid, (_, y, v) => v * y), at < 10 ? at : 3);
    }

    [Fact]
    public void RightRulesPassWhereTheCurvatureVanishes()
    {
        GradientCheck.Run(SineWithSlope.Right, [Numbers(0)]).ThrowIfFailed();
        GradientCheck.Run(x => Square(Square(x)), Numbers(0)).ThrowIfFailed();
        GradientCheck.Run(x => x * x * x, Numbers(0)).ThrowIfFailed();
    }

    [Fact]
    public void AWrongRuleBesideAKinkElsewhereStillFails()
    {
        var wrong = new SineWithSlope(x => -Cos(x));
        var report =
            GradientCheck.Run(inputs => Relu(inputs[0]) + wrong.Apply(inputs[1]), [Numbers(0), Numbers(1)], options: new() { Order = 1 });
        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.Equal([Verdict.Pass, Verdict.Fail], report.Blocks.Select(block => block.Verdict));
    }

    static GradientCheckReport Check(Func<Tensor, Tensor> function, double at, int order) =>
        GradientCheck.Run(x => function(x) * (1 + 0.1 * x), Numbers(at), new() { Order = order });

    static Tensor Slope(string name, Tensor x) => name switch
    {
        "relu" => Greater(x, 0),
        "absolute value" => Sign(x),
        "leaky relu" => Where(Greater(x, 0), x * 0 + 1, x * 0 + 0.01),
        _ => Where(Greater(x, 0), x * 0 + 2, x * 0 + 1),
    };

    static void Failed(GradientCheckReport report) => Assert.True(report.Verdict == Verdict.Fail, report.ToString());

    static void Fail(CustomOperation wrong, double at)
    {
        var report = GradientCheck.Run(wrong, [Numbers(at)], new() { Order = 1 });
        var comparison = Assert.Single(report.Comparisons);
        Assert.True(comparison is { Verdict: Verdict.Fail, Obstacle: Obstacle.None }, comparison.ToString());
        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.DoesNotContain("not differentiable", report.ToString(), StringComparison.Ordinal);
    }

    static Tensor Numbers(params double[] values) => Data.Vector(ElementType.Float64, values);
}
