using System.Runtime.InteropServices;

namespace Autograd.Onnx.Reading;

/// <summary>What a constant of a file is: numbers, or whole numbers such as axes and shapes.</summary>
readonly record struct OnnxConstant(Tensor? Numbers, long[]? Whole);

/// <summary>Reads a message of tensors (<c>TensorProto</c>): lengths, a type, and elements as bytes or as a list of numbers.</summary>
sealed class OnnxTensorReader(string file)
{
    const int Float = 1, Int32 = 6, Int64 = 7, Half = 10, Double = 11, Brain = 16;

    readonly ProtoReader reader = new(file);

    /// <summary>Reads a tensor.</summary>
    /// <exception cref="TensorFileException">
    /// It has fewer or more elements than its shape, elements of another type, or elements in another file.
    /// </exception>
    public OnnxConstant Read(ReadOnlyMemory<byte> message)
    {
        var lengths = new List<long>();
        var (singles, doubles, whole) = (new List<float>(), new List<double>(), new List<long>());
        ReadOnlyMemory<byte> raw = default;
        (int type, string name) = (0, "");
        foreach (var field in reader.Fields(message))
        {
            switch (field.Number)
            {
                case 1: reader.AddWhole(field, lengths); break;
                case 2: type = (int)Math.Min(field.Value, int.MaxValue); break;
                case 4: reader.AddNumbers(field, singles); break;
                case 5 or 7: reader.AddWhole(field, whole); break;
                case 8: name = field.Text; break;
                case 9: raw = field.Bytes; break;
                case 10: reader.AddNumbers(field, doubles); break;
                case 14 when field.Value != 0:
                    throw new TensorFileException(file, $"the elements of tensor \"{name}\" are in another file, which is not read.");
            }
        }
        return type switch
        {
            Float => Of(name, lengths, raw, singles),
            Double => Of(name, lengths, raw, doubles),
            Half => Of(name, lengths, Bits(name, raw, whole).ConvertAll(bits => (float)BitConverter.UInt16BitsToHalf(bits))),
            Brain => Of(name, lengths, Bits(name, raw, whole).ConvertAll(bits => BitConverter.Int32BitsToSingle(bits << 16))),
            Int32 => new(null, [.. raw.IsEmpty ? whole : Elements<int>(name, raw).ConvertAll(number => (long)number)]),
            Int64 => new(null, [.. raw.IsEmpty ? whole : Elements<long>(name, raw)]),
            _ => throw new TensorFileException(
                file, $"tensor \"{name}\" has elements of type {type}; float (1), double (11), float16 (10), bfloat16 (16), "
                    + "int32 (6) and int64 (7) can be read."),
        };
    }

    // Two bytes each, or in a list of whole numbers.
    List<ushort> Bits(string name, ReadOnlyMemory<byte> raw, List<long> listed) =>
        raw.IsEmpty ? listed.ConvertAll(number => (ushort)number) : Elements<ushort>(name, raw);

    OnnxConstant Of<T>(string name, List<long> lengths, ReadOnlyMemory<byte> raw, List<T> listed)
        where T : unmanaged
        => Of(name, lengths, raw.IsEmpty ? listed : Elements<T>(name, raw));

    OnnxConstant Of<T>(string name, List<long> lengths, List<T> elements)
        where T : unmanaged
    {
        // As a number that does not overflow, before anything relies on it.
        double count = lengths.Aggregate(1.0, (product, length) => product * length);
        if (lengths.Exists(length => length is < 0 or > int.MaxValue) || count != elements.Count)
            throw new TensorFileException(
                file, $"tensor \"{name}\" of shape [{string.Join(", ", lengths)}] has {elements.Count} elements.");
        var shape = Shape.Create([.. lengths.Select(length => (int)length)]);
        return new(elements is List<float> singles ? Tensor.Own(singles.ToArray(), shape)
            : Tensor.Own(((List<double>)(object)elements).ToArray(), shape), null);
    }

    List<T> Elements<T>(string name, ReadOnlyMemory<byte> raw)
        where T : unmanaged
    {
        if (raw.Length % Marshal.SizeOf<T>() != 0)
            throw new TensorFileException(file, $"tensor \"{name}\" ends within an element.");
        return [.. MemoryMarshal.Cast<byte, T>(raw.Span)];
    }
}
