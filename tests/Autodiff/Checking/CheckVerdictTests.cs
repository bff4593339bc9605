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

    [Theory, MemberData(nameof(KinkedAtOrders))]
    public void AtAKinkNothingCanBeSaid(string name, int order) => Inconclusive(Named(name), 0, order);

    [Theory, MemberData(nameof(KinkedAtOrders))]
    public void NorBesideOne(string name, int order)
    {
        Inconclusive(Named(name), 0.5 * Step, order);
        Inconclusive(Named(name), -0.5 * Step, order);
        Inconclusive(x => Named(name)(x - 0.7), 0.7 + 0.5 * Step, order);
    }

    [Theory, MemberData(nameof(Kinked))]
    public void AwayFromItTheCheckPasses(string name) => GradientCheck.Run(Named(name), Data.Vector(ElementType.Float64, -1, 10 * Step, 1)).ThrowIfFailed();

    [Fact]
    public void AJumpIsNoReasonToPass()
    {
        var step = new Pointwise(x => x + Tensor.From(Array.ConvertAll(x.ToDoubles(), number => number > 0 ? 1.0 : 0), x.Shape), (_, _, v) => v);
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
        var report = GradientCheck.Run(inputs => Relu(inputs[0]) + wrong.Apply(inputs[1]), [Numbers(0), Numbers(1)], options: new() { Order = 1 });
        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.Equal([Verdict.Inconclusive, Verdict.Fail], report.Blocks.Select(block => block.Verdict));
    }

    static void Inconclusive(Func<Tensor, Tensor> function, double at, int order)
    {
        var report = GradientCheck.Run(x => function(x) * (1 + 0.1 * x), Numbers(at), new() { Order = order });
        Assert.True(report.Verdict == Verdict.Inconclusive, report.ToString());
        Assert.Contains(report.Comparisons, comparison => comparison is { Order: 1, IsKink: true, Verdict: Verdict.Inconclusive });
        Assert.StartsWith("INCONCLUSIVE", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("inconclusive: not differentiable here", report.ToString(), StringComparison.Ordinal);
        Expect.Mentions(Assert.Throws<GradientCheckException>(report.ThrowIfFailed), "INCONCLUSIVE", "not differentiable here");
    }

    static void Fail(CustomOperation wrong, double at)
    {
        var report = GradientCheck.Run(wrong, [Numbers(at)], new() { Order = 1 });
        var comparison = Assert.Single(report.Comparisons);
        Assert.True(comparison is { Verdict: Verdict.Fail, IsKink: false }, comparison.ToString());
        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.DoesNotContain("not differentiable", report.ToString(), StringComparison.Ordinal);
    }

    static Tensor Numbers(params double[] values) => Data.Vector(ElementType.Float64, values);
}
