using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Autograd.Bench;

/// <summary>Zeros at an address that never changes and begins a cache line, so that vectors never straddle two of them.</summary>
sealed unsafe class AlignedBuffer<T>
    where T : unmanaged
{
    const int CacheLine = 64;

    // What keeps the address valid.
    readonly T[] memory;
    readonly int length;

    public AlignedBuffer(int length)
    {
        this.length = length;
        memory = GC.AllocateArray<T>(length + CacheLine / sizeof(T), pinned: true);
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(memory));
        Start = (T*)((address + CacheLine - 1) / CacheLine * CacheLine);
    }

    public T* Start { get; }

    public Span<T> Span => new(Start, length);

    public Span<T> Part(int start, int count) => Span.Slice(start, count);
}
