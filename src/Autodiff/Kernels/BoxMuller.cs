using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Autograd.Kernels;

/// <summary>
/// Normal numbers √(−2 log u) · cos α from numbers u and angles α (Box and Muller 1958), by the library's own functions, since those of
/// platforms differ in the last digit. Each number depends on nothing beside it.
/// </summary>
static class BoxMuller
{
    /// <summary>How many numbers at most: a multiple of every vector's width.</summary>
    public const int Block = 256;

    /// <summary>
    /// Puts normal numbers in the place of the first of a block of u. What follows within the same vector is overwritten too.
    /// </summary>
    public static void Run(Span<double> numbers, ReadOnlySpan<double> angles, int count)
    {
        if (Vector512.IsHardwareAccelerated) Run<WideNumber<double>>(numbers, angles, count);
        else Run<VectorNumber<double>>(numbers, angles, count);
    }

    /// <summary>One normal number.</summary>
    public static double Of(double u, double angle) => Math.Sqrt(-2 * Elementary.Log(u)) * Elementary.Cos(angle);

    static void Run<N>(Span<double> numbers, ReadOnlySpan<double> angles, int count)
        where N : struct, IVectorNumber<N, double>
    {
        int whole = (count + N.Count - 1) / N.Count * N.Count;
        Radii<N>(numbers[..whole]);
        MultiplyByCosines<N>(numbers[..whole], angles[..whole]);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Radii<N>(Span<double> numbers)
        where N : struct, IVectorNumber<N, double>
    {
        ref double at = ref MemoryMarshal.GetReference(numbers);
        for (int i = 0; i < numbers.Length; i += N.Count)
            N.Sqrt(N.Broadcast(-2) * Logarithm.Of(N.Load(ref at, (nuint)i))).Store(ref at, (nuint)i);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void MultiplyByCosines<N>(Span<double> numbers, ReadOnlySpan<double> angles)
        where N : struct, IVectorNumber<N, double>
    {
        ref double at = ref MemoryMarshal.GetReference(numbers);
        ref double angle = ref MemoryMarshal.GetReference(angles);
        for (int i = 0; i < numbers.Length; i += N.Count)
            (N.Load(ref at, (nuint)i) * Trigonometry.Cos(N.Load(ref angle, (nuint)i))).Store(ref at, (nuint)i);
    }
}
