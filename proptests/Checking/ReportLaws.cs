using System.Globalization;
using System.Text.Json;

namespace Autograd.PropertyTests;

/// <summary>Reports of anything that could come out of a check.</summary>
public class ReportLaws
{
    const int Trials = 60;

    /// <summary>A report for programs has all that the report for people has: names, verdicts and numbers.</summary>
    [Law(Trials)]
    public void JsonSaysAllThatTheReportSays(Draw draw)
    {
        var report = draw.Of(RandomReport);
        using var json = JsonDocument.Parse(report.ToJson());
        Same(report, json.RootElement);
        string text = report.ToString();
        foreach (string name in report.UnusedParameters.Concat(report.UnusedInputs).Concat(report.Unchecked)
            .Concat(report.Blocks.Select(block => block.Name)).Concat(report.StepFree.Select(test => test.Detail)))
            Assert.Contains(name, text, StringComparison.Ordinal);
    }

    [Law(Trials)]
    public void JsonOfManyPointsHasTheReportOfEach(Draw draw)
    {
        var points = new PointsReport(draw.Of(draw => Enumerable.Range(0, draw.Whole(0, 4)).Select(_ => RandomReport(draw)).ToList()));
        using var json = JsonDocument.Parse(points.ToJson());
        var root = json.RootElement;
        Assert.Equal(Lower(points.Verdict), root.GetProperty("verdict").GetString());
        Assert.Equal(points.Reports.Count, root.GetProperty("points").GetInt32());
        foreach (var verdict in (Verdict[])[Verdict.Pass, Verdict.Fail, Verdict.Inconclusive])
            Assert.Equal(points.Reports.Count(report => report.Verdict == verdict), root.GetProperty(Lower(verdict)).GetInt32());
        var each = root.GetProperty("reports").EnumerateArray().ToList();
        Assert.Equal(points.Reports.Count, each.Count);
        for (int i = 0; i < each.Count; i++) Same(points.Reports[i], each[i]);
    }

    static void Same(GradientCheckReport report, JsonElement json)
    {
        Assert.Equal(
            (Lower(report.Verdict), report.Problem, report.Comparisons.Count, report.Comparisons.Count(one => one.Passed)),
            (Text(json, "verdict"), Text(json, "problem"), json.GetProperty("compared").GetInt32(), json.GetProperty("agree").GetInt32()));
        Assert.Equal(report.UnusedParameters, Names(json, "unusedParameters"));
        Assert.Equal(report.UnusedInputs, Names(json, "unusedInputs"));
        Assert.Equal(report.Unchecked, Names(json, "unchecked"));
        var gradients = json.GetProperty("gradients").EnumerateArray().ToList();
        Assert.Equal(report.Blocks.Count, gradients.Count);
        foreach (var (block, gradient) in report.Blocks.Zip(gradients)) SameBlock(block, gradient);
        Assert.Equal(
            report.StepFree.Select(test => (test.Name, Lower(test.Verdict), test.Detail)),
            json.GetProperty("tests").EnumerateArray()
                .Select(test => (Text(test, "name")!, Text(test, "verdict")!, Text(test, "detail")!)));
    }

    static void SameBlock(GradientBlock block, JsonElement json)
    {
        Assert.Equal(
            (block.Name, block.Order, Lower(block.Verdict), block.IsVacuous),
            (Text(json, "name"), json.GetProperty("order").GetInt32(), Text(json, "verdict"), json.GetProperty("vacuous").GetBoolean()));
        Assert.Equal(block.Shape.Lengths.ToArray(), json.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32()));
        Assert.Equal(
            (block.Comparisons.Count, block.Comparisons.Count(one => one.IsBeside)),
            (json.GetProperty("compared").GetInt32(), json.GetProperty("beside").GetInt32()));
        var (worst, said) = (block.Worst, json.GetProperty("worst"));
        Assert.Equal(worst.Position, said.GetProperty("position").GetInt32());
        double[] numbers = [.. ((string[])["analytic", "numeric", "error", "allowed"]).Select(name => Number(said.GetProperty(name)))];
        Assert.Equal([worst.Analytic, worst.Numeric, worst.AbsoluteError, worst.Tolerance], numbers);
        Assert.Equal(worst.Obstacle == Obstacle.None ? null : worst.Obstacle.ToString().ToLowerInvariant(), Text(said, "obstacle"));
    }

    static GradientCheckReport RandomReport(Draw draw) => new(
        [.. Enumerable.Range(0, draw.Whole(0, 8)).Select(_ => Comparison(draw))],
        [.. Enumerable.Range(0, draw.Whole(0, 3)).Select(i => new StepFreeTest(Name(draw), AnyVerdict(draw), $"{Name(draw)} {i}"))],
        new Fitness(draw.Flag() ? null : Name(draw), Names(draw), Names(draw), Names(draw)));

    static GradientComparison Comparison(Draw draw) =>
        new(Name(draw), draw.Whole(1, 2), draw.Whole(-1, 5), draw.Flag() ? [2, 3] : [6], Number(draw), Number(draw), Number(draw))
        {
            Obstacle = draw.OneOf(Enum.GetValues<Obstacle>()), IsBeside = draw.Flag(), Noise = draw.Flag() ? 0 : 2,
        };

    static string[] Names(Draw draw) => [.. Enumerable.Range(0, draw.Whole(0, 3)).Select(_ => Name(draw))];

    static string Name(Draw draw) => draw.OneOf("w", "layer0.Wxr", "a \"quoted\" one", "größe <&>", "back\\slash") + draw.Whole(0, 99);

    static double Number(Draw draw) => draw.Whole(0, 7) switch
    {
        0 => double.NaN,
        1 => draw.OneOf(double.PositiveInfinity, double.NegativeInfinity),
        2 => 0,
        _ => draw.Number(-1, 1) * Math.Pow(10, draw.Whole(-12, 12)),
    };

    static Verdict AnyVerdict(Draw draw) => draw.OneOf(Enum.GetValues<Verdict>());

    static string Lower(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    static IEnumerable<string?> Names(JsonElement json, string name) =>
        json.TryGetProperty(name, out var names) ? names.EnumerateArray().Select(one => one.GetString()) : [];

    static double Number(JsonElement json) =>
        json.ValueKind == JsonValueKind.Number ? json.GetDouble() : double.Parse(json.GetString()!, CultureInfo.InvariantCulture);
}
