using System.Numerics;
using System.Runtime.CompilerServices;

namespace Autograd.Kernels;

/// <summary>As many elements as the machine's generic vector holds.</summary>
internal readonly struct VectorNumber<T>(Vector<T> value) : ISlopeNumber<VectorNumber<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public readonly Vector<T> Value = value;

    public static VectorNumber<T> operator +(VectorNumber<T> left, VectorNumber<T> right) => new(left.Value + right.Value);

    public static VectorNumber<T> operator -(VectorNumber<T> left, VectorNumber<T> right) => new(left.Value - right.Value);

    public static VectorNumber<T> operator *(VectorNumber<T> left, VectorNumber<T> right) => new(left.Value * right.Value);

    public static VectorNumber<T> operator /(VectorNumber<T> left, VectorNumber<T> right) => new(left.Value / right.Value);

    public static VectorNumber<T> operator -(VectorNumber<T> value) => new(-value.Value);

    // Without a call, so that it is done once before a loop.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator VectorNumber<T>(double value) =>
        new(new Vector<T>(typeof(T) == typeof(float) ? (T)(object)(float)value : (T)(object)value));

    public static VectorNumber<T> Exp(VectorNumber<T> value) => typeof(T) == typeof(float)
        ? new(Vector.Exp(value.Value.As<T, float>()).As<float, T>())
        : new(Vector.Exp(value.Value.As<T, double>()).As<double, T>());

    public static VectorNumber<T> Log(VectorNumber<T> value) => typeof(T) == typeof(float)
        ? new(Vector.Log(value.Value.As<T, float>()).As<float, T>())
        : new(Vector.Log(value.Value.As<T, double>()).As<double, T>());

    public static VectorNumber<T> Sin(VectorNumber<T> value) => typeof(T) == typeof(float)
        ? new(Vector.Sin(value.Value.As<T, float>()).As<float, T>())
        : new(Vector.Sin(value.Value.As<T, double>()).As<double, T>());

    public static VectorNumber<T> Cos(VectorNumber<T> value) => typeof(T) == typeof(float)
        ? new(Vector.Cos(value.Value.As<T, float>()).As<float, T>())
        : new(Vector.Cos(value.Value.As<T, double>()).As<double, T>());

    public static VectorNumber<T> Sigmoid(VectorNumber<T> value) => 1.0 / (1.0 + Exp(-value));

    // Near 0 this loses relative accuracy, not absolute; slopes only need the latter.
    public static VectorNumber<T> Tanh(VectorNumber<T> value) => 1.0 - 2.0 / (1.0 + Exp(2.0 * value));

    public static VectorNumber<T> Abs(VectorNumber<T> value) => new(Vector.Abs(value.Value));

    public static VectorNumber<T> Power(VectorNumber<T> value, VectorNumber<T> exponent)
    {
        Unsafe.SkipInit(out Vector<T> result);
        for (int i = 0; i < Vector<T>.Count; i++)
            result = result.WithElement(i, T.Pow(value.Value[i], exponent.Value[i]));
        return new(result);
    }

    public static VectorNumber<T> Floor(VectorNumber<T> value) => typeof(T) == typeof(float)
        ? new(Vector.Floor(value.Value.As<T, float>()).As<float, T>())
        : new(Vector.Floor(value.Value.As<T, double>()).As<double, T>());

    public static VectorNumber<T> Round(VectorNumber<T> value) => typeof(T) == typeof(float)
        ? new(Vector.Round(value.Value.As<T, float>()).As<float, T>())
        : new(Vector.Round(value.Value.As<T, double>()).As<double, T>());

    public static VectorNumber<T> Greater(VectorNumber<T> left, VectorNumber<T> right) =>
        new(Vector.ConditionalSelect(Vector.GreaterThan(left.Value, right.Value), Vector<T>.One, Vector<T>.Zero));

    public static VectorNumber<T> Equal(VectorNumber<T> left, VectorNumber<T> right) =>
        new(Vector.ConditionalSelect(Vector.Equals(left.Value, right.Value), Vector<T>.One, Vector<T>.Zero));

    public static VectorNumber<T> Select(VectorNumber<T> mask, VectorNumber<T> yes, VectorNumber<T> no) =>
        new(Vector.ConditionalSelect(Vector.Equals(mask.Value, Vector<T>.Zero), no.Value, yes.Value));

    public static VectorNumber<T> Sqrt(VectorNumber<T> value) => new(Vector.SquareRoot(value.Value));

    public static VectorNumber<T> Maximum(VectorNumber<T> left, VectorNumber<T> right) => new(Vector.Max(left.Value, right.Value));

    public static VectorNumber<T> Minimum(VectorNumber<T> left, VectorNumber<T> right) => new(Vector.Min(left.Value, right.Value));
}
