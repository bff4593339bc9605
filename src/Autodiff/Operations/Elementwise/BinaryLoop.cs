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
    // A result that will hardly be found in a cache when it is read.
    const long BytesBeyondCaches = 4 << 20;

    /// <summary>
    /// Whether operands of one length have a result so large that functions of the platform are faster, which write past the caches instead
    /// of reading first what is written over.
    /// </summary>
    public static bool IsBeyondCaches<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where T : unmanaged
        => left.Length == right.Length && result.Length * (long)Unsafe.SizeOf<T>() >= BytesBeyondCaches;

    public static void Run<TFunction, T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where TFunction : struct, IBinaryFunction
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (result.IsEmpty || TFunction.TryEvaluate(left, right, result)) return;
        if (Vector512.IsHardwareAccelerated) Run<TFunction, WideNumber<T>, T>(left, right, result);
        else Run<TFunction, VectorNumber<T>, T>(left, right, result);
    }

    static void Run<TFunction, N, T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where TFunction : struct, IBinaryFunction
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int whole = result.Length / N.Count * N.Count;
        bool leftStays = left.Length < result.Length, rightStays = right.Length < result.Length;
        // Elements may be computed twice, unless the first time changes an operand.
        bool isTwiceTheSame = whole > 0 && !IsAt(left, result) && !IsAt(right, result);
        // What does not fill a vector, such as a loss, needs no loop to be compiled.
        if (whole > 0) RunWhole<TFunction, N, T>(left, right, isTwiceTheSame ? result : result[..whole], leftStays, rightStays);
        if (whole == result.Length || isTwiceTheSame) return;
        Rest<TFunction, N, T>(leftStays ? left : left[whole..], rightStays ? right : right[whole..], result[whole..]);
    }

    static bool IsAt<T>(ReadOnlySpan<T> operand, Span<T> result) =>
        Unsafe.AreSame(ref MemoryMarshal.GetReference(operand), ref MemoryMarshal.GetReference(result));

    // The last vector ends with the result.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void RunWhole<TFunction, N, T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result, bool leftStays, bool rightStays)
        where TFunction : struct, IBinaryFunction
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // A single number is a vector that is read over and over.
        N leftNumber = N.Broadcast(left[0]), rightNumber = N.Broadcast(right[0]);
        ref T a = ref leftStays ? ref Unsafe.As<N, T>(ref leftNumber) : ref MemoryMarshal.GetReference(left);
        ref T b = ref rightStays ? ref Unsafe.As<N, T>(ref rightNumber) : ref MemoryMarshal.GetReference(right);
        ref T to = ref MemoryMarshal.GetReference(result);
        nuint width = (nuint)N.Count, last = (nuint)result.Length - width;
        nuint leftPlaces = leftStays ? 0 : nuint.MaxValue, rightPlaces = rightStays ? 0 : nuint.MaxValue;
        for (nuint i = 0; ;)
        {
            default(TFunction).Value(N.Load(ref a, i & leftPlaces), N.Load(ref b, i & rightPlaces)).Store(ref to, i);
            if (i == last) return;
            i += width;
            if (i > last) i = last;
        }
    }

    static void Rest<TFunction, N, T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where TFunction : struct, IBinaryFunction
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
        => PartialVector.Store(
            default(TFunction).Value(PartialVector.Load<N, T>(left, left[0]), PartialVector.Load<N, T>(right, right[0])), result);
}
