using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Autograd.Onnx.Reading;

/// <summary>
/// A field of a message: a number as it is kept, or the bytes, maybe none, of a text, of a packed list or of a message within.
/// </summary>
readonly record struct ProtoField(int Number, ulong Value, ReadOnlyMemory<byte> Bytes, bool HasBytes = false)
{
    public string Text => Encoding.UTF8.GetString(Bytes.Span);
}

/// <summary>
/// Reads messages in the encoding of Protocol Buffers (protobuf.dev, "Encoding"), field by field, without a copy. Nothing is trusted: each
/// length must lie within the message.
/// </summary>
/// <param name="file">The file, for messages.</param>
sealed class ProtoReader(string file)
{
    const int Varint = 0, Fixed64 = 1, Delimited = 2, Fixed32 = 5;

    /// <summary>The fields of a message, in the order of the file.</summary>
    /// <exception cref="TensorFileException">It is no message, or is cut.</exception>
    public IEnumerable<ProtoField> Fields(ReadOnlyMemory<byte> message)
    {
        while (!message.IsEmpty)
        {
            ulong tag = TakeVarint(ref message);
            int number = (int)Math.Min(tag >> 3, int.MaxValue);
            yield return (int)(tag & 7) switch
            {
                Varint => new(number, TakeVarint(ref message), default),
                Fixed64 => new(number, BinaryPrimitives.ReadUInt64LittleEndian(Take(ref message, sizeof(ulong)).Span), default),
                Delimited => new(number, 0, Take(ref message, TakeVarint(ref message)), HasBytes: true),
                Fixed32 => new(number, BinaryPrimitives.ReadUInt32LittleEndian(Take(ref message, sizeof(uint)).Span), default),
                _ => throw Damaged("a field has a type that does not exist"),
            };
        }
    }

    /// <summary>Adds the whole numbers of a field that repeats: one, or a packed list of them.</summary>
    public void AddWhole(ProtoField field, List<long> to)
    {
        if (!field.HasBytes) to.Add((long)field.Value);
        for (var left = field.Bytes; !left.IsEmpty;) to.Add((long)TakeVarint(ref left));
    }

    /// <summary>Adds the numbers of a field that repeats, each of the size of its type: one, or a packed list of them.</summary>
    public void AddNumbers<T>(ProtoField field, List<T> to)
        where T : unmanaged
    {
        ulong one = field.Value;
        var bytes = field.HasBytes ? field.Bytes.Span : MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in one))[..Marshal.SizeOf<T>()];
        if (bytes.Length % Marshal.SizeOf<T>() != 0) throw Damaged("a list of numbers ends within a number");
        to.AddRange(MemoryMarshal.Cast<byte, T>(bytes));
    }

    public TensorFileException Damaged(string reason) => new(file, $"it is no ONNX file, or a damaged one: {reason}.");

    ulong TakeVarint(ref ReadOnlyMemory<byte> left)
    {
        ulong value = 0;
        var bytes = left.Span;
        for (int i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] > 0x7F) continue;
            left = left[(i + 1)..];
            return value;
        }
        throw Damaged("a number does not end");
    }

    ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> left, ulong length)
    {
        if (length > (ulong)left.Length) throw Damaged("a field is longer than what is left of its message");
        var taken = left[..(int)length];
        left = left[(int)length..];
        return taken;
    }
}
