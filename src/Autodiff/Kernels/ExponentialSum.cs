using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Autograd.Kernels;

/// <summary>
/// Σ exp(xᵢ − largest) of a row, by halves as <see cref="LongSum"/>: exponentials are added while they are in the first-level cache.
/// </summary>
internal static class ExponentialSum
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
    /// <param name="exponentials">exp(xᵢ − largest), 0 for what would be below the smallest normal number.</param>
    /// <param name="isSomeZero">Whether one is.</param>
    public static T Of<T>(ReadOnlySpan<T> row, T largest, Span<T> exponentials, out bool isSomeZero)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Of(row, largest, exponentials, areKept: true, out isSomeZero);

    static T Of<T>(ReadOnlySpan<T> row, T largest, Span<T> exponentials, bool areKept, out bool isSomeZero)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (row.Length <= LongSum.LongRun)
        {
            isSomeZero = !ArePositive(row, largest, exponentials);
            return LaneSum.Of<T>(exponentials[..row.Length]);
        }
        int half = row.Length / 2;
        T first = Of(row[..half], largest, exponentials, areKept, out bool isFirstZero);
        T second = Of(row[half..], largest, areKept ? exponentials[half..] : exponentials, areKept, out bool isSecondZero);
        isSomeZero = isFirstZero || isSecondZero;
        return first + second;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static bool ArePositive<T>(ReadOnlySpan<T> x, T largest, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T from = ref MemoryMarshal.GetReference(x);
        ref T to = ref MemoryMarshal.GetReference(y);
        Vector<T> shift = new(largest), smallest = Vector<T>.One;
        int i = 0;
        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var power = Exponential.OfNotPositive(new VectorNumber<T>(Vector.LoadUnsafe(ref from, (nuint)i) - shift)).Value;
            power.StoreUnsafe(ref to, (nuint)i);
            smallest = Vector.MinNative(smallest, power);
        }
        bool arePositive = Vector.GreaterThanAll(smallest, Vector<T>.Zero);
        return i == x.Length ? arePositive : IsRestPositive(x[i..], largest, y[i..]) && arePositive;
    }

    static bool IsRestPositive<T>(ReadOnlySpan<T> x, T largest, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> padded = stackalloc T[Vector<T>.Count];
        padded.Fill(largest);
        x.CopyTo(padded);
        var power = Exponential.OfNotPositive(new VectorNumber<T>(new Vector<T>(padded) - new Vector<T>(largest))).Value;
        power.CopyTo(padded);
        padded[..x.Length].CopyTo(y);
        return Vector.GreaterThanAll(power, Vector<T>.Zero);
    }
}
