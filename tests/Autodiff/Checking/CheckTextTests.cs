using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

/// <summary>What a report says to people.</summary>
public class CheckTextTests : Poisoned
{
    [Fact]
    public void TheTableHasALineForEachGradient()
    {
        var report = GradientCheck.Run(
            inputs => Tanh(inputs[0]) * inputs[1], [Data.Normal([2, 3]), Data.Normal([3], 2)], inputNames: ["samples", "factors"]);
        string[] lines = Lines(report);
        Assert.Equal("passed: 18 of 18 elements agree", lines[0]);
        Assert.Equal(["order", "parameter", "shape", "worst", "analytic", "numeric", "error", "allowed", "verdict"], Words(lines[1]));
        Assert.Equal(
            ["1  samples", "1  factors", "2  samples", "2  factors"], lines[2..6].Select(line => string.Join("  ", Words(line).Take(2))));
        Assert.Equal(["[2, 3]", "[3]", "[2, 3]", "[3]"], lines[2..6].Select(line => Words(line)[2]));
        Assert.All(lines[2..6], line => Assert.EndsWith("pass", line, StringComparison.Ordinal));
        Assert.Equal(5, lines[6..].Length);
        Assert.All(lines[6..], line => Assert.StartsWith("ok   ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void ColumnsAreAligned()
    {
        string[] lines = Lines(GradientCheck.Run(inputs => Tanh(inputs[0]) * inputs[1], [Data.Normal([2, 3]), Data.Normal([3], 2)]));
        int column = lines[1].IndexOf("shape", StringComparison.Ordinal);
        Assert.All(lines[2..6], line => Assert.Equal('[', line[column]));
    }

    [Fact]
    public void FaultsStandOut()
    {
        var wrong = new SineWithSlope(x => Cos(x) * Data.Of(x.ElementType, [3], 1, 1, 2));
        var report =
            GradientCheck.Run(
            inputs => wrong.Apply(inputs[0]) + inputs[1], [Data.Normal([3]), Data.Normal([3], 2)], options: new() { Order = 1 });
        string[] lines = Lines(report);
        Assert.Equal("FAILED: 5 of 6 elements agree", lines[0]);
        Assert.Equal(("input 0", "[2]", "FAIL"), (Words(lines[2])[1], Words(lines[2])[3], Words(lines[2])[^1]));
        Assert.EndsWith("pass", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("FAIL Taylor", lines[5], StringComparison.Ordinal);
        string message = Assert.Throws<GradientCheckException>(report.ThrowIfFailed).Message;
        Assert.Contains("input 0[2] of [3]", message, StringComparison.Ordinal);
        Assert.DoesNotContain("input 1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void DirectionsAreCalledThat()
    {
        string[] lines = Lines(GradientCheck.Run(Tanh, Data.Normal([3]), new() { Mode = CheckMode.Projected, Order = 1 }));
        Assert.Equal(["1", "input 0", "[3]", "direction"], Words(lines[2])[..4]);
    }

    static string[] Lines(GradientCheckReport report) => report.ToString().Split(Environment.NewLine);

    static string[] Words(string line) => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
