using System.Text.Json;
using System.Xml.Linq;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

/// <summary>What a report says to programs and to the eye, and reports over many points.</summary>
public class CheckReportTests : Poisoned
{
    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    static GradientCheckReport Wrong() => GradientCheck.Run(
        inputs => new SineWithSlope(x => 1.5 * Cos(x)).Apply(inputs[0]) + inputs[1], [Data.Normal([3]), Data.Normal([3], 2)],
        inputNames: ["angle", "shift"]);

    [Fact]
    public void JsonHasTheVerdictsAndTheNumbers()
    {
        var report = Wrong();
        using var json = JsonDocument.Parse(report.ToJson());
        var root = json.RootElement;
        Assert.Equal(("fail", 12), (root.GetProperty("verdict").GetString(), root.GetProperty("compared").GetInt32()));
        var angle = root.GetProperty("gradients")[0];
        Assert.Equal(
            ("angle", 1, "fail"),
            (angle.GetProperty("name").GetString(), angle.GetProperty("order").GetInt32(), angle.GetProperty("verdict").GetString()));
        Assert.Equal([3], angle.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32()));
        var worst = angle.GetProperty("worst");
        Assert.Equal(report.Blocks[0].Worst.Analytic, worst.GetProperty("analytic").GetDouble());
        Assert.Equal(1.5, worst.GetProperty("analytic").GetDouble() / worst.GetProperty("numeric").GetDouble(), 1e-6);
        Assert.Equal(
            report.StepFree.Select(test => test.Name), root.GetProperty("tests").EnumerateArray()
            .Select(test => test.GetProperty("name").GetString()));
    }

    [Fact]
    public void JsonHasWordsForWhatIsNoNumberAndForProblems()
    {
        var report = GradientCheck.Run(new Pointwise(Exp, (x, _, v) => v * double.NaN), [Data.Normal([1])], new() { Order = 1 });
        using var json = JsonDocument.Parse(report.ToJson());
        Assert.Equal("NaN", json.RootElement.GetProperty("gradients")[0].GetProperty("worst").GetProperty("analytic").GetString());
        using var unfit = JsonDocument.Parse(GradientCheckReport.Unfit("it is late").ToJson());
        Assert.Equal(
            ("fail", "it is late"),
            (unfit.RootElement.GetProperty("verdict").GetString(), unfit.RootElement.GetProperty("problem").GetString()));
    }

    [Fact]
    public void ThePictureShowsEveryVerdict()
    {
        string text = Wrong().ToSvg();
        Assert.Equal(text, Wrong().ToSvg());
        string[] words = [.. XDocument.Parse(text).Descendants(Svg + "text").Select(element => element.Value)];
        Assert.Contains(words, word => word.StartsWith("FAILED: ", StringComparison.Ordinal));
        foreach (string word in (string[])["passed", "FAILED", "allowed", "magnitude of the derivative", "absolute error"])
            Assert.Contains(word, words);
        XDocument.Parse(GradientCheckReport.Unfit("none").ToSvg("a < b"));
    }

    [Fact]
    public void ManyPointsAreOneReport()
    {
        var points = Enumerable.Range(0, 5).Select(i => new[] { Data.Normal([3], (ulong)i) });
        var report = GradientCheck.AtPoints(x => Tanh(x[0]), points).ThrowIfFailed();
        Assert.Equal((5, 0, -1), (report.Count(Verdict.Pass), report.Count(Verdict.Fail), report.FirstFault));
        Assert.Equal("passed: 5 of 5 points pass, 0 fail, 0 are inconclusive", report.ToString());
        using var json = JsonDocument.Parse(report.ToJson());
        Assert.Equal((5, 5), (json.RootElement.GetProperty("pass").GetInt32(), json.RootElement.GetProperty("reports").GetArrayLength()));
        XDocument.Parse(report.ToSvg());
    }

    // Right for negative numbers only: one point does not see it.
    [Fact]
    public void APointThatFailsFailsAll()
    {
        var wrong = new Pointwise(x => Square(Relu(x)), (x, _, v) => v * Relu(x));
        var report = GradientCheck.AtPoints(
            x => wrong.Apply(x[0]), new double[] { -1, -2, 1, 2 }.Select(x => new[] { Data.Vector(ElementType.Float64, x) }));
        Assert.Equal((Verdict.Fail, 2, 2), (report.Verdict, report.Count(Verdict.Fail), report.FirstFault));
        Expect.Mentions(Assert.Throws<GradientCheckException>(report.ThrowIfFailed), "at point 2 of 4", "FAIL order 1");
        Assert.Contains($"{Environment.NewLine}point 2:{Environment.NewLine}FAILED: ", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatOnePointLeavesOpenAnotherMaySettle()
    {
        static Tensor Staircase(Tensor x) => Sqrt(x) + 0 * x;
        var report = GradientCheck.AtPoints(
            x => Staircase(x[0]), new double[] { 0, 1 }.Select(x => new[] { Data.Vector(ElementType.Float64, x) }),
            options: new() { Order = 1 });
        Assert.Equal((1, 1), (report.Count(Verdict.Inconclusive), report.Count(Verdict.Pass)));
        report.ThrowIfFailed();
        Assert.Equal(0, report.FirstFault);
    }
}
