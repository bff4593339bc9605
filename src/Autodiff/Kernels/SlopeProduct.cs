using System.Numerics;
using System.Runtime.CompilerServices;

namespace Autograd.Kernels;

/// <summary>product = vector ⊙ f′(x), in one pass.</summary>
static class SlopeProduct
{
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<TFunction, T>(TFunction function, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> vector, Span<T> product)
        where TFunction : struct, IUnaryFunction
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = Vector<T>.Count;
        int i = 0;
        for (; i <= product.Length - width; i += width)
            One(function, x[i..], y[i..], vector[i..], product[i..]);
        if (i == product.Length) return;
        Span<T> padded = stackalloc T[4 * width];
        x[i..].CopyTo(padded);
        y[i..].CopyTo(padded[width..]);
        vector[i..].CopyTo(padded[(2 * width)..]);
        var tail = padded[(3 * width)..];
        One(function, padded, padded[width..], padded[(2 * width)..], tail);
        tail[..(product.Length - i)].CopyTo(product[i..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void One<TFunction, T>(TFunction function, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> vector, Span<T> product)
        where TFunction : struct, IUnaryFunction
        where T : unmanaged, IFloatingPointIeee754<T>
        => function.Propagate<VectorNumber<T>>(new(new Vector<T>(vector)), new(new Vector<T>(x)), new(new Vector<T>(y)))
            .Value.CopyTo(product);
}
