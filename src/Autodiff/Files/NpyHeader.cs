using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Autograd.Files;

/// <summary>
/// The header of an array in numpy's format: eight bytes of magic and version, the length of a text, and the text, a dictionary in Python
/// with the type of the elements, their order and the shape.
/// </summary>
sealed record NpyHeader(string Type, bool IsFortran, long[] Lengths)
{
    /// <summary>Bytes before the elements.</summary>
    public long Size { get; init; }

    // Beyond it no header of a plain array goes.
    const int MostBytes = 1 << 16;

    static readonly Regex Dictionary = new(@"^\s*\{[^{}]*\}\s*$"), TypeOf = new(@"'descr'\s*:\s*'([^']*)'"),
        OrderOf = new(@"'fortran_order'\s*:\s*(True|False)"), ShapeOf = new(@"'shape'\s*:\s*\(([0-9,\s]*)\)");

    static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Bytes of all elements; more than a <see cref="long"/> holds is an error of the file.</summary>
    public long Bytes(int elementBytes, string file)
    {
        long bytes = elementBytes;
        try
        {
            foreach (long length in Lengths) bytes = checked(bytes * length);
            return bytes;
        }
        catch (OverflowException)
        {
            throw new TensorFileException(file, $"the shape ({string.Join(", ", Lengths)}) is absurd.");
        }
    }

    /// <summary>The header of a tensor, of a whole number of 64 bytes, so that the elements begin where a vector may.</summary>
    public static byte[] Of(Tensor tensor)
    {
        string type = tensor.ElementType == ElementType.Float32 ? "<f4" : "<f8", comma = tensor.Rank == 1 ? "," : "";
        string lengths = string.Join(", ", tensor.Shape.Lengths.ToArray().Select(length => length.ToString(CultureInfo.InvariantCulture)));
        string text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({lengths}{comma}), }}";
        int start = Magic.Length + 4, total = (start + text.Length + 1 + 63) / 64 * 64;
        byte[] header = new byte[total];
        Magic.CopyTo(header);
        header[Magic.Length] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(Magic.Length + 2), (ushort)(total - start));
        Encoding.ASCII.GetBytes(text.PadRight(total - start - 1) + "\n", header.AsSpan(start));
        return header;
    }

    /// <summary>Reads a header; the stream stands at the elements afterwards.</summary>
    public static NpyHeader Read(Stream stream, string file)
    {
        Span<byte> begin = stackalloc byte[Magic.Length + 2];
        if (stream.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false) < begin.Length || !begin.StartsWith(Magic))
            throw new TensorFileException(file, "it is no array in numpy's format.");
        int version = begin[Magic.Length];
        if (version is < 1 or > 3) throw new TensorFileException(file, $"it has version {version} of numpy's format; 1 to 3 can be read.");
        Span<byte> size = stackalloc byte[version == 1 ? 2 : 4];
        uint length = stream.ReadAtLeast(size, size.Length, throwOnEndOfStream: false) < size.Length ? uint.MaxValue
            : version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > MostBytes) throw new TensorFileException(file, "its header is cut or absurd.");
        byte[] text = new byte[length];
        if (stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < text.Length)
            throw new TensorFileException(file, "its header is cut.");
        return Parse(Encoding.UTF8.GetString(text), file) with { Size = begin.Length + size.Length + text.Length };
    }

    static NpyHeader Parse(string text, string file)
    {
        if (!Dictionary.IsMatch(text)) throw new TensorFileException(file, "its header is no dictionary of a plain array.");
        var (type, order, shape) = (TypeOf.Matches(text), OrderOf.Matches(text), ShapeOf.Matches(text));
        if (type.Count != 1 || order.Count != 1 || shape.Count != 1)
            throw new TensorFileException(file, "its header lacks the type, the order or the shape, or has one twice.");
        string[] parts = shape[0].Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        long[] lengths = new long[parts.Length];
        for (int i = 0; i < parts.Length; i++)
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out lengths[i]))
                throw new TensorFileException(file, "its shape is absurd.");
        return new(type[0].Groups[1].Value, order[0].Groups[1].Value == "True", lengths);
    }
}
