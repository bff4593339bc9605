using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Autograd.Kernels;

/// <summary>product = vector ⊙ f′(x), in one pass.</summary>
static class SlopeProduct
{
    public static void Run<TFunction, T>(TFunction function, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> vector, Span<T> product)
        where TFunction : struct, IUnaryFunction
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) Run<TFunction, WideNumber<T>, T>(function, x, y, vector, product);
        else Run<TFunction, VectorNumber<T>, T>(function, x, y, vector, product);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Run<TFunction, N, T>(
        TFunction function, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> vector, Span<T> product)
        where TFunction : struct, IUnaryFunction
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T from = ref MemoryMarshal.GetReference(x);
        ref T value = ref MemoryMarshal.GetReference(y);
        ref T by = ref MemoryMarshal.GetReference(vector);
        ref T to = ref MemoryMarshal.GetReference(product);
        nuint i = 0, width = (nuint)N.Count, length = (nuint)product.Length;
        for (; i + width <= length; i += width)
            function.Propagate(N.Load(ref by, i), N.Load(ref from, i), N.Load(ref value, i)).Store(ref to, i);
        if (i < length) Rest<TFunction, N, T>(function, x[(int)i..], y[(int)i..], vector[(int)i..], product[(int)i..]);
    }

    static void Rest<TFunction, N, T>(
        TFunction function, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> vector, Span<T> product)
        where TFunction : struct, IUnaryFunction
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> padded = stackalloc T[N.Count];
        function.Propagate(Padded<N, T>(vector, padded), Padded<N, T>(x, padded), Padded<N, T>(y, padded))
            .Store(ref MemoryMarshal.GetReference(padded), 0);
        padded[..product.Length].CopyTo(product);
    }

    static N Padded<N, T>(ReadOnlySpan<T> rest, Span<T> padded)
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        padded.Clear();
        rest.CopyTo(padded);
        return N.Load(ref MemoryMarshal.GetReference(padded), 0);
    }
}
