using System.Buffers;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;

namespace Autograd.Files;

/// <summary>
/// The checksum of a snapshot: the CRC-32C of the file from its first byte to its last, with zeros in the place of the checksum's own
/// eight digits. Several threads share the blocks of a file, read them and check them while they are in the cache.
/// </summary>
static class SnapshotSeal
{
    public const string Name = ".crc32c";

    const int BlockBytes = 1 << 20, Digits = 8;

    public static string Zeros { get; } = new('0', Digits);

    /// <summary>Puts the checksum in the place of its zeros.</summary>
    public static void Put(byte[] header, (string Name, Tensor Value)[] tensors)
    {
        // Nothing but a name can have quotation marks in front of it; in texts they are escaped.
        int place = header.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"\"{Name}\":\"")) + Name.Length + 4;
        var parts = new List<SnapshotPart> { SnapshotPart.Of(0, header) };
        long start = header.Length;
        foreach (var (_, value) in tensors)
        {
            parts.Add(SnapshotPart.Of(start, value));
            start += parts[^1].Length;
        }
        Encoding.ASCII.GetBytes(Of(parts, start), header.AsSpan(place));
    }

    /// <summary>Reads all tensors, and the checksum of the file that they are read from.</summary>
    public static (IReadOnlyDictionary<string, Tensor> Tensors, string Checksum) Read(string path, SafetensorsFile file)
    {
        var parts = new List<SnapshotPart> { SnapshotPart.Of(0, WithZeros(file)) };
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (string name in file.Names)
        {
            tensors[name] = Space(path, name, file);
            parts.Add(SnapshotPart.Into(file.PlaceOf(name), tensors[name]));
        }
        string checksum = Of(parts, parts[^1].Start + parts[^1].Length, (bytes, offset) =>
        {
            if (!SafetensorsHeader.Fill(file.Handle, bytes, offset)) throw Cut(path);
        });
        return (tensors, checksum);
    }

    /// <summary>The checksum of a file, of which nothing is kept.</summary>
    public static string Of(string path, SafetensorsFile file)
    {
        byte[] header = WithZeros(file);
        return Of(RandomAccess.GetLength(file.Handle), (offset, count) =>
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(count);
            var bytes = buffer.AsSpan(0, count);
            try
            {
                if (!SafetensorsHeader.Fill(file.Handle, bytes, offset)) throw Cut(path);
                if (offset < header.Length) header.AsSpan((int)offset..Math.Min(header.Length, (int)offset + count)).CopyTo(bytes);
                return Crc32C.Of(bytes);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        });
    }

    static TensorFileException Cut(string path) => new(path, "it was cut while it was read.");

    static byte[] WithZeros(SafetensorsFile file)
    {
        byte[] header = [.. file.Header.Bytes];
        header.AsSpan(file.Header.PlaceOf(Name), Digits).Fill((byte)'0');
        return header;
    }

    static Tensor Space(string path, string name, SafetensorsFile file)
    {
        var shape = file.ShapeOf(name);
        return file.Describe(name).Type switch
        {
            "F32" => Tensor.Own(GC.AllocateUninitializedArray<float>(shape.ElementCount), shape),
            "F64" => Tensor.Own(GC.AllocateUninitializedArray<double>(shape.ElementCount), shape),
            var type => throw new TensorFileException(path, $"tensor \"{name}\" is {type}; a snapshot has F32 and F64."),
        };
    }

    // Of parts that follow each other without a gap.
    static string Of(List<SnapshotPart> parts, long length, SnapshotPart.Filling? fill = null) => Of(length, (offset, count) =>
    {
        int next = parts.BinarySearch(SnapshotPart.At(offset), SnapshotPart.ByStart);
        // Parts without elements begin where others do; the last that begins there or before is the first that has something here.
        if (next < 0) next = ~next - 1;
        while (next > 0 && parts[next].Start == offset && parts[next - 1].Start == offset) next--;
        uint sum = 0;
        for (long end = offset + count; next < parts.Count && parts[next].Start < end; next++)
            sum = parts[next].Check(sum, offset, end, fill);
        return sum;
    });

    static string Of(long length, Func<long, int, uint> block)
    {
        uint[] sums = new uint[checked((int)((length + BlockBytes - 1) / BlockBytes))];
        int CountOf(int i) => (int)Math.Min(BlockBytes, length - (long)i * BlockBytes);
        try
        {
            Parallel.For(0, sums.Length, i => sums[i] = block((long)i * BlockBytes, CountOf(i)));
        }
        catch (AggregateException errors)
        {
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
        uint sum = 0;
        for (int i = 0; i < sums.Length; i++) sum = Crc32C.Join(sum, sums[i], CountOf(i));
        return sum.ToString("x8", CultureInfo.InvariantCulture);
    }
}
