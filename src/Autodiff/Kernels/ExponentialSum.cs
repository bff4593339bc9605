using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
    /// exp(xᵢ − largest) of several rows in the place of their elements, which stand in columns: element j of all rows is a run. False
    /// where the largest of a row is not finite.
    /// </summary>
    public static bool TryReplaceColumns<T>(Span<T> columns, Span<T> largest, out bool isSomeZero)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Extreme.OfColumns<Largest, T>(columns, largest);
        isSomeZero = false;
        if (!TensorPrimitives.IsFiniteAll(largest)) return false;
        ColumnLoop.Subtract(columns, largest);
        isSomeZero = !ArePositive(columns, T.Zero, columns);
        return true;
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
