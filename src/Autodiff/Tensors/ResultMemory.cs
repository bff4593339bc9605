using System.Runtime.CompilerServices;

namespace Autograd.Tensors;

/// <summary>
/// Memory for results that belong to their caller, as outside of a tape. The runtime takes new pages from the system for every large array,
/// which costs more than the arithmetic of most operations; here an array that nothing can reach any more, no tensor and no span, is used
/// again. See docs/design/result-memory.md.
/// </summary>
static class ResultMemory
{
    /// <summary>From this size on, the runtime treats an array as large.</summary>
    public const int LeastBytes = 85_000;

    /// <summary>Memory with arbitrary content.</summary>
    public static Storage<T> Take<T>(int elements)
        where T : unmanaged
    {
        long bytes = (long)elements * Unsafe.SizeOf<T>();
        return bytes is < LeastBytes or > ReuseBudget.MostKept ? new Storage<T>(GC.AllocateUninitializedArray<T>(elements), 0)
            : ReusedArray<T>.Take(elements);
    }
}
