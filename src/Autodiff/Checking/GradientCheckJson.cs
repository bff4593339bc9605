using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Autograd.Checking;

/// <summary>Writes reports for programs.</summary>
static class GradientCheckJson
{
    public static string Write(GradientCheckReport report) => Write(json => Report(json, report));

    public static string Write(PointsReport points) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("verdict", Name(points.Verdict));
        json.WriteNumber("points", points.Reports.Count);
        foreach (var verdict in (ReadOnlySpan<Verdict>)[Verdict.Pass, Verdict.Fail, Verdict.Inconclusive])
            json.WriteNumber(Name(verdict), points.Count(verdict));
        json.WriteStartArray("reports");
        foreach (var report in points.Reports) Report(json, report);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    static string Write(Action<Utf8JsonWriter> write)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, new JsonWriterOptions { Indented = true })) write(json);
        return Encoding.UTF8.GetString(memory.ToArray());
    }

    static void Report(Utf8JsonWriter json, GradientCheckReport report)
    {
        json.WriteStartObject();
        json.WriteString("verdict", Name(report.Verdict));
        if (report.Problem is { } problem) json.WriteString("problem", problem);
        json.WriteNumber("compared", report.Comparisons.Count);
        json.WriteNumber("agree", report.Comparisons.Count(comparison => comparison.Passed));
        Names(json, "unusedParameters", report.UnusedParameters);
        Names(json, "unusedInputs", report.UnusedInputs);
        Names(json, "unchecked", report.Unchecked);
        json.WriteStartArray("gradients");
        foreach (var block in report.Blocks) Block(json, block);
        json.WriteEndArray();
        json.WriteStartArray("tests");
        foreach (var test in report.StepFree)
        {
            json.WriteStartObject();
            json.WriteString("name", test.Name);
            json.WriteString("verdict", Name(test.Verdict));
            json.WriteString("detail", test.Detail);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Block(Utf8JsonWriter json, GradientBlock block)
    {
        var worst = block.Worst;
        json.WriteStartObject();
        json.WriteString("name", block.Name);
        json.WriteNumber("order", block.Order);
        json.WriteStartArray("shape");
        foreach (int length in block.Shape.Lengths) json.WriteNumberValue(length);
        json.WriteEndArray();
        json.WriteString("verdict", Name(block.Verdict));
        json.WriteBoolean("vacuous", block.IsVacuous);
        json.WriteNumber("compared", block.Comparisons.Count);
        json.WriteNumber("beside", block.Comparisons.Count(comparison => comparison.IsBeside));
        json.WriteStartObject("worst");
        json.WriteNumber("position", worst.Position);
        Number(json, "analytic", worst.Analytic);
        Number(json, "numeric", worst.Numeric);
        Number(json, "error", worst.AbsoluteError);
        Number(json, "allowed", worst.Tolerance);
        if (worst.Obstacle != Obstacle.None) json.WriteString("obstacle", Lower(worst.Obstacle.ToString()));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void Names(Utf8JsonWriter json, string property, IReadOnlyList<string> names)
    {
        if (names.Count == 0) return;
        json.WriteStartArray(property);
        foreach (string name in names) json.WriteStringValue(name);
        json.WriteEndArray();
    }

    static void Number(Utf8JsonWriter json, string property, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(property, value);
        else json.WriteString(property, value.ToString(CultureInfo.InvariantCulture));
    }

    static string Name(Verdict verdict) => Lower(verdict.ToString());

    static string Lower(string name) => name.ToLowerInvariant();
}
