using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>The check of a gradient in float against that in double.</summary>
public class PrecisionLaws
{
    const string Precision = "float against double";

    /// <summary>An error in float only is caught, be it in a kernel or in a rule, and be the function that one operation or more.</summary>
    [Law(30)]
    public void AnErrorInFloatOnlyIsCaught(Draw draw)
    {
        var (x, factor, isInValue, isAlone) = draw.Of(draw =>
            (draw.Values([draw.Whole(1, 4)], Domain.Any), draw.OneOf(-1, 0.5, 1.2, 3), draw.Flag(), draw.Flag()));
        var report = Check(planted: true);
        Assert.Equal(
            [Precision], report.StepFree.Where(test => test.Verdict == Verdict.Fail).Select(test => test.Name));
        Assert.Equal(Verdict.Fail, report.Verdict);
        Check(planted: false).ThrowIfFailed();

        GradientCheckReport Check(bool planted)
        {
            double In(Tensor tensor, bool isHere) => planted && isHere && tensor.ElementType == ElementType.Float32 ? factor : 1;
            var exponential = new Handwritten(
                x => Exp(x[0]) * In(x[0], isInValue), (x, y, _, g) => g * y * In(y, !isInValue), (_, y, tangents) => tangents[0]! * y);
            return GradientCheck.Run(at => exponential.Apply(isAlone ? at : Tanh(at)), x);
        }
    }

    /// <summary>An input on which nothing depends changes nothing of what is said of the others.</summary>
    [Law(30)]
    public void AnInputThatIsNotUsedChangesNothing(Draw draw)
    {
        var (x, other, name) = draw.Of(draw => (
            draw.Values([draw.Whole(1, 4)], Domain.Any), draw.Values([2], Domain.Any),
            draw.OneOf("identity", "exponential", "product", "sum")));
        Func<Tensor, Tensor> function = name switch
        {
            "identity" => x => x,
            "exponential" => Exp,
            "product" => x => x * x,
            _ => x => x + x,
        };
        var options = new GradientCheckOptions { Seed = (ulong)draw.Whole(1, 1_000_000) };
        var alone = GradientCheck.Run(at => function(at[0]), [x], null, options, ["x"]);
        var beside = GradientCheck.Run(at => function(at[1]), [other, x], null, options, ["other", "x"]);
        Assert.Equal(OfPrecision(alone), OfPrecision(beside));
        Assert.Equal(OfX(alone), OfX(beside));
        Assert.Equal(alone.Verdict, beside.Verdict);

        static StepFreeTest OfPrecision(GradientCheckReport report) => report.StepFree.Single(test => test.Name == Precision);

        static IEnumerable<GradientComparison> OfX(GradientCheckReport report) =>
            report.Comparisons.Where(comparison => comparison is { Name: "x", Order: 1 });
    }
}
