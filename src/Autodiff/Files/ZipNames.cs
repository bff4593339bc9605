using System.Text;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Autograd.Files;

/// <summary>
/// The names in a zip archive (APPNOTE 6.3): each stands before its entry and again in the directory at the end. No checksum covers them,
/// and who reads the directory alone would take a damaged one for the name of another array.
/// </summary>
static class ZipNames
{
    const int EndBytes = 22, LocatorBytes = 20, EntryBytes = 46, LocalBytes = 30, Utf8Flag = 0x800, WidePlaces = 1;

    // Written in place of a number that takes 64 bits and is elsewhere.
    const uint Elsewhere = uint.MaxValue;

    /// <summary>Checks that entries have the names, in the same encoding, that the directory gives them.</summary>
    /// <param name="archive">The archive, whose directory has been read once.</param>
    /// <param name="count">Number of its entries.</param>
    /// <exception cref="InvalidDataException">One has not; the message has both names.</exception>
    /// <exception cref="EndOfStreamException">It ends before an entry.</exception>
    public static void Check(Stream archive, int count)
    {
        long place = Directory(archive);
        for (int i = 0; i < count; i++)
        {
            byte[] entry = Read(archive, place, EntryBytes);
            int nameBytes = ReadUInt16LittleEndian(entry.AsSpan(28)), extraBytes = ReadUInt16LittleEndian(entry.AsSpan(30));
            byte[] rest = Read(archive, place + EntryBytes, nameBytes + extraBytes), name = rest[..nameBytes];
            long start = Start(entry, rest.AsSpan(nameBytes));
            byte[] local = Read(archive, start, LocalBytes);
            byte[] own = Read(archive, start + LocalBytes, ReadUInt16LittleEndian(local.AsSpan(26)));
            if (!own.AsSpan().SequenceEqual(name) || IsUtf8(local.AsSpan(6)) != IsUtf8(entry.AsSpan(8)))
                throw new InvalidDataException(
                    $"an entry is called \"{Encoding.UTF8.GetString(name)}\" in the directory and \"{Encoding.UTF8.GetString(own)}\" where "
                    + "it stands, or in another encoding. It is damaged.");
            place += EntryBytes + rest.Length + ReadUInt16LittleEndian(entry.AsSpan(32));
        }
    }

    // A comment of any length may follow the end.
    static long Directory(Stream archive)
    {
        long from = Math.Max(0, archive.Length - EndBytes - ushort.MaxValue);
        byte[] tail = Read(archive, from, (int)(archive.Length - from));
        int end = tail.AsSpan(..^(EndBytes - 4)).LastIndexOf("PK\u0005\u0006"u8);
        uint place = ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        if (place != Elsewhere) return place;
        long wideEnd = ReadInt64LittleEndian(Read(archive, from + end - LocatorBytes + 8, sizeof(long)));
        return ReadInt64LittleEndian(Read(archive, wideEnd + 48, sizeof(long)));
    }

    // Of the wide numbers, those are there that are elsewhere: the size, the compressed size and the place.
    static long Start(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> extra)
    {
        uint place = ReadUInt32LittleEndian(entry[42..]);
        if (place != Elsewhere) return place;
        while (ReadUInt16LittleEndian(extra) != WidePlaces) extra = extra[(4 + ReadUInt16LittleEndian(extra[2..]))..];
        int at = 4;
        foreach (int size in (ReadOnlySpan<int>)[24, 20])
            if (ReadUInt32LittleEndian(entry[size..]) == Elsewhere) at += sizeof(long);
        return ReadInt64LittleEndian(extra[at..]);
    }

    static bool IsUtf8(ReadOnlySpan<byte> flags) => (ReadUInt16LittleEndian(flags) & Utf8Flag) != 0;

    static byte[] Read(Stream archive, long place, int count)
    {
        if (place > archive.Length - count) throw new EndOfStreamException("it ends before an entry of its directory does.");
        byte[] bytes = new byte[count];
        archive.Position = place;
        archive.ReadExactly(bytes);
        return bytes;
    }
}
