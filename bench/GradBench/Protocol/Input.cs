using System.Text.Json;

namespace Autograd.GradBench;

/// <summary>A part of a message, read by name. What is missing or of another kind is an <see cref="InputException"/>.</summary>
/// <param name="element">Its text.</param>
/// <param name="path">Where it stands, for messages.</param>
readonly struct Input(JsonElement element, string path = "input")
{
    /// <summary>The field of a name.</summary>
    public Input this[string name] => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var field)
        ? new Input(field, $"{path}.{name}")
        : throw new InputException($"{path} has no field '{name}'.");

    /// <summary>A field, or another value where there is none.</summary>
    public double NumberOr(string name, double otherwise) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out _) ? this[name].Number() : otherwise;

    public string Text() => element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Wrong("text");

    public bool Flag() =>
        element.ValueKind is JsonValueKind.True or JsonValueKind.False ? element.GetBoolean() : throw Wrong("true or false");

    public double Number() => element.ValueKind == JsonValueKind.Number ? element.GetDouble() : throw Wrong("a number");

    public int Whole() =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int value) ? value : throw Wrong("an integer");

    public int Whole(int least) => Whole() is var value && value >= least ? value : throw Wrong($"an integer of at least {least}");

    /// <summary>A list of integers.</summary>
    public int[] Wholes() => [.. Items().Select(item => item.Whole())];

    /// <summary>Lists of lists of numbers, as deep as they are, as a tensor of double precision.</summary>
    public Tensor Tensor()
    {
        var shape = new List<int>();
        for (var at = element; at.ValueKind == JsonValueKind.Array; at = at[0])
        {
            shape.Add(at.GetArrayLength());
            if (shape[^1] == 0) break;
        }
        var elements = new List<double>();
        Collect(element, 0, shape, elements);
        return Autograd.Tensor.From(elements.ToArray(), [.. shape]);
    }

    /// <summary>As above; the tensor has to have a shape.</summary>
    public Tensor Tensor(params ReadOnlySpan<int> lengths)
    {
        var tensor = Tensor();
        return tensor.Shape.Lengths.SequenceEqual(lengths)
            ? tensor
            : throw new InputException($"{path} has the shape {tensor.Shape}; [{string.Join(", ", lengths.ToArray())}] is needed.");
    }

    IEnumerable<Input> Items()
    {
        if (element.ValueKind != JsonValueKind.Array) throw Wrong("a list");
        foreach (var item in element.EnumerateArray()) yield return new Input(item, $"an item of {path}");
    }

    void Collect(JsonElement at, int depth, List<int> shape, List<double> elements)
    {
        if (depth == shape.Count)
        {
            elements.Add(new Input(at, path).Number());
            return;
        }
        if (at.ValueKind != JsonValueKind.Array || at.GetArrayLength() != shape[depth]) throw Wrong("lists of one length");
        foreach (var item in at.EnumerateArray()) Collect(item, depth + 1, shape, elements);
    }

    InputException Wrong(string needed) => new($"{path} is not {needed}.");
}

/// <summary>A message or an input cannot be used; the text says why.</summary>
sealed class InputException(string message) : Exception(message);
