using System.Text;
using System.Text.Json;

namespace Autograd.Data;

/// <summary>Tokens as a text: <c>{"tokens":["a","b"],"unknown":"b"}</c>.</summary>
static class SavedTokens
{
    public static string ToJson(IEnumerable<string> tokens, string? unknown)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteStartArray("tokens");
            foreach (string token in tokens) json.WriteStringValue(token);
            json.WriteEndArray();
            if (unknown is not null) json.WriteString("unknown", unknown);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>Makes something of tokens and the unknown one.</summary>
    public static T Parse<T>(string operation, string json, Func<string[], string?, T> make)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var document = JsonDocument.Parse(json);
            string[] tokens = [.. document.RootElement.GetProperty("tokens").EnumerateArray().Select(token => token.GetString()!)];
            return make(tokens, document.RootElement.TryGetProperty("unknown", out var unknown) ? unknown.GetString() : null);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"{operation}: the text is no vocabulary of this kind: {error.Message}", error);
        }
    }
}
