using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

/// <summary>Which elements are compared, and how their numeric derivatives are formed.</summary>
public class CheckModesTests : Poisoned
{
    const int Many = 10_000, Wrong = 6_789;

    public static TheoryData<Stencil> Stencils => [Stencil.TwoPoint, Stencil.FourPoint, Stencil.Adaptive];

    static readonly GradientCheckOptions Projected = new() { Mode = CheckMode.Projected };

    [Fact]
    public void SomeElementsAndTheLargestAreSampled()
    {
        double[] elements = [.. Enumerable.Range(0, 50).Select(i => i == 37 ? 3 : i / 100.0)];
        var report =
            GradientCheck.Run(x => Sum(x * x * x), Tensor.From(elements), new() { Mode = CheckMode.Sampled, Samples = 4, Order = 1 });
        report.ThrowIfFailed();
        Assert.InRange(report.Comparisons.Count, 2, 5);
        Assert.Contains(report.Comparisons, comparison => comparison.Position == 37);
    }

    [Fact]
    public void FewElementsAreAllSampled()
    {
        var options = new GradientCheckOptions { Mode = CheckMode.Sampled };
        var report =
            GradientCheck.Run(inputs => Sum(Tanh(inputs[0])) * inputs[1], [Data.Normal([8]), Data.Normal([2, 9])], options: options)
            .ThrowIfFailed();
        Assert.Equal(8, report.Comparisons.Count(comparison => comparison is { Order: 1, Name: "input 0" }));
        Assert.InRange(report.Comparisons.Count(comparison => comparison is { Order: 1, Name: "input 1" }), 4, 9);
    }

    [Fact]
    public void DirectionsThroughEverythingAreProjected()
    {
        var report = GradientCheck.Run(inputs => Tanh(inputs[0]) * inputs[1], [Data.Normal([3, 2]), Data.Normal([2], 2)], null, Projected)
            .ThrowIfFailed();
        Assert.Equal(2 * Projected.Directions, report.Comparisons.Count);
        Assert.All(report.Comparisons, comparison =>
            Assert.Equal(("all", -1, ""), (comparison.Name, comparison.Position, comparison.Index)));
        Assert.All(report.Comparisons, comparison => Assert.Equal("[8]", comparison.Shape.ToString()));
    }

    [Theory, InlineData(0), InlineData(Wrong), InlineData(Many - 1)]
    public void OneWrongEntryInTenThousandIsFoundWhereItIs(int position)
    {
        var wrong = new SineWithSlope(x => Cos(x) * OneOff(position, x.ElementType).Reshape(x.Shape.Lengths.ToArray()));
        var report = GradientCheck.Run(wrong, [Data.Normal([100, 100])], Projected with { Order = 1 });
        var element = Assert.Single(report.Comparisons, comparison => comparison.Position >= 0);
        Assert.Equal(("input 0", position, Verdict.Fail), (element.Name, element.Position, element.Verdict));
        Assert.Equal($"[{position / 100}, {position % 100}]", element.Index);
        Assert.Equal(1.5, element.Analytic / element.Numeric, 1e-6);
    }

    // Above a thousand elements, the second order is projected in full mode, too.
    [Fact]
    public void OneEntryWrongAtSecondOrderIsFoundWhereItIs()
    {
        var wrong = new SineWithSlope(
            x => Cos(x) * (1 - (OneOff(Wrong, x.ElementType) - 1)) + Cos(x).Detach() * (OneOff(Wrong, x.ElementType) - 1));
        var report = GradientCheck.Run(inputs => wrong.Apply(inputs[0]), [Data.Normal([Many])], null, Projected);
        var elements = report.Comparisons.Where(comparison => comparison.Position >= 0);
        Assert.Equal([(2, Wrong, Verdict.Fail)], elements.Select(element => (element.Order, element.Position, element.Verdict)));
    }

    [Fact]
    public void TheFaultyInputIsNamed()
    {
        var wrong = new SineWithSlope(x => 2 * Cos(x));
        var report = GradientCheck.Run(
            inputs => Sum(Sin(inputs[0])) + wrong.Apply(inputs[1]), [Data.Normal([20]), Data.Normal([3])], null,
            Projected with { Order = 1 });
        var faulty = report.Comparisons.Where(comparison => comparison.Position >= 0 && !comparison.Passed).ToList();
        Assert.Equal([0, 1, 2], faulty.Select(comparison => comparison.Position));
        Assert.All(faulty, comparison => Assert.Equal("input 1", comparison.Name));
        Assert.False(report.Passed);
    }

    [Theory, MemberData(nameof(Stencils))]
    public void EveryStencilPassesRightAndFailsWrongRules(Stencil stencil)
    {
        var x = Data.Normal([4]);
        GradientCheck.Run(y => Tanh(y) * Exp(y), x, new() { Stencil = stencil }).ThrowIfFailed();
        var report = GradientCheck.Run(y => new SineWithSlope(z => Cos(z) * 1.00001).Apply(y), x, new() { Stencil = stencil, Order = 1 });
        Assert.All(report.Comparisons, comparison => Assert.Equal(Verdict.Fail, comparison.Verdict));
    }

    [Fact]
    public void OptionsAreChecked()
    {
        var x = Data.Normal([1]);
        Expect.Mentions(Assert.Throws<ArgumentOutOfRangeException>(() => GradientCheck.Run(Sin, x, new() { Samples = 0 })), "Samples");
        Expect.Mentions(
            Assert.Throws<ArgumentOutOfRangeException>(() => GradientCheck.Run(Sin, x, new() { Directions = 0 })), "Directions");
        Expect.Mentions(
            Assert.Throws<ArgumentException>(() => GradientCheck.Run(y => y[0], [x], inputNames: ["a", "b"])), "2 names", "1 inputs");
    }

    /// <summary>Ones, but 1½ at a position.</summary>
    static Tensor OneOff(int position, ElementType type)
    {
        var factors = Enumerable.Repeat(1.0, Many).ToArray();
        factors[position] = 1.5;
        return Data.Of(type, [Many], factors);
    }
}
