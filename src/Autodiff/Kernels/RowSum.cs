using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Autograd.Kernels;

/// <summary>Adds rows to one, one after the other: four are read for each time that the sum is.</summary>
static class RowSum
{
    /// <summary>sum += row for each row of its length.</summary>
    public static void AddTo<T>(Span<T> sum, ReadOnlySpan<T> rows)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) AddTo<WideNumber<T>, T>(sum, rows);
        else AddTo<VectorNumber<T>, T>(sum, rows);
    }

    static void AddTo<N, T>(Span<T> sum, ReadOnlySpan<T> rows)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int count = rows.Length / sum.Length;
        for (; count >= 4; count -= 4, rows = rows[(4 * sum.Length)..]) AddFour<N, T>(sum, rows);
        for (; count > 0; count--, rows = rows[sum.Length..]) AddOne<N, T>(sum, rows);
    }

    static unsafe void AddFour<N, T>(Span<T> sum, ReadOnlySpan<T> rows)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        fixed (T* to = sum, first = rows) AddFour<N, T>(to, sum.Length, first);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static unsafe void AddFour<N, T>(T* sum, int width, T* rows)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T* third = rows + 2 * (nint)width;
        int i = 0;
        for (; i <= width - N.Count; i += N.Count)
        {
            Prefetch.FourRows(rows + 4 * (nint)width + i, width);
            var part = At<N, T>(sum + i) + At<N, T>(rows + i) + At<N, T>(rows + width + i);
            (part + At<N, T>(third + i) + At<N, T>(third + width + i)).Store(ref *(sum + i), 0);
        }
        for (; i < width; i++) sum[i] = sum[i] + rows[i] + rows[width + i] + third[i] + third[width + i];
    }

    static unsafe N At<N, T>(T* from)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
        => N.Load(ref *from, 0);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void AddOne<N, T>(Span<T> sum, ReadOnlySpan<T> row)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T to = ref MemoryMarshal.GetReference(sum);
        ref T from = ref MemoryMarshal.GetReference(row);
        nuint i = 0, width = (nuint)N.Count, length = (nuint)sum.Length;
        for (; i + width <= length; i += width) (N.Load(ref to, i) + N.Load(ref from, i)).Store(ref to, i);
        for (; i < length; i++) Unsafe.Add(ref to, i) += Unsafe.Add(ref from, i);
    }
}
