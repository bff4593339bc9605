namespace Autograd.Files;

/// <summary>The checksum of zip archives (ISO 3309), which those who read them have to compare themselves.</summary>
static class Crc32
{
    const uint Polynomial = 0xEDB88320;

    static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    /// <summary>The checksum and the length of what a stream has left; of one that is longer than it may be, of its beginning.</summary>
    public static uint Of(Stream stream, long most, out long length)
    {
        byte[] buffer = new byte[1 << 16];
        uint sum = uint.MaxValue;
        length = 0;
        for (int count; length <= most && (count = stream.Read(buffer)) > 0; length += count)
            foreach (byte next in buffer.AsSpan(0, count))
                sum = Table[(byte)(sum ^ next)] ^ (sum >> 8);
        return ~sum;
    }

    static uint Entry(int number)
    {
        uint entry = (uint)number;
        for (int bit = 0; bit < 8; bit++) entry = (entry & 1) == 0 ? entry >> 1 : (entry >> 1) ^ Polynomial;
        return entry;
    }
}
