using System.Buffers.Binary;
using System.Text;

namespace Autograd.Files;

/// <summary>
/// A message in the encoding of Protocol Buffers (protobuf.dev, "Encoding"), as the list of its pieces: what lies within it, tensors above
/// all, is not copied.
/// </summary>
sealed class ProtoMessage
{
    const int Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;

    readonly List<ReadOnlyMemory<byte>> pieces = [];

    /// <summary>Length of the message in bytes.</summary>
    public long Length { get; private set; }

    /// <summary>A whole number, of a field of type int32, int64 or enum.</summary>
    public ProtoMessage Add(int field, long value)
    {
        Append([.. Encoded(Tag(field, Varint)), .. Encoded((ulong)value)]);
        return this;
    }

    /// <summary>A single-precision number.</summary>
    public ProtoMessage Add(int field, float value)
    {
        byte[] bytes = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        Append([.. Encoded(Tag(field, Fixed32)), .. bytes]);
        return this;
    }

    /// <summary>A double-precision number.</summary>
    public ProtoMessage Add(int field, double value)
    {
        byte[] bytes = new byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        Append([.. Encoded(Tag(field, Fixed64)), .. bytes]);
        return this;
    }

    /// <summary>A text.</summary>
    public ProtoMessage Add(int field, string value) => Add(field, (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(value));

    /// <summary>Bytes, which must not change any more.</summary>
    public ProtoMessage Add(int field, ReadOnlyMemory<byte> value)
    {
        Begin(field, value.Length);
        Append(value);
        return this;
    }

    /// <summary>A message within this one, which must not change any more.</summary>
    public ProtoMessage Add(int field, ProtoMessage value)
    {
        Begin(field, value.Length);
        foreach (var piece in value.pieces) Append(piece);
        return this;
    }

    /// <summary>Writes the message.</summary>
    public void WriteTo(Stream stream)
    {
        foreach (var piece in pieces) stream.Write(piece.Span);
    }

    void Begin(int field, long length) => Append([.. Encoded(Tag(field, Bytes)), .. Encoded((ulong)length)]);

    void Append(ReadOnlyMemory<byte> piece)
    {
        pieces.Add(piece);
        Length += piece.Length;
    }

    void Append(byte[] piece) => Append((ReadOnlyMemory<byte>)piece);

    static ulong Tag(int field, int wire) => ((ulong)field << 3) | (uint)wire;

    // Seven bits in each byte, the lowest first; the eighth says that more follow.
    static byte[] Encoded(ulong value)
    {
        var bytes = new List<byte>(2);
        for (; value > 0x7F; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
