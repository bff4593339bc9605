using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Autograd.Kernels;

/// <summary>
/// Brings what will be read into the cache. Processors do so by themselves, but not beyond a page, and where several rows are read at once
/// each of them ends after a few lines.
/// </summary>
static unsafe class Prefetch
{
    /// <summary>A cache line of each of four rows; nothing where the processor cannot. The place need not be memory of anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FourRows<T>(T* first, nint stride)
        where T : unmanaged
    {
        if (!Sse.IsSupported) return;
        Sse.Prefetch0(first);
        Sse.Prefetch0(first + stride);
        Sse.Prefetch0(first + 2 * stride);
        Sse.Prefetch0(first + 3 * stride);
    }
}
