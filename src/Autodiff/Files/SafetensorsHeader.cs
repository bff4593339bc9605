using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Autograd.Files;

/// <summary>What a header says of a tensor.</summary>
sealed record SafetensorsEntry(string Name, string Type, long[] Lengths, long Begin, long End)
{
    /// <summary>Bits of an element, by type.</summary>
    public static int BitsOf(string type) => type switch
    {
        "F64" or "I64" or "U64" or "C64" => 64,
        "F32" or "I32" or "U32" => 32,
        "F16" or "BF16" or "I16" or "U16" => 16,
        "I8" or "U8" or "BOOL" or "F8_E4M3" or "F8_E5M2" or "F8_E8M0" or "F8_E4M3FNUZ" or "F8_E5M2FNUZ" => 8,
        "F6_E2M3" or "F6_E3M2" => 6,
        "F4" => 4,
        _ => 0,
    };

    /// <summary>The shape, if this library can have such tensors.</summary>
    public Shape ShapeFor(string file)
    {
        try
        {
            return Shape.Create(Array.ConvertAll(Lengths, length => checked((int)length)));
        }
        catch (Exception error) when (error is OverflowException or ArgumentException)
        {
            throw new TensorFileException(file, $"tensor \"{Name}\" [{string.Join(", ", Lengths)}] is too large for a tensor.", error);
        }
    }
}

/// <summary>A header that has been checked. Nothing is allocated for what a header only claims.</summary>
sealed class SafetensorsHeader
{
    const long LongestHeader = 100_000_000;
    const int MostTensors = 1 << 16, MostAxes = 64;

    readonly string file;
    readonly Dictionary<string, SafetensorsEntry> entries = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

    SafetensorsHeader(string file, byte[] bytes)
    {
        this.file = file;
        Bytes = bytes;
    }

    /// <summary>All bytes before the elements.</summary>
    public byte[] Bytes { get; }

    /// <summary>Where the elements begin.</summary>
    public long Start => Bytes.Length;

    /// <summary>Where in <see cref="Bytes"/> a text of the metadata begins, behind its quotation mark.</summary>
    public int PlaceOf(string metadataName) => places[metadataName];

    public IReadOnlyList<string> Names { get; private set; } = [];

    public IReadOnlyDictionary<string, string> Metadata => metadata;

    public static SafetensorsHeader Read(string file, SafeFileHandle handle)
    {
        long length = RandomAccess.GetLength(handle);
        Span<byte> first = stackalloc byte[sizeof(ulong)];
        if (length < first.Length || RandomAccess.Read(handle, first, 0) < first.Length)
            throw new TensorFileException(file, "it is too short to be a safetensors file.");
        ulong size = BitConverter.ToUInt64(first);
        if (size > LongestHeader || (long)size > length - first.Length)
            throw new TensorFileException(
                file, $"its header claims {size} bytes; the file has {length - first.Length} after its length, and {LongestHeader} are "
                + "allowed.");
        byte[] bytes = new byte[first.Length + (int)size];
        if (!Fill(handle, bytes, 0)) throw new TensorFileException(file, "it ends within its header.");
        var header = new SafetensorsHeader(file, bytes);
        try
        {
            header.Parse(bytes.AsSpan(first.Length));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or OverflowException)
        {
            throw new TensorFileException(file, $"its header is not what it should be: {error.Message}", error);
        }
        header.CheckTiling(length - header.Start);
        return header;
    }

    /// <summary>Reads as many bytes as there is room for; false where the file ends before.</summary>
    public static bool Fill(SafeFileHandle handle, Span<byte> bytes, long offset)
    {
        for (int read = 0; read < bytes.Length;)
        {
            int count = RandomAccess.Read(handle, bytes[read..], offset + read);
            if (count == 0) return false;
            read += count;
        }
        return true;
    }

    public SafetensorsEntry Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return entries.TryGetValue(name, out var entry)
            ? entry
            : throw new TensorFileException(file, $"there is no tensor \"{name}\"; there are {Some(Names)}.");
    }

    /// <summary>Some names, for messages.</summary>
    public static string Some(IReadOnlyCollection<string> names) =>
        names.Count == 0 ? "none" : string.Join(", ", names.Take(12)) + (names.Count > 12 ? $" and {names.Count - 12} more" : "");

    void Parse(ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text);
        bool hasMetadata = false;
        Expect(ref json, JsonTokenType.StartObject, "it must be an object");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!;
            Expect(ref json, JsonTokenType.StartObject, $"\"{name}\" must be an object");
            if (name == Safetensors.MetadataName && hasMetadata) throw new JsonException("the metadata appear twice.");
            if (name == Safetensors.MetadataName) ParseMetadata(ref json);
            else if (!entries.TryAdd(name, ParseEntry(ref json, name))) throw new JsonException($"\"{name}\" appears twice.");
            hasMetadata |= name == Safetensors.MetadataName;
            if (entries.Count > MostTensors) throw new JsonException($"more than {MostTensors} tensors.");
        }
        if (json.Read()) throw new JsonException("something follows the object.");
    }

    void ParseMetadata(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!;
            Expect(ref json, JsonTokenType.String, $"\"{name}\" of the metadata must be a text");
            places[name] = sizeof(ulong) + (int)json.TokenStartIndex + 1;
            if (!metadata.TryAdd(name, json.GetString()!)) throw new JsonException($"\"{name}\" appears twice in the metadata.");
        }
    }

    static SafetensorsEntry ParseEntry(ref Utf8JsonReader json, string name)
    {
        string? type = null;
        long[]? lengths = null, offsets = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string key = json.GetString()!;
            json.Read();
            switch (key)
            {
                case "dtype" when type is null: type = json.GetString(); break;
                case "shape" when lengths is null: lengths = Numbers(ref json, name, MostAxes); break;
                case "data_offsets" when offsets is null: offsets = Numbers(ref json, name, 2); break;
                case "dtype" or "shape" or "data_offsets": throw new JsonException($"\"{name}\" has two of {key}.");
                default: json.Skip(); break;
            }
        }
        if (type is null || lengths is null || offsets is not [var begin, var end])
            throw new JsonException($"\"{name}\" needs dtype, shape and two data_offsets.");
        int bits = SafetensorsEntry.BitsOf(type);
        if (bits == 0) throw new JsonException($"\"{name}\" has elements of an unknown type {type}.");
        long size = bits;
        foreach (long length in lengths) size = checked(size * length);
        if (size % 8 != 0 || end < begin || end - begin != size / 8)
            throw new JsonException($"\"{name}\" is {type} [{string.Join(", ", lengths)}], but has the bytes from {begin} to {end}.");
        return new(name, type, lengths, begin, end);
    }

    static long[] Numbers(ref Utf8JsonReader json, string name, int most)
    {
        if (json.TokenType != JsonTokenType.StartArray) throw new JsonException($"\"{name}\" needs lists of numbers.");
        var numbers = new List<long>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out long number) || number < 0 || numbers.Count == most)
                throw new JsonException($"\"{name}\" needs lists of at most {most} whole numbers that are not negative.");
            numbers.Add(number);
        }
        return [.. numbers];
    }

    static void Expect(ref Utf8JsonReader json, JsonTokenType type, string message)
    {
        if (!json.Read() || json.TokenType != type) throw new JsonException($"{message}.");
    }

    // A gap could hide something, and ranges that overlap make a small file large.
    void CheckTiling(long bytes)
    {
        var ordered = entries.Values.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End).ToArray();
        long next = 0;
        foreach (var entry in ordered)
        {
            if (entry.Begin != next)
                throw new TensorFileException(
                    file, $"tensor \"{entry.Name}\" begins at byte {entry.Begin}; the one before ends at {next}.");
            next = entry.End;
        }
        if (next != bytes) throw new TensorFileException(file, $"its tensors have {next} bytes, and the file has {bytes} for them.");
        Names = [.. ordered.Select(entry => entry.Name)];
    }
}
