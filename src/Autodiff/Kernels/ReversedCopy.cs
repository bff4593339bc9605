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
            if (sizeof(T) == sizeof(int)) RunBits((int*)first, (int*)result, source.Length);
            else RunBits((long*)first, (long*)result, source.Length);
        }
    }

    // What comes next, as a rule, ends where this row would if it were moved on by its length: processors do not see that coming.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void RunBits<T>(T* source, T* target, int length)
        where T : unmanaged
    {
        int i = 0;
        T* end = source + length;
        if (Vector512.IsHardwareAccelerated)
            for (; i <= length - Vector512<T>.Count; i += Vector512<T>.Count)
            {
                T* from = end - i - Vector512<T>.Count;
                Prefetch.Line(from + length);
                Reversed(Vector512.Load(from)).Store(target + i);
            }
        for (; i <= length - Vector256<T>.Count; i += Vector256<T>.Count)
        {
            T* from = end - i - Vector256<T>.Count;
            Prefetch.Line(from + length);
            Reversed(Vector256.Load(from)).Store(target + i);
        }
        for (; i < length; i++) target[i] = source[length - 1 - i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> Reversed<T>(Vector512<T> vector)
        where T : unmanaged
        => sizeof(T) == sizeof(int)
            ? Vector512.Shuffle(vector.AsInt32(), Vector512.Create(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)).As<int, T>()
            : Vector512.Shuffle(vector.AsInt64(), Vector512.Create(7L, 6, 5, 4, 3, 2, 1, 0)).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<T> Reversed<T>(Vector256<T> vector)
        where T : unmanaged
        => sizeof(T) == sizeof(int)
            ? Vector256.Shuffle(vector.AsInt32(), Vector256.Create(7, 6, 5, 4, 3, 2, 1, 0)).As<int, T>()
            : Vector256.Shuffle(vector.AsInt64(), Vector256.Create(3L, 2, 1, 0)).As<long, T>();
}
