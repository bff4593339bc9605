using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Autograd.Tensors;

/// <summary>
/// Memory for the values of a tape, in size classes. Not thread-safe: a pool belongs to one tape at a time. Small pieces are cut from
/// larger slabs. Everything stays at the place where it was allocated, beginning on a cache line.
/// </summary>
sealed class BufferPool<T>
    where T : unmanaged
{
    const int SlabElements = 1 << 16;
    const int LargestSlabPiece = SlabElements / 16;

    readonly List<Storage<T>>[] free = new List<Storage<T>>[SizeClasses.Count];
    T[]? slab;
    int slabStart;
    int slabUsed;

    /// <summary>Elements allocated so far, in use or free.</summary>
    public long AllocatedElements { get; private set; }

    public Storage<T> Rent(int elements)
    {
        int sizeClass = SizeClasses.Of(elements);
        var list = free[sizeClass];
        if (list is { Count: > 0 })
        {
            var storage = list[^1];
            list.RemoveAt(list.Count - 1);
            return storage;
        }
        return Allocate(sizeClass);
    }

    public void Return(Storage<T> storage)
    {
        if (BufferPoison.IsOn) BufferPoison.Fill(storage.Array.AsSpan(storage.Start, SizeClasses.Elements(storage.SizeClass)));
        (free[storage.SizeClass] ??= []).Add(storage);
    }

    Storage<T> Allocate(int sizeClass)
    {
        int elements = SizeClasses.Elements(sizeClass), line = AlignedArray.CacheLine / Unsafe.SizeOf<T>();
        AllocatedElements += elements;
        if (elements > LargestSlabPiece)
        {
            var array = AlignedArray.Allocate<T>(elements, out int start);
            return new Storage<T>(array, start) { SizeClass = sizeClass };
        }
        // Pieces that fill a cache line begin on one.
        if (elements >= line) slabUsed = (slabUsed + line - 1) / line * line;
        if (slab is null || slabUsed + elements > SlabElements)
        {
            slab = AlignedArray.Allocate<T>(SlabElements, out slabStart);
            slabUsed = 0;
        }
        var piece = new Storage<T>(slab, slabStart + slabUsed) { SizeClass = sizeClass };
        slabUsed += elements;
        return piece;
    }
}

/// <summary>
/// A debugging aid for tests: memory that is given back is filled with NaN, so that a read after the end cannot look right.
/// </summary>
static class BufferPoison
{
    [ThreadStatic]
    public static bool IsOn;

    public static void Fill<T>(Span<T> span)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float)) MemoryMarshal.Cast<T, float>(span).Fill(float.NaN);
        else MemoryMarshal.Cast<T, double>(span).Fill(double.NaN);
    }
}
