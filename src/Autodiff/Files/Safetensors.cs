using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Autograd;

/// <summary>
/// Files of named tensors in the format safetensors (github.com/huggingface/safetensors): eight bytes with the length of a header, the
/// header in JSON, and then the elements of all tensors, row by row, little-endian. Nothing in such a file is ever executed or followed.
/// <code>
/// Safetensors.Write("weights.safetensors", [("w", w), ("b", b)]);
/// var tensors = Safetensors.Read("weights.safetensors");
/// </code>
/// </summary>
public static class Safetensors
{
    /// <summary>The name of the metadata in a header, which no tensor can have.</summary>
    internal const string MetadataName = "__metadata__";

    const int ChunkBytes = 1 << 20;

    /// <summary>
    /// Writes a file, completely or not at all: an existing file is replaced only when the new one is complete. The same tensors and
    /// metadata give the same bytes, in whatever order they come: doubles first, then by name.
    /// </summary>
    /// <param name="path">The file, which may exist.</param>
    /// <param name="tensors">The tensors, with data.</param>
    /// <param name="metadata">Texts by name, if any.</param>
    /// <exception cref="ArgumentException">Two tensors have the same name, or a name is not allowed.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing file is unchanged.</exception>
    public static void Write(
        string path, IEnumerable<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var ordered = Ordered(tensors);
        Write(path, Header(ordered, metadata), ordered);
    }

    /// <exception cref="TapeException">A parameter is changed while it is written; an existing file is unchanged.</exception>
    internal static void Write(string path, byte[] header, (string Name, Tensor Value)[] ordered)
    {
        Tensor[] values = [.. ordered.Select(tensor => tensor.Value)];
        var stamp = ReadStamp.Of(values);
        AtomicFile.Replace(path, stream =>
        {
            stream.Write(header);
            foreach (var value in values) WriteElements(stream, value);
            stamp.ThrowIfChanged(values);
        });
    }

    /// <summary>Some of the elements' bytes as they are in a file: row by row, little-endian.</summary>
    internal static ReadOnlySpan<byte> BytesOf(Tensor value, long from, int count)
    {
        ref byte first = ref value.ElementType == ElementType.Float32
            ? ref Unsafe.As<float, byte>(ref MemoryMarshal.GetReference(value.ReadSpan<float>()))
            : ref Unsafe.As<double, byte>(ref MemoryMarshal.GetReference(value.ReadSpan<double>()));
        return MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref first, (nint)from), count);
    }

    /// <summary>Writes all elements, which may be more bytes than a span has.</summary>
    internal static void WriteElements(Stream stream, Tensor value)
    {
        long bytes = (long)value.ElementCount * value.ElementType.ByteSize();
        for (long done = 0; done < bytes; done += ChunkBytes) stream.Write(BytesOf(value, done, (int)Math.Min(ChunkBytes, bytes - done)));
    }

    /// <summary>Reads all tensors of a file.</summary>
    /// <inheritdoc cref="SafetensorsFile.Open"/>
    public static IReadOnlyDictionary<string, Tensor> Read(string path)
    {
        using var file = SafetensorsFile.Open(path);
        return file.Names.ToDictionary(name => name, file.Read);
    }

    internal static (string Name, Tensor Value)[] Ordered(IEnumerable<(string Name, Tensor Value)> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        (string Name, Tensor Value)[] all = [.. tensors.Select(tensor => (tensor.Name, Checked(tensor.Name, tensor.Value)))];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, _) in all)
            if (!names.Add(name))
                throw new ArgumentException($"Safetensors: two tensors have the name \"{name}\".", nameof(tensors));
        return [.. all.OrderByDescending(tensor => tensor.Value.ElementType.ByteSize())
            .ThenBy(tensor => tensor.Name, StringComparer.Ordinal)];
    }

    static Tensor Checked(string name, Tensor value)
    {
        Require.Unicode(nameof(Safetensors), "the name of a tensor", name);
        if (name == MetadataName) throw new ArgumentException($"Safetensors: no tensor can have the name {MetadataName}.", nameof(name));
        ArgumentNullException.ThrowIfNull(value);
        if (value.IsSymbolic) throw new ArgumentException($"Safetensors: tensor \"{name}\" is symbolic; it has no data.", nameof(value));
        value.CheckOwner("Safetensors");
        return value;
    }

    internal static byte[] Header((string Name, Tensor Value)[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var text = new MemoryStream();
        text.Write(new byte[sizeof(ulong)]);
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 }) WriteMetadata(json, metadata);
            long begin = 0;
            foreach (var (name, value) in tensors) begin = WriteEntry(json, name, value, begin);
            json.WriteEndObject();
        }
        // So that the elements begin where a vector may.
        while (text.Length % sizeof(ulong) != 0) text.WriteByte((byte)' ');
        byte[] header = text.ToArray();
        BitConverter.TryWriteBytes(header, (ulong)(header.Length - sizeof(ulong)));
        return header;
    }

    static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(MetadataName);
        foreach (var (name, text) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Require.Unicode(nameof(Safetensors), "the name of a text", name);
            Require.Unicode(nameof(Safetensors), $"the text of {name},", text);
            json.WriteString(name, text);
        }
        json.WriteEndObject();
    }

    static long WriteEntry(Utf8JsonWriter json, string name, Tensor value, long begin)
    {
        long end = checked(begin + (long)value.ElementCount * value.ElementType.ByteSize());
        json.WriteStartObject(name);
        json.WriteString("dtype", value.ElementType == ElementType.Float32 ? "F32" : "F64");
        json.WriteStartArray("shape");
        foreach (int length in value.Shape) json.WriteNumberValue(length);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
        return end;
    }
}
