using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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
        int whole = result.Length / Vector<T>.Count * Vector<T>.Count;
        // What does not fill a vector, such as a loss, needs no loop to be compiled.
        if (whole > 0) RunWhole<TFunction, T>(left, right, result[..whole], result.Length);
        if (whole == result.Length) return;
        bool leftStays = left.Length < result.Length, rightStays = right.Length < result.Length;
        Rest<TFunction, T>(leftStays ? left : left[whole..], rightStays ? right : right[whole..], result[whole..]);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void RunWhole<TFunction, T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result, int all)
        where TFunction : struct, IBinaryFunction
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // A single number is a vector that is read over and over.
        Vector<T> leftNumber = new(left[0]), rightNumber = new(right[0]);
        bool leftStays = left.Length < all, rightStays = right.Length < all;
        ref T a = ref leftStays ? ref Unsafe.As<Vector<T>, T>(ref leftNumber) : ref MemoryMarshal.GetReference(left);
        ref T b = ref rightStays ? ref Unsafe.As<Vector<T>, T>(ref rightNumber) : ref MemoryMarshal.GetReference(right);
        ref T to = ref MemoryMarshal.GetReference(result);
        nuint width = (nuint)Vector<T>.Count, length = (nuint)result.Length;
        nuint leftStep = leftStays ? 0 : width, rightStep = rightStays ? 0 : width;
        for (nuint i = 0, leftAt = 0, rightAt = 0; i < length; i += width, leftAt += leftStep, rightAt += rightStep)
            One<TFunction, T>(Vector.LoadUnsafe(ref a, leftAt), Vector.LoadUnsafe(ref b, rightAt)).StoreUnsafe(ref to, i);
    }

    static Vector<T> One<TFunction, T>(Vector<T> left, Vector<T> right)
        where TFunction : struct, IBinaryFunction
        where T : unmanaged, IFloatingPointIeee754<T>
        => default(TFunction).Value(new VectorNumber<T>(left), new VectorNumber<T>(right)).Value;

    static void Rest<TFunction, T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where TFunction : struct, IBinaryFunction
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> padded = stackalloc T[Vector<T>.Count];
        One<TFunction, T>(Padded(left, padded), Padded(right, padded)).CopyTo(padded);
        padded[..result.Length].CopyTo(result);
    }

    static Vector<T> Padded<T>(ReadOnlySpan<T> operand, Span<T> padded)
        where T : unmanaged
    {
        padded.Fill(operand[0]);
        operand.CopyTo(padded);
        return new Vector<T>(padded);
    }
}
