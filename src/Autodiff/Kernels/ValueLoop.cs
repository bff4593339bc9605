using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Autograd.Kernels;

/// <summary>
/// y = f(x) over spans, which may be the same. The rest fills a vector of its own, so that a number gives the same wherever it stands.
/// </summary>
static class ValueLoop
{
    public static void Run<TFunction, T>(TFunction function, ReadOnlySpan<T> x, Span<T> y)
        where TFunction : struct, IUnaryFunction
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) Run<TFunction, WideNumber<T>, T>(function, x, y);
        else Run<TFunction, VectorNumber<T>, T>(function, x, y);
    }

    /// <summary>f of one number.</summary>
    // By a method that is large enough for the compiler to inline the whole of f: what it grants depends on the method around it.
    public static T Of<TFunction, T>(TFunction function, T x)
        where TFunction : struct, IUnaryFunction
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Rest<TFunction, VectorNumber<T>, T>(function, new ReadOnlySpan<T>(in x), new Span<T>(ref x));
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Run<TFunction, N, T>(TFunction function, ReadOnlySpan<T> x, Span<T> y)
        where TFunction : struct, IUnaryFunction
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T from = ref MemoryMarshal.GetReference(x);
        ref T to = ref MemoryMarshal.GetReference(y);
        int i = 0;
        for (; i <= y.Length - N.Count; i += N.Count) function.Value(N.Load(ref from, (nuint)i)).Store(ref to, (nuint)i);
        if (i < y.Length) Rest<TFunction, N, T>(function, x[i..], y[i..]);
    }

    // Not by PartialVector, nor is that of SlopeProduct: in a smaller method the compiler inlines less of the function, which takes up to
    // six times as long then.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Rest<TFunction, N, T>(TFunction function, ReadOnlySpan<T> x, Span<T> y)
        where TFunction : struct, IUnaryFunction
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> padded = stackalloc T[N.Count];
        padded.Clear();
        x.CopyTo(padded);
        ref T place = ref MemoryMarshal.GetReference(padded);
        function.Value(N.Load(ref place, 0)).Store(ref place, 0);
        padded[..y.Length].CopyTo(y);
    }
}
