using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Autograd.Operations;

/// <summary>
/// result = f(left, right) over spans, of which either operand may be a single number instead. The last vector ends with the result and
/// overlaps the one before, or is filled up where that would read what was written: an element gives the same result wherever it stands.
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

    /// <summary>The same for rows of some length. The result is neither operand.</summary>
    public static void RunRows<TFunction, T>(in RowOperand<T> left, in RowOperand<T> right, Span<T> result, int length)
        where TFunction : struct, IBinaryFunction
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) RunRows<TFunction, WideNumber<T>, T>(left, right, result, length);
        else RunRows<TFunction, VectorNumber<T>, T>(left, right, result, length);
    }

    static void RunRows<TFunction, N, T>(in RowOperand<T> left, in RowOperand<T> right, Span<T> result, int length)
        where TFunction : struct, IBinaryFunction
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int rows = result.Length / length;
        bool hasOwnLoop = TFunction.TryEvaluate(left.Row(0, length), right.Row(0, length), result[..length]);
        if (!hasOwnLoop && length >= N.Count)
        {
            RunWhole<TFunction, N, T>(left, right, result, rows);
            return;
        }
        for (int row = hasOwnLoop ? 1 : 0; row < rows; row++)
            Run<TFunction, T>(left.Row(row, length), right.Row(row, length), result.Slice(row * length, length));
    }

    static void Run<TFunction, N, T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where TFunction : struct, IBinaryFunction
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int whole = result.Length / N.Count * N.Count;
        var first = new RowOperand<T>(left, 0, left.Length < result.Length);
        var second = new RowOperand<T>(right, 0, right.Length < result.Length);
        // Elements may be computed twice, unless the first time changes an operand.
        bool isTwiceTheSame = whole > 0 && !IsAt(left, result) && !IsAt(right, result);
        // What does not fill a vector, such as a loss, needs no loop to be compiled.
        if (whole > 0) RunWhole<TFunction, N, T>(first, second, isTwiceTheSame ? result : result[..whole], rows: 1);
        if (whole == result.Length || isTwiceTheSame) return;
        Rest<TFunction, N, T>(first.IsNumber ? left : left[whole..], second.IsNumber ? right : right[whole..], result[whole..]);
    }

    static bool IsAt<T>(ReadOnlySpan<T> operand, Span<T> result) =>
        Unsafe.AreSame(ref MemoryMarshal.GetReference(operand), ref MemoryMarshal.GetReference(result));

    // The last vector of a row ends with it.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void RunWhole<TFunction, N, T>(in RowOperand<T> left, in RowOperand<T> right, Span<T> result, int rows)
        where TFunction : struct, IBinaryFunction
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool leftStays = left.IsNumber, rightStays = right.IsNumber;
        nuint width = (nuint)N.Count, length = (nuint)(result.Length / rows), last = length - width;
        nuint leftPlaces = leftStays ? 0 : nuint.MaxValue, rightPlaces = rightStays ? 0 : nuint.MaxValue;
        for (int row = 0; row < rows; row++)
        {
            ref T leftRow = ref Unsafe.Add(ref MemoryMarshal.GetReference(left.Elements), row * (nint)left.Step);
            ref T rightRow = ref Unsafe.Add(ref MemoryMarshal.GetReference(right.Elements), row * (nint)right.Step);
            ref T to = ref Unsafe.Add(ref MemoryMarshal.GetReference(result), row * (nint)length);
            // A single number is a vector that is read over and over.
            N leftNumber = N.Broadcast(leftRow), rightNumber = N.Broadcast(rightRow);
            ref T a = ref leftStays ? ref Unsafe.As<N, T>(ref leftNumber) : ref leftRow;
            ref T b = ref rightStays ? ref Unsafe.As<N, T>(ref rightNumber) : ref rightRow;
            for (nuint i = 0; ;)
            {
                default(TFunction).Value(N.Load(ref a, i & leftPlaces), N.Load(ref b, i & rightPlaces)).Store(ref to, i);
                if (i == last) break;
                i += width;
                if (i > last) i = last;
            }
        }
    }

    static void Rest<TFunction, N, T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where TFunction : struct, IBinaryFunction
        where N : struct, IVectorNumber<N, T>
        where T : unmanaged, IFloatingPointIeee754<T>
        => PartialVector.Store(
            default(TFunction).Value(PartialVector.Load<N, T>(left, left[0]), PartialVector.Load<N, T>(right, right[0])), result);
}

/// <summary>Rows of an operand, which begin some elements apart: none where it is the same row again.</summary>
/// <param name="elements">From the first row on.</param>
/// <param name="step">From a row to the next.</param>
/// <param name="isNumber">Whether a row is one number, for all elements.</param>
readonly ref struct RowOperand<T>(ReadOnlySpan<T> elements, int step, bool isNumber)
    where T : unmanaged
{
    public readonly ReadOnlySpan<T> Elements = elements;
    public readonly int Step = step;
    public readonly bool IsNumber = isNumber;

    public ReadOnlySpan<T> Row(int row, int length) => Elements.Slice(row * Step, IsNumber ? 1 : length);
}
