using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Autograd.Kernels;

/// <summary>
/// Powers over spans, with the bits of <see cref="Power.Of"/>: by blocks that stay in the first-level cache, each in steps that are as much
/// as the compiler inlines into one loop. With calls for each vector they take four times as long.
/// </summary>
static class PowerLoop
{
    // A multiple of every vector's width.
    const int Block = 256;

    /// <summary>result = xʸ, where x or y may be one number for all.</summary>
    public static void Run<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) Run<WideNumber<T>, T>(x, y, result);
        else Run<VectorNumber<T>, T>(x, y, result);
    }

    [SkipLocalsInit]
    static void Run<N, T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> bases = stackalloc T[Block], exponents = stackalloc T[Block], powers = stackalloc T[Block];
        bool isOneBase = x.Length < result.Length, isOneExponent = y.Length < result.Length;
        // What is left in the end fills a vector with ones, or with what was there, so that a number gives the same wherever it stands.
        int used = Math.Min(Block, result.Length + N.Count);
        bases[..used].Fill(isOneBase ? x[0] : T.One);
        exponents[..used].Fill(isOneExponent ? y[0] : T.One);
        for (int start = 0; start < result.Length; start += Block)
        {
            int count = Math.Min(Block, result.Length - start), whole = (count + N.Count - 1) / N.Count * N.Count;
            if (!isOneBase) x.Slice(start, count).CopyTo(bases);
            if (!isOneExponent) y.Slice(start, count).CopyTo(exponents);
            OfBlock<N, T>(bases[..whole], exponents, powers);
            powers[..count].CopyTo(result[start..]);
        }
    }

    [SkipLocalsInit]
    static void OfBlock<N, T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> values = stackalloc T[Block], missing = stackalloc T[Block];
        Parts<N, T>(x, result, values);
        Fractions<N, T>(values[..x.Length], missing);
        Logarithms<N, T>(x, result, values, missing);
        Exponentials<N, T>(y[..x.Length], values, missing);
        Signs<N, T>(x, y, values, result);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Parts<N, T>(ReadOnlySpan<T> x, Span<T> exponents, Span<T> mantissas)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T bases = ref First(x), exponentAt = ref First<T>(exponents), mantissaAt = ref First<T>(mantissas);
        for (int i = 0; i < x.Length; i += N.Count)
        {
            var (exponent, mantissa) = Logarithm.Parts(N.Abs(N.Load(ref bases, (nuint)i)));
            exponent.Store(ref exponentAt, (nuint)i);
            mantissa.Store(ref mantissaAt, (nuint)i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Fractions<N, T>(Span<T> values, Span<T> missing)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T valueAt = ref First<T>(values), missingAt = ref First<T>(missing);
        for (int i = 0; i < values.Length; i += N.Count)
        {
            var (value, rest) = Power.Fraction(N.Load(ref valueAt, (nuint)i));
            value.Store(ref valueAt, (nuint)i);
            rest.Store(ref missingAt, (nuint)i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Logarithms<N, T>(ReadOnlySpan<T> x, ReadOnlySpan<T> exponents, Span<T> values, Span<T> missing)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T bases = ref First(x), exponentAt = ref First(exponents), valueAt = ref First<T>(values), missingAt = ref First<T>(missing);
        for (int i = 0; i < x.Length; i += N.Count)
        {
            nuint at = (nuint)i;
            var (value, rest) = Power.Logarithm2(
                N.Load(ref bases, at), N.Load(ref exponentAt, at), N.Load(ref valueAt, at), N.Load(ref missingAt, at));
            value.Store(ref valueAt, at);
            rest.Store(ref missingAt, at);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Exponentials<N, T>(ReadOnlySpan<T> y, Span<T> values, ReadOnlySpan<T> missing)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T exponents = ref First(y), valueAt = ref First<T>(values), missingAt = ref First(missing);
        for (int i = 0; i < y.Length; i += N.Count)
        {
            nuint at = (nuint)i;
            Power.Exponential2(N.Load(ref exponents, at), N.Load(ref valueAt, at), N.Load(ref missingAt, at)).Store(ref valueAt, at);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Signs<N, T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> values, Span<T> result)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T bases = ref First(x), exponents = ref First(y), valueAt = ref First(values), to = ref First<T>(result);
        for (int i = 0; i < x.Length; i += N.Count)
        {
            nuint at = (nuint)i;
            Power.WithSign(N.Load(ref bases, at), N.Load(ref exponents, at), N.Load(ref valueAt, at)).Store(ref to, at);
        }
    }

    static ref T First<T>(ReadOnlySpan<T> span) => ref MemoryMarshal.GetReference(span);
}
