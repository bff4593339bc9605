using System.Numerics;
using System.Runtime.InteropServices;

namespace Autograd.Kernels;

/// <summary>What is left at the end of a span, as a vector of its own, so that a number gives the same wherever it stands.</summary>
static class PartialVector
{
    /// <summary>Some elements, fewer than a vector holds, and another number in all other lanes.</summary>
    public static N Load<N, T>(ReadOnlySpan<T> elements, T others)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> lanes = stackalloc T[N.Count];
        lanes.Fill(others);
        elements.CopyTo(lanes);
        return N.Load(ref MemoryMarshal.GetReference(lanes), 0);
    }

    /// <summary>Writes the first lanes, as many as there is room for.</summary>
    public static void Store<N, T>(N vector, Span<T> elements)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> lanes = stackalloc T[N.Count];
        vector.Store(ref MemoryMarshal.GetReference(lanes), 0);
        lanes[..elements.Length].CopyTo(elements);
    }
}
