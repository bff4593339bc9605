using System.Text;
using System.Text.Json;

namespace Autograd.Optimizers;

/// <summary>A run as JSON.</summary>
static class RunJson
{
    public sealed record Content(
        string Title, IReadOnlyList<(string Name, string Value)> Configuration, string? Data, string? Command, long Steps, double? Best,
        string? Parameters);

    public static string Write(RunRecord run)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("title", run.Title);
            json.WriteStartObject("configuration");
            foreach (var (name, value) in run.Configuration) json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteStartObject("environment");
            foreach (var (name, value) in run.Environment.Texts) json.WriteString(name, value);
            json.WriteEndObject();
            if (run.DataHash is { } data) json.WriteString("data_sha256", data);
            if (run.Command is { } command) json.WriteString("command", command);
            json.WriteNumber("steps", run.Steps);
            if (run.Best is { } best) LineFile.Write(json, "best", best);
            if (run.ParameterHash is { } hash) json.WriteString("parameters_sha256", hash);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(memory.ToArray()) + "\n";
    }

    public static (Content Content, SnapshotOrigin Environment) Read(JsonElement root)
    {
        var environment = root.GetProperty("environment").EnumerateObject().ToDictionary(pair => pair.Name, pair => Text(pair.Value)!);
        return (
            new(
                Text(root.GetProperty("title"))!,
                [.. root.GetProperty("configuration").EnumerateObject().Select(pair => (pair.Name, Text(pair.Value)!))],
                Optional("data_sha256"), Optional("command"), root.GetProperty("steps").GetInt64(),
                root.TryGetProperty("best", out var best) ? LineFile.Number(best) : null, Optional("parameters_sha256")),
            SnapshotOrigin.Of(environment));

        string? Optional(string name) => root.TryGetProperty(name, out var value) ? Text(value) : null;
    }

    static string? Text(JsonElement element) => element.GetString();
}
