using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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
        int whole = (count + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count;
        Radii(numbers[..whole]);
        MultiplyByCosines(numbers[..whole], angles[..whole]);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Radii(Span<double> numbers)
    {
        ref double at = ref MemoryMarshal.GetReference(numbers);
        for (int i = 0; i < numbers.Length; i += Vector<double>.Count)
        {
            var logarithm = Logarithm.Of(new VectorNumber<double>(Vector.LoadUnsafe(ref at, (nuint)i)));
            VectorNumber<double>.Sqrt(-2.0 * logarithm).Value.StoreUnsafe(ref at, (nuint)i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void MultiplyByCosines(Span<double> numbers, ReadOnlySpan<double> angles)
    {
        ref double at = ref MemoryMarshal.GetReference(numbers);
        ref double angle = ref MemoryMarshal.GetReference(angles);
        for (int i = 0; i < numbers.Length; i += Vector<double>.Count)
        {
            var cosine = Trigonometry.Cos(new VectorNumber<double>(Vector.LoadUnsafe(ref angle, (nuint)i)));
            (Vector.LoadUnsafe(ref at, (nuint)i) * cosine.Value).StoreUnsafe(ref at, (nuint)i);
        }
    }
}
