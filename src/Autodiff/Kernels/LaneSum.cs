using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CommunityToolkit.HighPerformance.Buffers;

namespace Autograd;

/// <summary>
/// Sums that have the same bits whatever the width of the processor's vectors: element i goes to lane i mod n, where n lanes fill 64 bytes,
/// and the lanes are added by halves, each to the one n/2, n/4, …, 1 further on. Products are added as one operation where the processor
/// can.
/// </summary>
public static unsafe class LaneSum
{
    /// <summary>Bytes of all lanes: those of the widest vector.</summary>
    internal const int Bytes = 64;

    const int Ahead = 8 * 1024;

    /// <summary>Σ xᵢ; 0 over nothing.</summary>
    public static T Of<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Run<T, Elements>(x, x);

    /// <summary>Σ xᵢ²; 0 over nothing.</summary>
    public static T OfSquares<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Run<T, Products>(x, x);

    /// <summary>Σ xᵢyᵢ; 0 over nothing.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static T OfProducts<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x.Length == y.Length
            ? Run<T, Products>(x, y)
            : throw new ArgumentException($"LaneSum.OfProducts: {x.Length} and {y.Length} elements.", nameof(y));

    /// <summary>
    /// The sum of the first elements, so many that they fill all lanes, plus that of the others: as two sums, which do not wait for each
    /// other.
    /// </summary>
    internal static T OfHalves<T>(ReadOnlySpan<T> x, int half)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Vector512.IsHardwareAccelerated ? RunHalves<T, Elements>(x, x, half) : Of(x[..half]) + Of(x[half..]);

    /// <summary>As <see cref="OfHalves"/>, of the products of corresponding elements.</summary>
    internal static T OfProductsOfHalves<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, int half)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Vector512.IsHardwareAccelerated ? RunHalves<T, Products>(x, y, half)
            : OfProducts(x[..half], y[..half]) + OfProducts(x[half..], y[half..]);

    /// <summary>
    /// The sums of several rows, or of their squares, which stand in columns: element j of them all is a run as long as the result. The
    /// bits are those of <see cref="Of"/> and <see cref="OfSquares"/>.
    /// </summary>
    internal static void OfColumns<T>(ReadOnlySpan<T> columns, Span<T> sums, bool areSquared = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var scratch = LanesOfColumns<T>(columns.Length, sums.Length);
        var lanes = scratch.Span;
        for (int start = 0; start < columns.Length; start += lanes.Length)
        {
            var terms = columns.Slice(start, Math.Min(lanes.Length, columns.Length - start));
            if (areSquared) Rounding.MultiplyAdd<T>(terms, terms, lanes[..terms.Length], lanes[..terms.Length]);
            else AddInto(lanes, terms);
        }
        AddByHalves(lanes, sums);
    }

    /// <summary>Zeros for the lanes of rows in columns, fewer where rows are shorter than there are lanes.</summary>
    internal static SpanOwner<T> LanesOfColumns<T>(int elements, int rows)
        where T : unmanaged
        => SpanOwner<T>.Allocate(Math.Min(Bytes / sizeof(T) * rows, elements), AllocationMode.Clear);

    /// <summary>The total of the lanes of each row in columns, in the order of <see cref="Of"/>. The lanes are written over.</summary>
    internal static void AddByHalves<T>(Span<T> lanes, Span<T> sums)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int half = Bytes / sizeof(T) / 2 * sums.Length; half >= sums.Length; half /= 2)
        {
            if (lanes.Length <= half) continue;
            AddInto(lanes, lanes[half..]);
            lanes = lanes[..half];
        }
        // Sums begin at 0, beside which −0 is 0.
        TensorPrimitives.Add(lanes, T.Zero, sums);
    }

    /// <summary>The sum of all lanes. A call within a loop over rows would keep every vector of the loop in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Total<T>(Vector512<T> lanes)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Total(lanes.GetLower() + lanes.GetUpper());

    /// <inheritdoc cref="Total{T}(Vector512{T})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Total<T>(Vector256<T> first, Vector256<T> second)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Total(first + second);

    /// <inheritdoc cref="Total{T}(Vector512{T})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Total<T>(Vector128<T> first, Vector128<T> second, Vector128<T> third, Vector128<T> fourth)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Total((first + third) + (second + fourth));

    static void AddInto<T>(Span<T> sums, ReadOnlySpan<T> addends)
        where T : unmanaged, IFloatingPointIeee754<T>
        => TensorPrimitives.Add(sums[..addends.Length], addends, sums[..addends.Length]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Total<T>(Vector256<T> lanes)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Total(lanes.GetLower() + lanes.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Total<T>(Vector128<T> lanes)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Vector128<T>.Count == 2 ? lanes[0] + lanes[1] : (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);

    static T RunHalves<T, TTerm>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, int half)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : ITerm
    {
        fixed (T* first = x, second = y) return RunHalves<T, TTerm>(first, second, half, x.Length);
    }

    static T Run<T, TTerm>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : ITerm
    {
        fixed (T* first = x, second = y)
        {
            if (Vector512.IsHardwareAccelerated) return RunWide<T, TTerm>(first, second, x.Length);
            return Vector256.IsHardwareAccelerated
                ? Run<Lanes256<T>, T, TTerm>(first, second, x.Length)
                : Run<Lanes128<T>, T, TTerm>(first, second, x.Length);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static T Run<TLanes, T, TTerm>(T* x, T* y, int count)
        where TLanes : unmanaged, IVectorLanes<TLanes, T>
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : ITerm
    {
        int lanes = Bytes / sizeof(T), whole = count / lanes * lanes;
        T* rest = stackalloc T[2 * Bytes / sizeof(T)];
        // Before the sums exist: a call while they do would keep them in memory, and each addition would wait for it.
        if (whole < count) Pad(x + whole, y + whole, count - whole, rest, lanes);
        TLanes a = TLanes.Broadcast(T.Zero), b = a, c = a, d = a;
        while (true)
        {
            for (int i = 0; i < whole; i += lanes)
            {
                a = TTerm.Add<TLanes, T>(a, x + i, y + i);
                b = TTerm.Add<TLanes, T>(b, x + i + TLanes.Count, y + i + TLanes.Count);
                if (2 * TLanes.Count >= lanes) continue;
                c = TTerm.Add<TLanes, T>(c, x + i + 2 * TLanes.Count, y + i + 2 * TLanes.Count);
                d = TTerm.Add<TLanes, T>(d, x + i + 3 * TLanes.Count, y + i + 3 * TLanes.Count);
            }
            if (whole == count) break;
            x = rest;
            y = rest + lanes;
            whole = count = lanes;
        }
        return 2 * TLanes.Count == lanes
            ? Total(Unsafe.BitCast<TLanes, Vector256<T>>(a), Unsafe.BitCast<TLanes, Vector256<T>>(b))
            : Total(
                Unsafe.BitCast<TLanes, Vector128<T>>(a), Unsafe.BitCast<TLanes, Vector128<T>>(b), Unsafe.BitCast<TLanes, Vector128<T>>(c),
                Unsafe.BitCast<TLanes, Vector128<T>>(d));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static T RunWide<T, TTerm>(T* x, T* y, int count)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : ITerm
    {
        Lanes512<T> sum = default;
        int lanes = Vector512<T>.Count, i = 0;
        for (; i <= count - lanes; i += lanes) sum = TTerm.Add(sum, x + i, y + i);
        return Total(TTerm.AddFirst(sum.Vector, x + i, y + i, count - i));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static T RunHalves<T, TTerm>(T* x, T* y, int half, int count)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : ITerm
    {
        Lanes512<T> first = default, second = default;
        int lanes = Vector512<T>.Count, i = 0;
        for (; i < half && half + i <= count - lanes; i += lanes)
        {
            // Of long sums what comes next.
            Prefetch.Line(x + i + Ahead / sizeof(T));
            Prefetch.Line(x + half + i + Ahead / sizeof(T));
            first = TTerm.Add(first, x + i, y + i);
            second = TTerm.Add(second, x + half + i, y + half + i);
        }
        for (int j = i; j < half; j += lanes) first = TTerm.Add(first, x + j, y + j);
        // The second half is longer by one element at most, and its last vector may not be whole.
        return Total(first.Vector) + Total(TTerm.AddFirst(second.Vector, x + half + i, y + half + i, count - half - i));
    }

    // The first elements, fewer than a vector holds, and zeros.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> LoadFirst<T>(T* x, int count)
        where T : unmanaged
    {
        if (sizeof(T) == sizeof(float))
            return Avx512F.MaskLoad((float*)x, Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle(), default)
                .As<float, T>();
        return Avx512F.MaskLoad((double*)x, Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).AsDouble(), default)
            .As<double, T>();
    }

    // What is missing in a last block counts as 0.
    static void Pad<T>(T* x, T* y, int count, T* rest, int lanes)
        where T : unmanaged
    {
        new Span<T>(rest, 2 * lanes).Clear();
        new ReadOnlySpan<T>(x, count).CopyTo(new Span<T>(rest, lanes));
        new ReadOnlySpan<T>(y, count).CopyTo(new Span<T>(rest + lanes, lanes));
    }

    /// <summary>What is added.</summary>
    interface ITerm
    {
        static abstract TLanes Add<TLanes, T>(TLanes sum, T* x, T* y)
            where TLanes : unmanaged, IVectorLanes<TLanes, T>
            where T : unmanaged;

        /// <summary>As <see cref="Add"/>, of some elements, fewer than a vector holds.</summary>
        static abstract Vector512<T> AddFirst<T>(Vector512<T> sum, T* x, T* y, int count)
            where T : unmanaged;
    }

    readonly struct Elements : ITerm
    {
        public static TLanes Add<TLanes, T>(TLanes sum, T* x, T* y)
            where TLanes : unmanaged, IVectorLanes<TLanes, T>
            where T : unmanaged
            => TLanes.Add(sum, TLanes.Load(x));

        public static Vector512<T> AddFirst<T>(Vector512<T> sum, T* x, T* y, int count)
            where T : unmanaged
            => sum + LoadFirst(x, count);
    }

    readonly struct Products : ITerm
    {
        public static TLanes Add<TLanes, T>(TLanes sum, T* x, T* y)
            where TLanes : unmanaged, IVectorLanes<TLanes, T>
            where T : unmanaged
            => TLanes.MultiplyAdd(TLanes.Load(x), TLanes.Load(y), sum);

        public static Vector512<T> AddFirst<T>(Vector512<T> sum, T* x, T* y, int count)
            where T : unmanaged
            => Lanes512<T>.MultiplyAdd(new(LoadFirst(x, count)), new(LoadFirst(y, count)), new(sum)).Vector;
    }
}
