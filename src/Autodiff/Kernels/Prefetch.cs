using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Autograd.Kernels;

/// <summary>
/// Brings what will be read into the cache. Processors do so by themselves, but not beyond a page, and where several rows are read at once
/// each of them ends after a few lines.
/// </summary>
static unsafe class Prefetch
{
    /// <summary>The cache line at a place, which need not be memory of anything; nothing where the processor cannot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line<T>(T* place)
        where T : unmanaged
    {
        if (Sse.IsSupported) Sse.Prefetch0(place);
    }

    /// <summary>A cache line of each of four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FourRows<T>(T* first, nint stride)
        where T : unmanaged
    {
        Line(first);
        Line(first + stride);
        Line(first + 2 * stride);
        Line(first + 3 * stride);
    }
}
