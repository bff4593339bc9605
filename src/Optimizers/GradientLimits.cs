using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Autograd.Optimizers;

/// <summary>What clipping does to every gradient element of one step: multiply by the scale, then confine to ±bound.</summary>
readonly record struct GradientLimits(double Scale, double Bound)
{
    // What is taken from a scale that float does not hold: large gradients make it so, and the product is in range again.
    const int Taken = 120;

    static readonly double LeastNormalFloat = Math.ScaleB(1, -126);

    internal static readonly GradientLimits None = new(1, double.PositiveInfinity);

    /// <summary>The scale as two factors, each a normal number of the type; the second is 1 where one is enough.</summary>
    internal (T First, T Second) Factors<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool isFaint = typeof(T) == typeof(float) && Scale < LeastNormalFloat;
        return (T.CreateTruncating(isFaint ? Math.ScaleB(Scale, Taken) : Scale), isFaint ? T.ScaleB(T.One, -Taken) : T.One);
    }

    /// <summary>A clipped copy.</summary>
    internal Tensor Apply(Tensor gradient)
    {
        var copy = gradient.Detach();
        if (copy.ElementType == ElementType.Float32) Apply(copy.WriteSpan<float>());
        else Apply(copy.WriteSpan<double>());
        return copy;
    }

    void Apply<T>(Span<T> elements)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (first, second) = Factors<T>();
        TensorPrimitives.Multiply(elements, first, elements);
        if (second != T.One) TensorPrimitives.Multiply(elements, second, elements);
        if (!double.IsFinite(Bound)) return;
        var bound = T.CreateTruncating(Bound);
        TensorPrimitives.Max(elements, -bound, elements);
        TensorPrimitives.Min(elements, bound, elements);
    }
}

/// <summary>What happens to a gradient on its way into an update rule, in vectors: clipping, then the L2 penalty's share.</summary>
readonly struct GradientPreparation<T>(GradientLimits limits, double weightDecay)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Vector<T> scale = new(limits.Factors<T>().First), faint = new(limits.Factors<T>().Second);
    readonly Vector<T> bound = new(T.CreateTruncating(limits.Bound));
    readonly Vector<T> weightDecay = new(T.CreateTruncating(weightDecay));
    readonly bool isBounded = double.IsFinite(limits.Bound), isFaint = limits.Factors<T>().Second != T.One;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector<T> Apply(Vector<T> gradient, Vector<T> value)
    {
        gradient *= scale;
        if (isFaint) gradient *= faint;
        if (isBounded) gradient = Vector.Min(Vector.Max(gradient, -bound), bound);
        return gradient + weightDecay * value;
    }
}
