using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Autograd.Kernels;

/// <summary>
/// The few vector operations a matrix product needs. A kernel written over this interface is one source for every vector width;
/// the compiler turns each implementation into single instructions.
/// </summary>
/// <typeparam name="TSelf">The vector.</typeparam>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
unsafe interface IVectorLanes<TSelf, T>
    where TSelf : unmanaged, IVectorLanes<TSelf, T>
    where T : unmanaged
{
    /// <summary>Elements in one vector.</summary>
    static abstract int Count { get; }

    /// <summary>Whether there are registers for a tile of sixteen sums and its operands (32 registers, not 16).</summary>
    static abstract bool HasManyRegisters { get; }

    /// <summary>Reads a vector from any address.</summary>
    static abstract TSelf Load(T* source);

    /// <summary>Four elements of as many rows as there are lanes, as four vectors, one for each column.</summary>
    static abstract (TSelf A, TSelf B, TSelf C, TSelf D) LoadTransposed(T* rows, nint stride);

    /// <summary>Folds four columns of as many rows as there are lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf FoldFour<TFold>(T* rows, nint stride, TFold fold, TSelf sum)
        where TFold : struct, IColumnFold<TSelf>
    {
        var (a, b, c, d) = TSelf.LoadTransposed(rows, stride);
        return fold.Add(0, a, b, c, d, sum);
    }

    /// <summary>Elements that are read at once of rows that become columns: a cache line's where that is faster, else four.</summary>
    static virtual int LineLength => 4;

    /// <summary>Folds the columns of a line of as many rows as there are lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf FoldLine<TFold>(T* rows, nint stride, TFold fold, TSelf sum)
        where TFold : struct, IColumnFold<TSelf> =>
        TSelf.FoldFour(rows, stride, fold, sum);

    /// <summary>Writes this vector to any address.</summary>
    void Store(T* destination);

    /// <summary>A vector with the same value in all lanes.</summary>
    static abstract TSelf Broadcast(T value);

    /// <summary>Elementwise sum.</summary>
    static abstract TSelf Add(TSelf left, TSelf right);

    /// <summary><c>left * right + addend</c>, rounded once where the processor can.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);
}

/// <summary>What becomes of columns, which come four at a time.</summary>
interface IColumnFold<TVector>
{
    /// <summary>Takes four columns from the given one on, and gives a sum that goes on.</summary>
    TVector Add(int column, TVector a, TVector b, TVector c, TVector d, TVector sum);
}

/// <summary>512-bit vectors.</summary>
readonly unsafe struct Lanes512<T>(Vector512<T> value) : IVectorLanes<Lanes512<T>, T>
    where T : unmanaged
{
    readonly Vector512<T> vector = value;

    public Vector512<T> Vector => vector;

    public static int Count => Vector512<T>.Count;

    public static bool HasManyRegisters => true;

    public static Lanes512<T> Load(T* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes512<T> A, Lanes512<T> B, Lanes512<T> C, Lanes512<T> D) LoadTransposed(T* rows, nint stride)
    {
        if (sizeof(T) == sizeof(float))
        {
            var (a, b, c, d) = TransposedLanes.Load512((float*)rows, stride);
            return (new(a.As<float, T>()), new(b.As<float, T>()), new(c.As<float, T>()), new(d.As<float, T>()));
        }
        var (first, second, third, fourth) = TransposedLanes.Load512((double*)rows, stride);
        return (new(first.As<double, T>()), new(second.As<double, T>()), new(third.As<double, T>()), new(fourth.As<double, T>()));
    }

    public static int LineLength => Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> FoldLine<TFold>(T* rows, nint stride, TFold fold, Lanes512<T> sum)
        where TFold : struct, IColumnFold<Lanes512<T>> =>
        TransposedLanes.FoldLine(rows, stride, fold, sum);

    public void Store(T* destination) => vector.Store(destination);

    public static Lanes512<T> Broadcast(T value) => new(Vector512.Create(value));

    public static Lanes512<T> Add(Lanes512<T> left, Lanes512<T> right) => new(left.vector + right.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> MultiplyAdd(Lanes512<T> left, Lanes512<T> right, Lanes512<T> addend) => new(
        typeof(T) == typeof(float)
            ? Vector512.MultiplyAddEstimate(left.vector.AsSingle(), right.vector.AsSingle(), addend.vector.AsSingle()).As<float, T>()
            : Vector512.MultiplyAddEstimate(left.vector.AsDouble(), right.vector.AsDouble(), addend.vector.AsDouble()).As<double, T>());
}

/// <summary>256-bit vectors.</summary>
readonly unsafe struct Lanes256<T>(Vector256<T> value) : IVectorLanes<Lanes256<T>, T>
    where T : unmanaged
{
    readonly Vector256<T> vector = value;

    public static int Count => Vector256<T>.Count;

    public static bool HasManyRegisters => false;

    public static Lanes256<T> Load(T* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes256<T> A, Lanes256<T> B, Lanes256<T> C, Lanes256<T> D) LoadTransposed(T* rows, nint stride)
    {
        if (sizeof(T) == sizeof(float))
        {
            var (a, b, c, d) = TransposedLanes.Load256((float*)rows, stride);
            return (new(a.As<float, T>()), new(b.As<float, T>()), new(c.As<float, T>()), new(d.As<float, T>()));
        }
        var (first, second, third, fourth) = TransposedLanes.Load256((double*)rows, stride);
        return (new(first.As<double, T>()), new(second.As<double, T>()), new(third.As<double, T>()), new(fourth.As<double, T>()));
    }

    public void Store(T* destination) => vector.Store(destination);

    public static Lanes256<T> Broadcast(T value) => new(Vector256.Create(value));

    public static Lanes256<T> Add(Lanes256<T> left, Lanes256<T> right) => new(left.vector + right.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> MultiplyAdd(Lanes256<T> left, Lanes256<T> right, Lanes256<T> addend) => new(
        typeof(T) == typeof(float)
            ? Vector256.MultiplyAddEstimate(left.vector.AsSingle(), right.vector.AsSingle(), addend.vector.AsSingle()).As<float, T>()
            : Vector256.MultiplyAddEstimate(left.vector.AsDouble(), right.vector.AsDouble(), addend.vector.AsDouble()).As<double, T>());
}

/// <summary>128-bit vectors.</summary>
readonly unsafe struct Lanes128<T>(Vector128<T> value) : IVectorLanes<Lanes128<T>, T>
    where T : unmanaged
{
    readonly Vector128<T> vector = value;

    public static int Count => Vector128<T>.Count;

    public static bool HasManyRegisters => AdvSimd.IsSupported;

    public static Lanes128<T> Load(T* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes128<T> A, Lanes128<T> B, Lanes128<T> C, Lanes128<T> D) LoadTransposed(T* rows, nint stride)
    {
        if (sizeof(T) == sizeof(float))
        {
            var (a, b, c, d) = TransposedLanes.Load128((float*)rows, stride);
            return (new(a.As<float, T>()), new(b.As<float, T>()), new(c.As<float, T>()), new(d.As<float, T>()));
        }
        var (first, second, third, fourth) = TransposedLanes.Load128((double*)rows, stride);
        return (new(first.As<double, T>()), new(second.As<double, T>()), new(third.As<double, T>()), new(fourth.As<double, T>()));
    }

    public void Store(T* destination) => vector.Store(destination);

    public static Lanes128<T> Broadcast(T value) => new(Vector128.Create(value));

    public static Lanes128<T> Add(Lanes128<T> left, Lanes128<T> right) => new(left.vector + right.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> MultiplyAdd(Lanes128<T> left, Lanes128<T> right, Lanes128<T> addend) => new(
        typeof(T) == typeof(float)
            ? Rounding.MultiplyAdd(left.vector.AsSingle(), right.vector.AsSingle(), addend.vector.AsSingle()).As<float, T>()
            : Rounding.MultiplyAdd(left.vector.AsDouble(), right.vector.AsDouble(), addend.vector.AsDouble()).As<double, T>());
}

/// <summary>One element at a time: what runs where vectors are emulated and so slower than no vectors.</summary>
readonly unsafe struct Lanes1<T>(T value) : IVectorLanes<Lanes1<T>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly T vector = value;

    public static int Count => 1;

    public static bool HasManyRegisters => false;

    public static Lanes1<T> Load(T* source) => new(*source);

    public static (Lanes1<T> A, Lanes1<T> B, Lanes1<T> C, Lanes1<T> D) LoadTransposed(T* rows, nint stride) =>
        (new(rows[0]), new(rows[1]), new(rows[2]), new(rows[3]));

    public void Store(T* destination) => *destination = vector;

    public static Lanes1<T> Broadcast(T value) => new(value);

    public static Lanes1<T> Add(Lanes1<T> left, Lanes1<T> right) => new(left.vector + right.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> MultiplyAdd(Lanes1<T> left, Lanes1<T> right, Lanes1<T> addend) =>
        new(Rounding.MultiplyAdd(left.vector, right.vector, addend.vector));
}
