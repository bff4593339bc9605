using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Autograd.Kernels;

/// <summary>
/// y = f(x) over spans, which may be the same. The rest fills a vector of its own, so that a number gives the same wherever it stands.
/// </summary>
static class ValueLoop
{
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<TFunction, T>(TFunction function, ReadOnlySpan<T> x, Span<T> y)
        where TFunction : struct, IUnaryFunction
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T from = ref MemoryMarshal.GetReference(x);
        ref T to = ref MemoryMarshal.GetReference(y);
        int width = Vector<T>.Count, i = 0;
        for (; i <= y.Length - width; i += width)
            function.Value(new VectorNumber<T>(Vector.LoadUnsafe(ref from, (nuint)i))).Value.StoreUnsafe(ref to, (nuint)i);
        if (i < y.Length) Rest(function, x[i..], y[i..]);
    }

    /// <summary>f of one number.</summary>
    // By a method that is large enough for the compiler to inline the whole of f: what it grants depends on the method around it.
    public static T Of<TFunction, T>(TFunction function, T x)
        where TFunction : struct, IUnaryFunction
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Rest(function, new ReadOnlySpan<T>(in x), new Span<T>(ref x));
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Rest<TFunction, T>(TFunction function, ReadOnlySpan<T> x, Span<T> y)
        where TFunction : struct, IUnaryFunction
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> padded = stackalloc T[Vector<T>.Count];
        padded.Clear();
        x.CopyTo(padded);
        function.Value(new VectorNumber<T>(new Vector<T>(padded))).Value.CopyTo(padded);
        padded[..y.Length].CopyTo(y);
    }
}
