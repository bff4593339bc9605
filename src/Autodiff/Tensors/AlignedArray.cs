using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Autograd.Tensors;

/// <summary>Arrays whose elements are used from the beginning of a cache line on.</summary>
static class AlignedArray
{
    /// <summary>Bytes.</summary>
    public const int CacheLine = 64;

    /// <summary>A new one. Pinned, because an address that never changes is what makes the alignment worth having.</summary>
    /// <param name="elements">How many elements are used.</param>
    /// <param name="start">The first of them.</param>
    public static T[] Allocate<T>(int elements, out int start)
        where T : unmanaged
    {
        var array = GC.AllocateUninitializedArray<T>(elements + CacheLine / Unsafe.SizeOf<T>(), pinned: true);
        nuint address;
        unsafe { address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array)); }
        start = (int)((CacheLine - address % CacheLine) % CacheLine) / Unsafe.SizeOf<T>();
        return array;
    }
}
