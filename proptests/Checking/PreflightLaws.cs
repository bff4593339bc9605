using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>What is found out about a function before anything is compared.</summary>
public class PreflightLaws
{
    /// <summary>The first element that is not finite is named, of a result of one element as of many.</summary>
    [Law(40)]
    public void WhereAFunctionIsNotFiniteIsSaid(Draw draw)
    {
        var (length, first, bad) = draw.Of(draw =>
        {
            int length = draw.Whole(1, 6);
            return (length, draw.Whole(0, length - 1), draw.OneOf(double.NaN, double.PositiveInfinity, double.NegativeInfinity));
        });
        var factors = new double[length];
        for (int i = 0; i < length; i++) factors[i] = i == first ? bad : i > first && i % 2 == 0 ? double.NaN : 1;
        var report = GradientCheck.Run(x => x * Tensor.From(factors), Tensor.Ones([length], ElementType.Float64));
        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.Contains($"not finite at this point: element {first} of its result [{length}]", report.Problem, StringComparison.Ordinal);
    }
}
