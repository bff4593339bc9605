using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
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

    static unsafe void AddTo<N, T>(Span<T> sum, ReadOnlySpan<T> rows)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = sum.Length, count = rows.Length / width;
        fixed (T* to = sum, first = rows)
            for (int row = 0; row <= count - 4; row += 4) AddFour<N, T>(to, width, first + (nint)row * width);
        for (int row = count - count % 4; row < count; row++) TensorPrimitives.Add(sum, rows.Slice(row * width, width), sum);
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
}
