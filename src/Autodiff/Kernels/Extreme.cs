using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CommunityToolkit.HighPerformance.Buffers;

namespace Autograd.Kernels;

/// <summary>What is extreme; NaN if any is NaN.</summary>
interface IExtreme
{
    /// <summary>Of a row.</summary>
    static abstract T Of<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Of each element of a row and that of another.</summary>
    static abstract void OfBoth<T>(ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> results)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Of each lane of two vectors.</summary>
    static abstract N OfLanes<N>(N first, N second)
        where N : struct, ISlopeNumber<N>;

    /// <summary>Which elements of the first vector are beyond those of the second.</summary>
    static abstract Vector<T> IsBeyond<T>(Vector<T> first, Vector<T> second)
        where T : unmanaged, IFloatingPointIeee754<T>;
}

readonly struct Largest : IExtreme
{
    public static T Of<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Extreme.IsLong(row.Length) ? Extreme.OfLongRow<Largest, T>(row) : TensorPrimitives.Max(row);

    public static N OfLanes<N>(N first, N second)
        where N : struct, ISlopeNumber<N>
        => N.Maximum(first, second);

    public static void OfBoth<T>(ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> results)
        where T : unmanaged, IFloatingPointIeee754<T>
        => TensorPrimitives.Max(first, second, results);

    public static Vector<T> IsBeyond<T>(Vector<T> first, Vector<T> second)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Vector.GreaterThan(first, second);
}

readonly struct Smallest : IExtreme
{
    public static T Of<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Extreme.IsLong(row.Length) ? Extreme.OfLongRow<Smallest, T>(row) : TensorPrimitives.Min(row);

    public static N OfLanes<N>(N first, N second)
        where N : struct, ISlopeNumber<N>
        => N.Minimum(first, second);

    public static void OfBoth<T>(ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> results)
        where T : unmanaged, IFloatingPointIeee754<T>
        => TensorPrimitives.Min(first, second, results);

    public static Vector<T> IsBeyond<T>(Vector<T> first, Vector<T> second)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Vector.LessThan(first, second);
}

static class Extreme
{
    // From here on more vectors are read than it takes to find the extreme of one.
    const int LeastLong = 256;

    // Elements of columns that stay in the first-level cache.
    const int AtOnce = 1024;

    public static bool IsLong(int length) => length >= LeastLong;

    /// <summary>That of a long row, in four turns that do not wait for each other.</summary>
    public static T OfLongRow<TExtreme, T>(ReadOnlySpan<T> row)
        where TExtreme : struct, IExtreme
        where T : unmanaged, IFloatingPointIeee754<T>
        => Vector512.IsHardwareAccelerated ? OfLongRow<TExtreme, WideNumber<T>, T>(row) : OfLongRow<TExtreme, VectorNumber<T>, T>(row);

    /// <summary>
    /// That of several rows, which stand in columns as <see cref="IRowFunction.ReduceColumns"/> has them, and whether all are finite.
    /// </summary>
    public static bool TryOfFiniteColumns<TExtreme, T>(ReadOnlySpan<T> columns, Span<T> results)
        where TExtreme : struct, IExtreme
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        OfColumns<TExtreme, T>(columns, results);
        return TensorPrimitives.IsFiniteAll<T>(results);
    }

    /// <summary>That of several rows, which stand in columns as <see cref="IRowFunction.ReduceColumns"/> has them.</summary>
    public static void OfColumns<TExtreme, T>(ReadOnlySpan<T> columns, Span<T> results)
        where TExtreme : struct, IExtreme
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (results.Length > AtOnce / 2)
        {
            IntoLanes<TExtreme, T>(columns, results);
            return;
        }
        // Of some elements of each row, then of halves of them: calls for few rows would take longer than what they do.
        int most = (int)BitOperations.RoundUpToPowerOf2((uint)(AtOnce / results.Length)) * results.Length;
        using var scratch = SpanOwner<T>.Allocate(Math.Min(most, columns.Length));
        var lanes = scratch.Span;
        IntoLanes<TExtreme, T>(columns, lanes);
        for (int half = most / 2; half >= results.Length; half /= 2)
        {
            if (lanes.Length <= half) continue;
            TExtreme.OfBoth(lanes[..(lanes.Length - half)], lanes[half..], lanes[..(lanes.Length - half)]);
            lanes = lanes[..half];
        }
        lanes.CopyTo(results);
    }

    // That of elements as far apart as there are lanes.
    static void IntoLanes<TExtreme, T>(ReadOnlySpan<T> elements, Span<T> lanes)
        where TExtreme : struct, IExtreme
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        elements[..lanes.Length].CopyTo(lanes);
        for (int start = lanes.Length; start < elements.Length; start += lanes.Length)
        {
            var some = elements.Slice(start, Math.Min(lanes.Length, elements.Length - start));
            TExtreme.OfBoth(lanes[..some.Length], some, lanes[..some.Length]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static T OfLongRow<TExtreme, N, T>(ReadOnlySpan<T> row)
        where TExtreme : struct, IExtreme
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T from = ref MemoryMarshal.GetReference(row);
        nuint width = (nuint)N.Count, last = (nuint)row.Length - 4 * width;
        // What is left in the end counts together with some that counted before.
        N first = N.Load(ref from, last), second = N.Load(ref from, last + width);
        N third = N.Load(ref from, last + 2 * width), fourth = N.Load(ref from, last + 3 * width);
        for (nuint i = 0; i < last; i += 4 * width)
        {
            first = TExtreme.OfLanes(first, N.Load(ref from, i));
            second = TExtreme.OfLanes(second, N.Load(ref from, i + width));
            third = TExtreme.OfLanes(third, N.Load(ref from, i + 2 * width));
            fourth = TExtreme.OfLanes(fourth, N.Load(ref from, i + 3 * width));
        }
        first = TExtreme.OfLanes(TExtreme.OfLanes(first, second), TExtreme.OfLanes(third, fourth));
        Span<T> lanes = stackalloc T[N.Count];
        first.Store(ref MemoryMarshal.GetReference(lanes), 0);
        return TExtreme.Of<T>(lanes);
    }
}
