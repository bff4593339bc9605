using System.Runtime.InteropServices;

namespace Autograd.Files;

/// <summary>A part of a snapshot in memory: its header, or the elements of a tensor.</summary>
/// <param name="Start">Where it begins in the file.</param>
/// <param name="Length">Its bytes.</param>
sealed record SnapshotPart(long Start, long Length)
{
    Tensor? tensor;
    byte[]? bytes;
    bool isFilled;

    /// <summary>Reads from the file.</summary>
    public delegate void Filling(Span<byte> bytes, long offset);

    public static IComparer<SnapshotPart> ByStart { get; } = Comparer<SnapshotPart>.Create((a, b) => a.Start.CompareTo(b.Start));

    public static SnapshotPart At(long start) => new(start, 0);

    public static SnapshotPart Of(long start, byte[] bytes) => new(start, bytes.Length) { bytes = bytes };

    public static SnapshotPart Of(long start, Tensor tensor) =>
        new(start, (long)tensor.ElementCount * tensor.ElementType.ByteSize()) { tensor = tensor };

    /// <summary>The elements of a tensor that is still to be read, and is nobody else's.</summary>
    public static SnapshotPart Into(long start, Tensor tensor) => Of(start, tensor) with { isFilled = true };

    /// <summary>Adds to a checksum what lies between two places of the file, read first if it is still to be read.</summary>
    public uint Check(uint sum, long from, long to, Filling? fill)
    {
        long first = Math.Max(from, Start), last = Math.Min(to, Start + Length);
        if (first >= last) return sum;
        int count = (int)(last - first);
        var here = bytes is null ? Safetensors.BytesOf(tensor!, first - Start, count) : bytes.AsSpan((int)(first - Start), count);
        if (isFilled) fill!(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(here), count), first);
        return Crc32C.Of(here, sum);
    }
}
