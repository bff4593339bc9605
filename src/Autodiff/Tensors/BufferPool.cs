using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Autograd.Tensors;

/// <summary>
/// Memory for the values of a tape, in size classes (four per power of two). Not thread-safe: a pool belongs to one tape at a time.
/// Small pieces are cut from larger slabs. Everything stays at the place where it was allocated, beginning on a cache line.
/// </summary>
sealed class BufferPool<T>
    where T : unmanaged
{
    const int SlabElements = 1 << 16;
    const int LargestSlabPiece = SlabElements / 16;
    const int CacheLine = 64;

    /// <summary>Elements in a cache line; pieces at least this large begin on one.</summary>
    static readonly int Alignment = CacheLine / Unsafe.SizeOf<T>();

    readonly List<Storage<T>>[] free = new List<Storage<T>>[128];
    T[]? slab;
    int slabStart;
    int slabUsed;

    /// <summary>Elements allocated so far, in use or free.</summary>
    public long AllocatedElements { get; private set; }

    public Storage<T> Rent(int elements)
    {
        int sizeClass = SizeClass(elements);
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
        if (BufferPoison.IsOn) BufferPoison.Fill(storage.Array.AsSpan(storage.Start, ClassElements(storage.SizeClass)));
        (free[storage.SizeClass] ??= []).Add(storage);
    }

    Storage<T> Allocate(int sizeClass)
    {
        int elements = ClassElements(sizeClass);
        AllocatedElements += elements;
        if (elements > LargestSlabPiece)
        {
            var array = AllocateAligned(elements, out int start);
            return new Storage<T>(array, start) { SizeClass = sizeClass };
        }
        if (elements >= Alignment) slabUsed = (slabUsed + Alignment - 1) / Alignment * Alignment;
        if (slab is null || slabUsed + elements > SlabElements)
        {
            slab = AllocateAligned(SlabElements, out slabStart);
            slabUsed = 0;
        }
        var piece = new Storage<T>(slab, slabStart + slabUsed) { SizeClass = sizeClass };
        slabUsed += elements;
        return piece;
    }

    // Pinned, because an address that never changes is what makes the alignment worth having.
    static T[] AllocateAligned(int elements, out int start)
    {
        var array = GC.AllocateUninitializedArray<T>(elements + Alignment, pinned: true);
        nuint address;
        unsafe { address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array)); }
        start = (int)((CacheLine - address % CacheLine) % CacheLine) / Unsafe.SizeOf<T>();
        return array;
    }

    /// <summary>The class of the smallest piece that holds the elements: 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, …</summary>
    static int SizeClass(int elements)
    {
        if (elements <= 4) return Math.Max(elements, 1) - 1;
        int exponent = BitOperations.Log2((uint)(elements - 1));
        return 4 * (exponent - 1) + ((elements - 1) >> (exponent - 2)) - 4;
    }

    static int ClassElements(int sizeClass)
    {
        if (sizeClass < 4) return sizeClass + 1;
        int exponent = sizeClass / 4 + 1;
        long elements = (long)(sizeClass % 4 + 5) << (exponent - 2);
        return (int)Math.Min(elements, Array.MaxLength - Alignment);
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
