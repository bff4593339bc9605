using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Autograd.Kernels;

/// <summary>As many elements as 64 bytes hold, for processors with vectors of that size: elsewhere each operation would be many.</summary>
readonly struct WideNumber<T>(Vector512<T> value) : IVectorNumber<WideNumber<T>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public readonly Vector512<T> Value = value;

    public bool IsSingle => typeof(T) == typeof(float);

    public static WideNumber<T> Constant(WideNumber<T> like, double value) => value;

    public static int Count => Vector512<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> Broadcast(T value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> Load(ref T from, nuint at) => new(Vector512.LoadUnsafe(ref from, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T to, nuint at) => Value.StoreUnsafe(ref to, at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsPositive(WideNumber<T> value) => Vector512.GreaterThanAll(value.Value, Vector512<T>.Zero);

    public static WideNumber<T> operator +(WideNumber<T> left, WideNumber<T> right) => new(left.Value + right.Value);

    public static WideNumber<T> operator -(WideNumber<T> left, WideNumber<T> right) => new(left.Value - right.Value);

    public static WideNumber<T> operator *(WideNumber<T> left, WideNumber<T> right) => new(left.Value * right.Value);

    public static WideNumber<T> operator /(WideNumber<T> left, WideNumber<T> right) => new(left.Value / right.Value);

    public static WideNumber<T> operator -(WideNumber<T> value) => new(-value.Value);

    // Without a call, so that it is done once before a loop.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator WideNumber<T>(double value) =>
        new(Vector512.Create(typeof(T) == typeof(float) ? (T)(object)(float)value : (T)(object)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> Exp(WideNumber<T> value) => Exponential.Of(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> ExpM1(WideNumber<T> value) => Exponential.MinusOne(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> Log(WideNumber<T> value) => Logarithm.Of(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> Sin(WideNumber<T> value) => Trigonometry.Sin(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> Cos(WideNumber<T> value) => Trigonometry.Cos(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> Sigmoid(WideNumber<T> value) => Exponential.Sigmoid(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> Tanh(WideNumber<T> value) => Exponential.Tanh(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> Softplus(WideNumber<T> value) => Logarithm.Softplus(value);

    // Methods of their own: within another function they would be more than the compiler inlines, and end in a call for each number.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static WideNumber<T> NormalDistribution(WideNumber<T> value) => Kernels.NormalDistribution.Of(value);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static WideNumber<T> Log1P(WideNumber<T> value) => Logarithm.OfOnePlus(value);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static WideNumber<T> Power(WideNumber<T> value, WideNumber<T> exponent) => Kernels.Power.Of(value, exponent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> Abs(WideNumber<T> value) => new(Vector512.Abs(value.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> Floor(WideNumber<T> value) => typeof(T) == typeof(float)
        ? new(Vector512.Floor(value.Value.As<T, float>()).As<float, T>())
        : new(Vector512.Floor(value.Value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> Round(WideNumber<T> value) => typeof(T) == typeof(float)
        ? new(Vector512.Round(value.Value.As<T, float>()).As<float, T>())
        : new(Vector512.Round(value.Value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> Greater(WideNumber<T> left, WideNumber<T> right) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(left.Value, right.Value), Vector512<T>.One, Vector512<T>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> Equal(WideNumber<T> left, WideNumber<T> right) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(left.Value, right.Value), Vector512<T>.One, Vector512<T>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> Select(WideNumber<T> mask, WideNumber<T> yes, WideNumber<T> no) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(mask.Value, Vector512<T>.Zero), no.Value, yes.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> SelectGreater(WideNumber<T> left, WideNumber<T> right, WideNumber<T> yes, WideNumber<T> no) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(left.Value, right.Value), yes.Value, no.Value));

    public static WideNumber<T> TimesSlope(WideNumber<T> vector, WideNumber<T> slope) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(vector.Value, Vector512<T>.Zero), vector.Value, vector.Value * slope.Value));

    public static WideNumber<T> OverSlope(WideNumber<T> vector, WideNumber<T> divisor) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(vector.Value, Vector512<T>.Zero), vector.Value, vector.Value / divisor.Value));

    public static WideNumber<T> WhereNumber(WideNumber<T> argument, WideNumber<T> slope) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(argument.Value, argument.Value), slope.Value, argument.Value));

    public static WideNumber<T> Sqrt(WideNumber<T> value) => new(Vector512.Sqrt(value.Value));

    public static WideNumber<T> Maximum(WideNumber<T> left, WideNumber<T> right) => new(Vector512.Max(left.Value, right.Value));

    public static WideNumber<T> Minimum(WideNumber<T> left, WideNumber<T> right) => new(Vector512.Min(left.Value, right.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> MultiplyAdd(WideNumber<T> left, WideNumber<T> right, WideNumber<T> addend) =>
        typeof(T) == typeof(float)
            ? new(Rounding.MultiplyAdd(Single(left), Single(right), Single(addend)).As<float, T>())
            : new(Rounding.MultiplyAdd(Double(left), Double(right), Double(addend)).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> MaximumNative(WideNumber<T> left, WideNumber<T> right) =>
        new(Vector512.MaxNative(left.Value, right.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> MinimumNative(WideNumber<T> left, WideNumber<T> right) =>
        new(Vector512.MinNative(left.Value, right.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> CopySign(WideNumber<T> value, WideNumber<T> sign) =>
        new(Vector512.ConditionalSelect(Vector512.Create(T.NegativeZero), sign.Value, value.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> ScaleByPowerOfTwo(WideNumber<T> value, WideNumber<T> shifted) => typeof(T) == typeof(float)
        ? new((value.Value.As<T, int>() + Vector512.ShiftLeft(shifted.Value.As<T, int>(), 23)).As<int, T>())
        : new((value.Value.As<T, long>() + Vector512.ShiftLeft(shifted.Value.As<T, long>(), 52)).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> ShiftedExponent(WideNumber<T> x) => typeof(T) == typeof(float)
        ? new((Vector512.ShiftRightLogical(Raised(x).As<T, int>(), 23) + Vector512.Create((int)Logarithm.SingleShift)).As<int, T>())
        : new((Vector512.ShiftRightLogical(Raised(x).As<T, long>(), 52) + Vector512.Create(Logarithm.DoubleShift)).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> Mantissa(WideNumber<T> x) => typeof(T) == typeof(float)
        ? new(((Raised(x).As<T, int>() & Vector512.Create((int)Logarithm.SingleFraction)) + Vector512.Create((int)Logarithm.SingleRoot))
            .As<int, T>())
        : new(((Raised(x).As<T, long>() & Vector512.Create(Logarithm.DoubleFraction)) + Vector512.Create(Logarithm.DoubleRoot))
            .As<long, T>());

    // Bits whose exponent is that of the power of two below m·2ᵉ with m from √½.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> Raised(WideNumber<T> x) => typeof(T) == typeof(float)
        ? (x.Value.As<T, int>() + Vector512.Create((int)Logarithm.SingleOffset)).As<int, T>()
        : (x.Value.As<T, long>() + Vector512.Create(Logarithm.DoubleOffset)).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> SinBeyond(WideNumber<T> x, WideNumber<T> near) => IsNear(x) ? near : Beyond(x, near, T.Sin);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideNumber<T> CosBeyond(WideNumber<T> x, WideNumber<T> near) => IsNear(x) ? near : Beyond(x, near, T.Cos);

    static WideNumber<T> Limit => Trigonometry.Limit(typeof(T) == typeof(float));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IsNear(WideNumber<T> x) => !Vector512.GreaterThanAny(Vector512.Abs(x.Value), Limit.Value);

    static WideNumber<T> Beyond(WideNumber<T> x, WideNumber<T> near, Func<T, T> function)
    {
        var result = near.Value;
        for (int i = 0; i < Vector512<T>.Count; i++)
            if (T.Abs(x.Value[i]) > Limit.Value[0])
                result = result.WithElement(i, function(x.Value[i]));
        return new(result);
    }

    static Vector512<float> Single(WideNumber<T> number) => number.Value.As<T, float>();

    static Vector512<double> Double(WideNumber<T> number) => number.Value.As<T, double>();
}
