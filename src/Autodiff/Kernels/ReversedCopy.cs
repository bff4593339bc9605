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

    // What comes next, as a rule, ends where this row would if it were moved on by its length: processors do not see that coming.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Run(int* source, int* target, int length)
    {
        int i = 0;
        int* end = source + length;
        if (Vector512.IsHardwareAccelerated)
        {
            var order = Vector512.Create(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
            for (; i <= length - Vector512<int>.Count; i += Vector512<int>.Count)
            {
                int* from = end - i - Vector512<int>.Count;
                Prefetch.Line(from + length);
                Vector512.Shuffle(Vector512.Load(from), order).Store(target + i);
            }
        }
        for (; i <= length - Vector256<int>.Count; i += Vector256<int>.Count)
        {
            int* from = end - i - Vector256<int>.Count;
            Prefetch.Line(from + length);
            Vector256.Shuffle(Vector256.Load(from), Vector256.Create(7, 6, 5, 4, 3, 2, 1, 0)).Store(target + i);
        }
        for (; i < length; i++) target[i] = source[length - 1 - i];
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Run(long* source, long* target, int length)
    {
        int i = 0;
        long* end = source + length;
        if (Vector512.IsHardwareAccelerated)
        {
            var order = Vector512.Create(7L, 6, 5, 4, 3, 2, 1, 0);
            for (; i <= length - Vector512<long>.Count; i += Vector512<long>.Count)
            {
                long* from = end - i - Vector512<long>.Count;
                Prefetch.Line(from + length);
                Vector512.Shuffle(Vector512.Load(from), order).Store(target + i);
            }
        }
        for (; i <= length - Vector256<long>.Count; i += Vector256<long>.Count)
        {
            long* from = end - i - Vector256<long>.Count;
            Prefetch.Line(from + length);
            Vector256.Shuffle(Vector256.Load(from), Vector256.Create(3L, 2, 1, 0)).Store(target + i);
        }
        for (; i < length; i++) target[i] = source[length - 1 - i];
    }
}
