using System.Numerics;
using System.Runtime.CompilerServices;

namespace Autograd.Kernels;

/// <summary>As many elements as the machine's generic vector holds.</summary>
readonly struct VectorNumber<T>(Vector<T> value) : IVectorNumber<VectorNumber<T>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public readonly Vector<T> Value = value;

    public bool IsSingle => typeof(T) == typeof(float);

    public static VectorNumber<T> Constant(VectorNumber<T> like, double value) => value;

    public static int Count => Vector<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> Broadcast(T value) => new(new Vector<T>(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> Load(ref T from, nuint at) => new(Vector.LoadUnsafe(ref from, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T to, nuint at) => Value.StoreUnsafe(ref to, at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsPositive(VectorNumber<T> value) => Vector.GreaterThanAll(value.Value, Vector<T>.Zero);

    public static VectorNumber<T> operator +(VectorNumber<T> left, VectorNumber<T> right) => new(left.Value + right.Value);

    public static VectorNumber<T> operator -(VectorNumber<T> left, VectorNumber<T> right) => new(left.Value - right.Value);

    public static VectorNumber<T> operator *(VectorNumber<T> left, VectorNumber<T> right) => new(left.Value * right.Value);

    public static VectorNumber<T> operator /(VectorNumber<T> left, VectorNumber<T> right) => new(left.Value / right.Value);

    public static VectorNumber<T> operator -(VectorNumber<T> value) => new(-value.Value);

    // Without a call, so that it is done once before a loop.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator VectorNumber<T>(double value) =>
        new(new Vector<T>(typeof(T) == typeof(float) ? (T)(object)(float)value : (T)(object)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> Exp(VectorNumber<T> value) => Exponential.Of(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> ExpM1(VectorNumber<T> value) => Exponential.MinusOne(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> Log(VectorNumber<T> value) => Logarithm.Of(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> Sin(VectorNumber<T> value) => Trigonometry.Sin(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> Cos(VectorNumber<T> value) => Trigonometry.Cos(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> Sigmoid(VectorNumber<T> value) => Exponential.Sigmoid(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> Tanh(VectorNumber<T> value) => Exponential.Tanh(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> Softplus(VectorNumber<T> value) => Logarithm.Softplus(value);

    // Methods of their own: within another function they would be more than the compiler inlines, and end in a call for each number.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static VectorNumber<T> NormalDistribution(VectorNumber<T> value) => Kernels.NormalDistribution.Of(value);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static VectorNumber<T> Log1P(VectorNumber<T> value) => Logarithm.OfOnePlus(value);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static VectorNumber<T> Power(VectorNumber<T> value, VectorNumber<T> exponent) => Kernels.Power.Of(value, exponent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> Abs(VectorNumber<T> value) => new(Vector.Abs(value.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> Floor(VectorNumber<T> value) => typeof(T) == typeof(float)
        ? new(Vector.Floor(value.Value.As<T, float>()).As<float, T>())
        : new(Vector.Floor(value.Value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> Round(VectorNumber<T> value) => typeof(T) == typeof(float)
        ? new(Vector.Round(value.Value.As<T, float>()).As<float, T>())
        : new(Vector.Round(value.Value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> Greater(VectorNumber<T> left, VectorNumber<T> right) =>
        new(Vector.ConditionalSelect(Vector.GreaterThan(left.Value, right.Value), Vector<T>.One, Vector<T>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> Equal(VectorNumber<T> left, VectorNumber<T> right) =>
        new(Vector.ConditionalSelect(Vector.Equals(left.Value, right.Value), Vector<T>.One, Vector<T>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> Select(VectorNumber<T> mask, VectorNumber<T> yes, VectorNumber<T> no) =>
        new(Vector.ConditionalSelect(Vector.Equals(mask.Value, Vector<T>.Zero), no.Value, yes.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> SelectGreater(VectorNumber<T> left, VectorNumber<T> right, VectorNumber<T> yes, VectorNumber<T> no) =>
        new(Vector.ConditionalSelect(Vector.GreaterThan(left.Value, right.Value), yes.Value, no.Value));

    public static VectorNumber<T> TimesSlope(VectorNumber<T> vector, VectorNumber<T> slope) =>
        new(Vector.ConditionalSelect(Vector.Equals(vector.Value, Vector<T>.Zero), vector.Value, vector.Value * slope.Value));

    public static VectorNumber<T> OverSlope(VectorNumber<T> vector, VectorNumber<T> divisor) =>
        new(Vector.ConditionalSelect(Vector.Equals(vector.Value, Vector<T>.Zero), vector.Value, vector.Value / divisor.Value));

    public static VectorNumber<T> WhereNumber(VectorNumber<T> argument, VectorNumber<T> slope) =>
        new(Vector.ConditionalSelect(Vector.Equals(argument.Value, argument.Value), slope.Value, argument.Value));

    public static VectorNumber<T> Sqrt(VectorNumber<T> value) => new(Vector.SquareRoot(value.Value));

    public static VectorNumber<T> Maximum(VectorNumber<T> left, VectorNumber<T> right) => new(Vector.Max(left.Value, right.Value));

    public static VectorNumber<T> Minimum(VectorNumber<T> left, VectorNumber<T> right) => new(Vector.Min(left.Value, right.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> MultiplyAdd(VectorNumber<T> left, VectorNumber<T> right, VectorNumber<T> addend) =>
        typeof(T) == typeof(float)
            ? new(Rounding.MultiplyAdd(Single(left), Single(right), Single(addend)).As<float, T>())
            : new(Rounding.MultiplyAdd(Double(left), Double(right), Double(addend)).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> MaximumNative(VectorNumber<T> left, VectorNumber<T> right) =>
        new(Vector.MaxNative(left.Value, right.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> MinimumNative(VectorNumber<T> left, VectorNumber<T> right) =>
        new(Vector.MinNative(left.Value, right.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> CopySign(VectorNumber<T> value, VectorNumber<T> sign) =>
        new(Vector.ConditionalSelect(new Vector<T>(T.NegativeZero), sign.Value, value.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> ScaleByPowerOfTwo(VectorNumber<T> value, VectorNumber<T> shifted) => typeof(T) == typeof(float)
        ? new((value.Value.As<T, int>() + Vector.ShiftLeft(shifted.Value.As<T, int>(), 23)).As<int, T>())
        : new((value.Value.As<T, long>() + Vector.ShiftLeft(shifted.Value.As<T, long>(), 52)).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> ShiftedExponent(VectorNumber<T> x) => typeof(T) == typeof(float)
        ? new((Vector.ShiftRightLogical(Raised(x).As<T, int>(), 23) + new Vector<int>((int)Logarithm.SingleShift)).As<int, T>())
        : new((Vector.ShiftRightLogical(Raised(x).As<T, long>(), 52) + new Vector<long>(Logarithm.DoubleShift)).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> Mantissa(VectorNumber<T> x) => typeof(T) == typeof(float)
        ? new(((Raised(x).As<T, int>() & new Vector<int>((int)Logarithm.SingleFraction)) + new Vector<int>((int)Logarithm.SingleRoot))
            .As<int, T>())
        : new(((Raised(x).As<T, long>() & new Vector<long>(Logarithm.DoubleFraction)) + new Vector<long>(Logarithm.DoubleRoot))
            .As<long, T>());

    // Bits whose exponent is that of the power of two below m·2ᵉ with m from √½.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<T> Raised(VectorNumber<T> x) => typeof(T) == typeof(float)
        ? (x.Value.As<T, int>() + new Vector<int>((int)Logarithm.SingleOffset)).As<int, T>()
        : (x.Value.As<T, long>() + new Vector<long>(Logarithm.DoubleOffset)).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> SinBeyond(VectorNumber<T> x, VectorNumber<T> near) => IsNear(x) ? near : Beyond(x, near, T.Sin);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorNumber<T> CosBeyond(VectorNumber<T> x, VectorNumber<T> near) => IsNear(x) ? near : Beyond(x, near, T.Cos);

    static VectorNumber<T> Limit => Trigonometry.Limit(typeof(T) == typeof(float));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IsNear(VectorNumber<T> x) => !Vector.GreaterThanAny(Vector.Abs(x.Value), Limit.Value);

    static VectorNumber<T> Beyond(VectorNumber<T> x, VectorNumber<T> near, Func<T, T> function)
    {
        var result = near.Value;
        for (int i = 0; i < Vector<T>.Count; i++)
            if (T.Abs(x.Value[i]) > Limit.Value[0])
                result = result.WithElement(i, function(x.Value[i]));
        return new(result);
    }

    static Vector<float> Single(VectorNumber<T> number) => number.Value.As<T, float>();

    static Vector<double> Double(VectorNumber<T> number) => number.Value.As<T, double>();
}
