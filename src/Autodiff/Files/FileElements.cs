using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Autograd.Files;

/// <summary>Elements of a tensor as bytes of a file, a chunk at a time: a span cannot have the bytes of all.</summary>
static class FileElements
{
    const int ChunkElements = 1 << 20;

    /// <summary>Reads bytes.</summary>
    /// <param name="bytes">What is to be filled.</param>
    /// <param name="offset">How many bytes come before in the tensor.</param>
    /// <returns>Whether there were enough.</returns>
    public delegate bool Filling(Span<byte> bytes, long offset);

    /// <summary>All elements of a tensor, straight into the memory that it will own.</summary>
    /// <param name="shape">The tensor's shape.</param>
    /// <param name="fill">Gives the bytes, from the first to the last.</param>
    /// <param name="cut">What is thrown where there are not enough.</param>
    public static T[] Read<T>(Shape shape, Filling fill, Func<TensorFileException> cut)
        where T : unmanaged
    {
        var elements = GC.AllocateUninitializedArray<T>(shape.ElementCount);
        for (int done = 0; done < elements.Length; done += ChunkElements)
        {
            var chunk = elements.AsSpan(done, Math.Min(ChunkElements, elements.Length - done));
            if (!fill(MemoryMarshal.AsBytes(chunk), (long)done * Unsafe.SizeOf<T>())) throw cut();
        }
        return elements;
    }
}
