namespace Autograd.PropertyTests;

/// <summary>The check fails for every planted error, says where, and passes the same function without it.</summary>
public class GradientCheckTests
{
    const int Trials = 10;

    public static TheoryData<string> Errors => PlantedErrors.Names;

    [Theory]
    [MemberData(nameof(Errors))]
    public void AnErrorIsFoundAndLocated(string name) => Law.Holds(Trials, draw => Inputs(draw, Named(name)), inputs =>
    {
        var error = Named(name);
        // Not bit for bit: the runtime may compile a kernel again in between, with other roundings.
        Near.Equal(Value(error.Function(false), inputs), Value(error.Function(true), inputs), Near.Rounding(100), "value with the error");
        var report = GradientCheck.Run(error.Function(true), inputs, options: error.Options);
        Assert.Throws<GradientCheckException>(report.ThrowIfFailed);
        Assert.Equal(Verdict.Fail, report.Verdict);
        if (!error.IsSeenByDifferences)
        {
            Assert.Contains(report.StepFree, test => test.Verdict == Verdict.Fail);
            return;
        }
        var failed = report.Comparisons.Where(comparison => !comparison.Passed).ToList();
        Assert.True(failed.Count > 0, $"nothing was found; {report}");
        Assert.Equal(error.Order, failed.Min(comparison => comparison.Order));
        Assert.Contains(failed, comparison => comparison.Order == error.Order && comparison.Name == $"input {error.Faulty}");
    });

    [Theory]
    [MemberData(nameof(Errors))]
    public void WithoutTheErrorTheCheckPasses(string name) => Law.Holds(Trials, draw => Inputs(draw, Named(name)), inputs =>
        GradientCheck.Run(Named(name).Function(false), inputs, options: Named(name).Options).ThrowIfFailed());

    [Law(Trials)]
    public void RoundingToSinglePrecisionInsideIsFound(Draw draw)
    {
        var x = draw.Of(draw => draw.Values([3], Domain.Any));
        static Tensor Rounded(Tensor x) => Functions.Exp(x.As(ElementType.Float32)).As(ElementType.Float64);
        Assert.False(GradientCheck.Run(Rounded, x).Passed);
        Assert.True(GradientCheck.Run(Functions.Exp, x.As(ElementType.Float32)).Passed);
    }

    [Law(Trials)]
    public void AKinkWithinTheStepIsNoObstacle(Draw draw)
    {
        var x = draw.Of(draw => draw.Values([3], Domain.Between(-5e-4, 5e-4)));
        GradientCheck.Run(Functions.Relu, x).ThrowIfFailed();
    }

    [Law(Trials)]
    public void AFunctionThatChangesBetweenCallsIsFound(Draw draw)
    {
        var x = draw.Of(draw => draw.Values([3], Domain.Positive));
        int call = 0;
        Assert.False(GradientCheck.Run(y => Functions.Dropout(y, 0.5, new RandomKey(1).At(call++)), x).Passed);
    }

    static PlantedError Named(string name) => PlantedErrors.All.Single(error => error.Name == name);

    static Tensor[] Inputs(Draw draw, PlantedError error) => [.. error.Inputs.Select(shape => draw.Values(shape, Domain.Divisor))];

    static double[][] Value(Func<IReadOnlyList<Tensor>, Tensor> function, Tensor[] inputs) => [function(inputs).ToDoubles()];
}
