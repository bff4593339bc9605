using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Autograd.Kernels;

/// <summary>product = vector ⊙ f′(x), in one pass.</summary>
static class SlopeProduct
{
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<TFunction, T>(TFunction function, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> vector, Span<T> product)
        where TFunction : struct, IUnaryFunction
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T from = ref MemoryMarshal.GetReference(x);
        ref T value = ref MemoryMarshal.GetReference(y);
        ref T by = ref MemoryMarshal.GetReference(vector);
        ref T to = ref MemoryMarshal.GetReference(product);
        int width = Vector<T>.Count, i = 0;
        for (; i <= product.Length - width; i += width)
            function.Propagate<VectorNumber<T>>(
                new(Vector.LoadUnsafe(ref by, (nuint)i)), new(Vector.LoadUnsafe(ref from, (nuint)i)),
                new(Vector.LoadUnsafe(ref value, (nuint)i))).Value.StoreUnsafe(ref to, (nuint)i);
        if (i < product.Length) Rest(function, x[i..], y[i..], vector[i..], product[i..]);
    }

    static void Rest<TFunction, T>(
        TFunction function, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> vector, Span<T> product)
        where TFunction : struct, IUnaryFunction
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> padded = stackalloc T[Vector<T>.Count];
        var all = function.Propagate<VectorNumber<T>>(new(Padded(vector, padded)), new(Padded(x, padded)), new(Padded(y, padded)));
        all.Value.CopyTo(padded);
        padded[..product.Length].CopyTo(product);
    }

    static Vector<T> Padded<T>(ReadOnlySpan<T> rest, Span<T> padded)
        where T : unmanaged
    {
        padded.Clear();
        rest.CopyTo(padded);
        return new Vector<T>(padded);
    }
}
