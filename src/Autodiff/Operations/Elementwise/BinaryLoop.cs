using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Autograd.Operations;

/// <summary>
/// result = f(left, right) over spans, of which either operand may be a single number instead. The remainder fills a vector of its own, so
/// that an element gives the same result wherever it stands.
/// </summary>
static class BinaryLoop
{
    public static void Run<TFunction, T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where TFunction : struct, IBinaryFunction
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (result.IsEmpty || (left.Length == right.Length && TFunction.TryEvaluate(left, right, result))) return;
        if (Vector512.IsHardwareAccelerated) Run<TFunction, WideNumber<T>, T>(left, right, result);
        else Run<TFunction, VectorNumber<T>, T>(left, right, result);
    }

    static void Run<TFunction, N, T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where TFunction : struct, IBinaryFunction
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int whole = result.Length / N.Count * N.Count;
        // What does not fill a vector, such as a loss, needs no loop to be compiled.
        if (whole > 0) RunWhole<TFunction, N, T>(left, right, result[..whole], result.Length);
        if (whole == result.Length) return;
        bool leftStays = left.Length < result.Length, rightStays = right.Length < result.Length;
        Rest<TFunction, N, T>(leftStays ? left : left[whole..], rightStays ? right : right[whole..], result[whole..]);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void RunWhole<TFunction, N, T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result, int all)
        where TFunction : struct, IBinaryFunction
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // A single number is a vector that is read over and over.
        N leftNumber = N.Broadcast(left[0]), rightNumber = N.Broadcast(right[0]);
        bool leftStays = left.Length < all, rightStays = right.Length < all;
        ref T a = ref leftStays ? ref Unsafe.As<N, T>(ref leftNumber) : ref MemoryMarshal.GetReference(left);
        ref T b = ref rightStays ? ref Unsafe.As<N, T>(ref rightNumber) : ref MemoryMarshal.GetReference(right);
        ref T to = ref MemoryMarshal.GetReference(result);
        nuint width = (nuint)N.Count, length = (nuint)result.Length;
        nuint leftStep = leftStays ? 0 : width, rightStep = rightStays ? 0 : width;
        for (nuint i = 0, leftAt = 0, rightAt = 0; i < length; i += width, leftAt += leftStep, rightAt += rightStep)
            default(TFunction).Value(N.Load(ref a, leftAt), N.Load(ref b, rightAt)).Store(ref to, i);
    }

    static void Rest<TFunction, N, T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where TFunction : struct, IBinaryFunction
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
        => PartialVector.Store(
            default(TFunction).Value(PartialVector.Load<N, T>(left, left[0]), PartialVector.Load<N, T>(right, right[0])), result);
}
