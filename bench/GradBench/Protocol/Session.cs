using System.Buffers;
using System.Diagnostics;
using System.Text.Json;

namespace Autograd.GradBench;

/// <summary>
/// GradBench's protocol from the side of a tool: every message, a line of JSON, has one response with its number. A message that cannot be
/// read is answered too, without success and with the number <c>null</c> if it has none, and the session goes on.
/// </summary>
/// <param name="evaluations">What the tool can evaluate.</param>
/// <param name="output">Where responses go.</param>
sealed class Session(IReadOnlyList<Evaluation> evaluations, Stream output)
{
    /// <summary>Answers messages until there are no more.</summary>
    public void Run(TextReader messages)
    {
        while (messages.ReadLine() is { } line)
        {
            output.Write(Response(line));
            output.Write("\n"u8);
            output.Flush();
        }
    }

    ReadOnlySpan<byte> Response(string line)
    {
        long? id = null;
        try
        {
            using var message = Parse(line);
            id = Id(message.RootElement);
            return Written(id, writer => Answer(writer, new Input(message.RootElement, "The message")));
        }
        catch (Exception error)
        {
            // Whatever goes wrong is the response to this message, and the next one is answered again.
            return Written(id, writer => Fail(writer, error is InputException or JsonException ? error.Message : error.ToString()));
        }
    }

    void Answer(Utf8JsonWriter writer, Input message)
    {
        switch (message["kind"].Text())
        {
            case "start":
                writer.WriteString("tool", "autograd-dotnet");
                break;
            case "define":
                Named(message["module"].Text());
                writer.WriteBoolean("success", true);
                break;
            case "evaluate":
                Evaluate(writer, message);
                break;
        }
    }

    void Evaluate(Utf8JsonWriter writer, Input message)
    {
        var (evaluation, name) = (Named(message["module"].Text()), message["function"].Text());
        if (!evaluation.Functions.TryGetValue(name, out var function))
            throw new InputException($"The module {evaluation.Name} has no function '{name}', but {List(evaluation.Functions.Keys)}.");
        var input = message["input"];
        var (least, seconds) = (input.NumberOr("min_runs", 1), input.NumberOr("min_seconds", 0));
        long start = Stopwatch.GetTimestamp();
        var compute = function(input);
        var prepared = Stopwatch.GetElapsedTime(start);
        // A first run compiles: methods, and the plan of a recurrent step. Tools that are compiled ahead of time have done so by now.
        start = Stopwatch.GetTimestamp();
        var result = compute();
        var (compiled, runs) = (Stopwatch.GetElapsedTime(start), new List<TimeSpan>());
        double elapsed = 0;
        do
        {
            start = Stopwatch.GetTimestamp();
            result = compute();
            runs.Add(Stopwatch.GetElapsedTime(start));
            elapsed += runs[^1].TotalSeconds;
        }
        while (runs.Count < least || elapsed < seconds);
        writer.WriteBoolean("success", true);
        writer.WritePropertyName("output");
        Output.Write(writer, result);
        writer.WriteStartArray("timings");
        Time(writer, "prepare", prepared);
        Time(writer, "compile", compiled);
        foreach (var run in runs) Time(writer, "evaluate", run);
        writer.WriteEndArray();
    }

    Evaluation Named(string module) => evaluations.FirstOrDefault(evaluation => evaluation.Name == module)
        ?? throw new InputException($"There is no module '{module}', but {List(evaluations.Select(evaluation => evaluation.Name))}.");

    static void Time(Utf8JsonWriter writer, string name, TimeSpan time)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WriteNumber("nanoseconds", (long)time.TotalNanoseconds);
        writer.WriteEndObject();
    }

    static void Fail(Utf8JsonWriter writer, string error)
    {
        writer.WriteBoolean("success", false);
        writer.WriteString("error", error);
    }

    static ReadOnlySpan<byte> Written(long? id, Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (id is { } number) writer.WriteNumber("id", number);
            else writer.WriteNull("id");
            fields(writer);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan;
    }

    static JsonDocument Parse(string line)
    {
        var message = JsonDocument.Parse(line);
        return message.RootElement.ValueKind == JsonValueKind.Object ? message : throw new InputException("The message is not an object.");
    }

    static long? Id(JsonElement message) =>
        message.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out long number) ? number
        : throw new InputException("The message has no number 'id'.");

    static string List(IEnumerable<string> names) => string.Join(", ", names);
}
