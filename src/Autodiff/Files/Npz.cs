using System.IO.Compression;
using System.Text;

namespace Autograd;

/// <summary>
/// Named arrays in numpy's format <c>.npz</c>: a zip archive of <see cref="Npy"/> files, written without compression, and read with or
/// without it (<c>numpy.savez</c>, <c>numpy.savez_compressed</c>).
/// <code>
/// Npz.Write("run.npz", [("inputs", x), ("states", states)]);
/// var arrays = Npz.Read("run.npz");
/// </code>
/// </summary>
public static class Npz
{
    const string Suffix = ".npy";

    // Archives have two bytes for the length.
    const int LongestName = ushort.MaxValue - 4;

    // What deflate can make of a byte at most.
    const long MostExpansion = 1032;

    static readonly DateTimeOffset Begin = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Writes arrays, completely or not at all: an existing file is replaced only when the new one is complete. The same arrays in the same
    /// order give the same bytes.
    /// </summary>
    /// <param name="path">The file, which may exist.</param>
    /// <param name="tensors">The tensors, with data.</param>
    /// <exception cref="ArgumentException">
    /// Two tensors have the same name, a name is empty, has a slash or a backslash, is no valid Unicode or has more bytes than an archive
    /// can hold, or a tensor is symbolic.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written; an existing file is unchanged.</exception>
    public static void Write(string path, IEnumerable<(string Name, Tensor Value)> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        (string Name, Tensor Value)[] all = [.. tensors];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in all)
        {
            if (string.IsNullOrEmpty(name) || name.AsSpan().IndexOfAny('/', '\\', '\0') >= 0)
                throw new ArgumentException($"Npz: \"{name}\" cannot be the name of an array.", nameof(tensors));
            Require.Unicode(nameof(Npz), "the name of an array", name);
            if (Encoding.UTF8.GetByteCount(name) > LongestName)
                throw new ArgumentException(
                    $"Npz: a name of {name.Length} letters is too long; it may have {LongestName} bytes.", nameof(tensors));
            if (!names.Add(name)) throw new ArgumentException($"Npz: two tensors have the name \"{name}\".", nameof(tensors));
            Npy.Check(nameof(Npz), value);
        }
        AtomicFile.Replace(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach (var (name, value) in all)
            {
                var entry = archive.CreateEntry(name + Suffix, CompressionLevel.NoCompression);
                entry.LastWriteTime = Begin;
                using var array = entry.Open();
                Npy.Write(array, value);
            }
        });
    }

    /// <summary>Reads all arrays. Nothing is unpacked to the disk, whatever the entries are called.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TensorFileException">
    /// It is not such a file, is incomplete or damaged, or an array cannot be read; the message names it.
    /// </exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path)
    {
        using var stream = PlainFile.Read(path);
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            ZipNames.Check(stream, archive.Entries.Count);
            var arrays = new Dictionary<string, Tensor>(StringComparer.Ordinal);
            foreach (var entry in archive.Entries)
            {
                string name = entry.FullName.EndsWith(Suffix, StringComparison.Ordinal) ? entry.FullName[..^Suffix.Length] : entry.FullName;
                if (!arrays.TryAdd(name, Read(entry, $"{path}, array \"{name}\"")))
                    throw new TensorFileException(path, $"two arrays have the name \"{name}\".");
            }
            return arrays;
        }
        catch (Exception broken) when (
            broken is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw new TensorFileException(path, $"it is no archive of arrays, or a broken one: {broken.Message}", broken);
        }
    }

    static Tensor Read(ZipArchiveEntry entry, string file)
    {
        if (entry.Length / MostExpansion > entry.CompressedLength)
            throw new TensorFileException(file, $"{entry.Length} bytes cannot come from {entry.CompressedLength}.");
        // Nothing is allocated on the mere claim of an entry.
        using (var array = entry.Open())
            if (Crc32.Of(array, entry.Length, out long length) != entry.Crc32 || length != entry.Length)
                throw new TensorFileException(file, "its length or its CRC-32 is not what is written in the archive. It is damaged.");
        using (var array = entry.Open()) return Npy.Read(array, entry.Length, file);
    }
}
