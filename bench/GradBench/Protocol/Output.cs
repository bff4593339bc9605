using System.Text.Json;

namespace Autograd.GradBench;

/// <summary>Writes a result: numbers, tensors as lists of lists, and what has named parts.</summary>
static class Output
{
    public static void Write(Utf8JsonWriter writer, object result)
    {
        switch (result)
        {
            case Tensor tensor:
                int next = 0;
                Write(writer, tensor.ToDoubles(), tensor.Shape, 0, ref next);
                break;
            case IReadOnlyDictionary<string, object> parts:
                writer.WriteStartObject();
                foreach (var (name, part) in parts)
                {
                    writer.WritePropertyName(name);
                    Write(writer, part);
                }
                writer.WriteEndObject();
                break;
            case int whole:
                writer.WriteNumberValue(whole);
                break;
            case int[] wholes:
                writer.WriteStartArray();
                foreach (int whole in wholes) writer.WriteNumberValue(whole);
                writer.WriteEndArray();
                break;
            case double number:
                Write(writer, number);
                break;
            default:
                throw new ArgumentException($"A result of type {result.GetType()} cannot be written.", nameof(result));
        }
    }

    static void Write(Utf8JsonWriter writer, double[] elements, Shape shape, int axis, ref int next)
    {
        if (axis == shape.Rank)
        {
            Write(writer, elements[next++]);
            return;
        }
        writer.WriteStartArray();
        for (int i = 0; i < shape[axis]; i++) Write(writer, elements, shape, axis + 1, ref next);
        writer.WriteEndArray();
    }

    static void Write(Utf8JsonWriter writer, double number)
    {
        if (!double.IsFinite(number)) throw new InputException($"The result has the value {number}, for which JSON has no number.");
        writer.WriteNumberValue(number);
    }
}
