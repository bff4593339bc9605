using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Autograd.Files;

/// <summary>
/// The checksum of a snapshot: the SHA-256 of the SHA-256 of every MiB of the file, from its first byte to its last, with zeros in the
/// place of the checksum's own 64 digits. By blocks, because several threads then share the work.
/// </summary>
internal static class SnapshotSeal
{
    public const string Name = ".sha256";

    const int BlockBytes = 1 << 20, Digits = 64;

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
            if (!SafetensorsHeader.Fill(file.Handle, bytes, offset)) throw new TensorFileException(path, "it was cut while it was read.");
        });
        return (tensors, checksum);
    }

    /// <summary>The checksum of a file, of which nothing is kept.</summary>
    public static string Of(string path, SafetensorsFile file)
    {
        byte[] header = WithZeros(file);
        return Of(RandomAccess.GetLength(file.Handle), (offset, count, hash) =>
        {
            byte[] buffer = GC.AllocateUninitializedArray<byte>(count);
            if (!SafetensorsHeader.Fill(file.Handle, buffer, offset)) throw new TensorFileException(path, "it was cut while it was read.");
            if (offset < header.Length) header.AsSpan((int)offset..Math.Min(header.Length, (int)offset + count)).CopyTo(buffer);
            hash.AppendData(buffer);
        });
    }

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
    static string Of(List<SnapshotPart> parts, long length, SnapshotPart.Filling? fill = null) => Of(length, (offset, count, hash) =>
    {
        int next = parts.BinarySearch(SnapshotPart.At(offset), SnapshotPart.ByStart);
        // Parts without elements begin where others do; the last that begins there or before is the first that has something here.
        if (next < 0) next = ~next - 1;
        while (next > 0 && parts[next].Start == offset && parts[next - 1].Start == offset) next--;
        for (long end = offset + count; next < parts.Count && parts[next].Start < end; next++) parts[next].Append(hash, offset, end, fill);
    });

    static string Of(long length, Action<long, int, IncrementalHash> block)
    {
        int count = checked((int)((length + BlockBytes - 1) / BlockBytes));
        byte[] sums = new byte[count * SHA256.HashSizeInBytes];
        try
        {
            Parallel.For(0, count, () => IncrementalHash.CreateHash(HashAlgorithmName.SHA256), (i, _, hash) =>
            {
                long offset = (long)i * BlockBytes;
                block(offset, (int)Math.Min(BlockBytes, length - offset), hash);
                hash.GetHashAndReset(sums.AsSpan(i * SHA256.HashSizeInBytes));
                return hash;
            }, hash => hash.Dispose());
        }
        catch (AggregateException errors)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
        return Convert.ToHexStringLower(SHA256.HashData(sums));
    }
}
