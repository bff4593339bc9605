using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CommunityToolkit.HighPerformance.Buffers;

namespace Autograd.Kernels;

/// <summary>
/// Σ exp(xᵢ − largest) of a row, by halves as <see cref="LongSum"/>: exponentials are added while they are in the first-level cache.
/// </summary>
static class ExponentialSum
{
    /// <summary>The sum alone. No element is NaN or above the largest, which is finite.</summary>
    public static T Of<T>(ReadOnlySpan<T> row, T largest)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> exponentials = stackalloc T[Math.Min(row.Length, LongSum.LongRun)];
        return Of(row, largest, exponentials, areKept: false, out _);
    }

    /// <summary>The sum, and what is added.</summary>
    /// <param name="row">No element is NaN or above the largest.</param>
    /// <param name="largest">Finite.</param>
    /// <param name="exponentials">exp(xᵢ − largest), 0 for what would be below the smallest normal number. May be the row itself.</param>
    /// <param name="isSomeZero">Whether one is.</param>
    public static T Of<T>(ReadOnlySpan<T> row, T largest, Span<T> exponentials, out bool isSomeZero)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Of(row, largest, exponentials, areKept: true, out isSomeZero);

    /// <summary>
    /// The sums of several rows, which stand in columns: element j of them all is a run as long as there are rows. The bits are those of a
    /// row alone.
    /// </summary>
    /// <param name="columns">Written over by the exponentials if they are kept.</param>
    /// <param name="largest">Of each row, finite.</param>
    /// <param name="sums">One of each row.</param>
    /// <param name="areKept">Whether the exponentials are.</param>
    /// <returns>Whether no exponential is 0.</returns>
    public static bool OfColumns<T>(Span<T> columns, ReadOnlySpan<T> largest, Span<T> sums, bool areKept)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int length = columns.Length / sums.Length;
        if (length > LongSum.LongRun)
        {
            int half = LongSum.Half<T>(length) * sums.Length;
            using var second = SpanOwner<T>.Allocate(sums.Length);
            bool arePositive = OfColumns(columns[..half], largest, sums, areKept)
                & OfColumns(columns[half..], largest, second.Span, areKept);
            TensorPrimitives.Add(sums, second.Span, sums);
            return arePositive;
        }
        using var lanes = LaneSum.LanesOfColumns<T>(columns.Length, sums.Length);
        using var shifts = SpanOwner<T>.Allocate(lanes.Length);
        for (int at = 0; at < lanes.Length; at += largest.Length) largest.CopyTo(shifts.Span[at..]);
        bool isNoneZero = Vector512.IsHardwareAccelerated
            ? AddTo<WideNumber<T>, T>(lanes.Span, columns, shifts.Span, areKept)
            : AddTo<VectorNumber<T>, T>(lanes.Span, columns, shifts.Span, areKept);
        LaneSum.AddByHalves(lanes.Span, sums);
        return isNoneZero;
    }

    static T Of<T>(ReadOnlySpan<T> row, T largest, Span<T> exponentials, bool areKept, out bool isSomeZero)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (row.Length <= LongSum.LongRun)
        {
            isSomeZero = !ArePositive(row, largest, exponentials);
            return LaneSum.Of<T>(exponentials[..row.Length]);
        }
        int half = LongSum.Half<T>(row.Length);
        T first = Of(row[..half], largest, exponentials, areKept, out bool isFirstZero);
        T second = Of(row[half..], largest, areKept ? exponentials[half..] : exponentials, areKept, out bool isSecondZero);
        isSomeZero = isFirstZero || isSecondZero;
        return first + second;
    }

    static bool ArePositive<T>(ReadOnlySpan<T> x, T largest, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Vector512.IsHardwareAccelerated ? ArePositive<WideNumber<T>, T>(x, largest, y) : ArePositive<VectorNumber<T>, T>(x, largest, y);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static bool ArePositive<N, T>(ReadOnlySpan<T> x, T largest, Span<T> y)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T from = ref MemoryMarshal.GetReference(x);
        ref T to = ref MemoryMarshal.GetReference(y);
        N shift = N.Broadcast(largest), smallest = N.Broadcast(T.One);
        int i = 0, last = x.Length - N.Count;
        if (last < 0) return IsRestPositive<N, T>(x, largest, y);
        // What is left in the end is computed with some of what is done then, for another time; read before that is written over.
        N end = N.Load(ref from, (nuint)last);
        for (; i <= last; i += N.Count) smallest = N.MinimumNative(smallest, Power(N.Load(ref from, (nuint)i) - shift, ref to, i));
        if (i < x.Length) smallest = N.MinimumNative(smallest, Power(end - shift, ref to, last));
        return N.IsPositive(smallest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static N Power<N, T>(N exponent, ref T to, int at)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var power = Exponential.OfNotPositive(exponent);
        power.Store(ref to, (nuint)at);
        return power;
    }

    // Adds exp(x − shift) to the lanes, as many as there are shifts, from the first again and again.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static bool AddTo<N, T>(Span<T> lanes, Span<T> x, ReadOnlySpan<T> shifts, bool areKept)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T lane = ref MemoryMarshal.GetReference(lanes);
        ref T shift = ref MemoryMarshal.GetReference(shifts);
        N smallest = N.Broadcast(T.One);
        bool isRestPositive = true;
        for (int start = 0; start < x.Length; start += lanes.Length)
        {
            ref T from = ref Unsafe.Add(ref MemoryMarshal.GetReference(x), start);
            int count = Math.Min(lanes.Length, x.Length - start), i = 0;
            for (; i <= count - N.Count; i += N.Count)
            {
                N power = Exponential.OfNotPositive(N.Load(ref from, (nuint)i) - N.Load(ref shift, (nuint)i));
                if (areKept) power.Store(ref from, (nuint)i);
                smallest = N.MinimumNative(smallest, power);
                (N.Load(ref lane, (nuint)i) + power).Store(ref lane, (nuint)i);
            }
            if (i == count) continue;
            var rest = x.Slice(start + i, count - i);
            isRestPositive &= AddRestTo<N, T>(lanes[i..count], rest, shifts[i..count], areKept);
        }
        return isRestPositive & N.IsPositive(smallest);
    }

    // Fewer than a vector holds.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static bool AddRestTo<N, T>(Span<T> lanes, Span<T> x, ReadOnlySpan<T> shifts, bool areKept)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        N power = Exponential.OfNotPositive(PartialVector.Load<N, T>(x, T.Zero) - PartialVector.Load<N, T>(shifts, T.Zero));
        if (areKept) PartialVector.Store(power, x);
        PartialVector.Store(PartialVector.Load<N, T>(lanes, T.Zero) + power, lanes);
        return N.IsPositive(power);
    }

    // Fewer than a vector holds.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static bool IsRestPositive<N, T>(ReadOnlySpan<T> x, T largest, Span<T> y)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        N power = Exponential.OfNotPositive(PartialVector.Load<N, T>(x, largest) - N.Broadcast(largest));
        PartialVector.Store(power, y[..x.Length]);
        return N.IsPositive(power);
    }
}
