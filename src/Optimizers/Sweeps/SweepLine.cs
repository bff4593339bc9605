using System.Text.Json;

namespace Autograd.Optimizers;

/// <summary>A finished run as a line of JSON, in files and between processes.</summary>
static class SweepLine
{
    public static byte[] Of(SweepResult result) => LineFile.Line(json => Write(json, result));

    public static void Write(Utf8JsonWriter json, SweepResult result)
    {
        json.WriteString("setting", result.Setting);
        json.WriteNumber("seed", result.Seed);
        LineFile.Write(json, "value", result.Value);
        if (result.ParameterCount is { } count) json.WriteNumber("parameters", count);
        LineFile.Write(json, "seconds", result.Seconds);
        if (result.Error is { } error) json.WriteString("error", error);
        json.WriteStartArray("curve");
        foreach (var (step, value) in result.Curve)
        {
            json.WriteStartArray();
            json.WriteNumberValue(step);
            LineFile.Write(json, value);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    public static SweepResult Read(ReadOnlyMemory<byte> line)
    {
        using var document = JsonDocument.Parse(line);
        var run = document.RootElement;
        return new(
            run.GetProperty("setting").GetString() ?? throw new FormatException("The setting is null."),
            run.GetProperty("seed").GetInt32(),
            LineFile.Number(run.GetProperty("value")), run.TryGetProperty("parameters", out var count) ? count.GetInt64() : null,
            LineFile.Number(run.GetProperty("seconds")),
            [.. run.GetProperty("curve").EnumerateArray().Select(point => (point[0].GetInt64(), LineFile.Number(point[1])))],
            run.TryGetProperty("error", out var error) ? error.GetString() : null);
    }
}
