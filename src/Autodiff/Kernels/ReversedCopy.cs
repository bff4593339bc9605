using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Autograd.Kernels;

/// <summary>Copies elements in reverse order, in one pass. Bits are moved, whatever they mean.</summary>
static unsafe class ReversedCopy
{
    /// <summary>Fills a span of the same length, which must not overlap; elements have 4 or 8 bytes.</summary>
    public static void Run<T>(ReadOnlySpan<T> source, Span<T> target)
        where T : unmanaged
    {
        fixed (T* first = source, result = target)
        {
            if (sizeof(T) == sizeof(int)) Run((int*)first, (int*)result, source.Length);
            else Run((long*)first, (long*)result, source.Length);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Run(int* source, int* target, int length)
    {
        int i = 0;
        int* end = source + length - Vector256<int>.Count;
        for (; i <= length - Vector256<int>.Count; i += Vector256<int>.Count)
            Vector256.Shuffle(Vector256.Load(end - i), Vector256.Create(7, 6, 5, 4, 3, 2, 1, 0)).Store(target + i);
        for (; i < length; i++) target[i] = source[length - 1 - i];
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Run(long* source, long* target, int length)
    {
        int i = 0;
        long* end = source + length - Vector256<long>.Count;
        for (; i <= length - Vector256<long>.Count; i += Vector256<long>.Count)
            Vector256.Shuffle(Vector256.Load(end - i), Vector256.Create(3L, 2, 1, 0)).Store(target + i);
        for (; i < length; i++) target[i] = source[length - 1 - i];
    }
}
