using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Autograd.Optimizers;

/// <summary>What clipping does to every gradient element of one step: multiply by the scale, then confine to ±bound.</summary>
readonly record struct GradientLimits(double Scale, double Bound)
{
    internal static readonly GradientLimits None = new(1, double.PositiveInfinity);

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
        TensorPrimitives.Multiply(elements, T.CreateTruncating(Scale), elements);
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
    readonly Vector<T> scale = new(T.CreateTruncating(limits.Scale));
    readonly Vector<T> bound = new(T.CreateTruncating(limits.Bound));
    readonly Vector<T> weightDecay = new(T.CreateTruncating(weightDecay));
    readonly bool isBounded = double.IsFinite(limits.Bound);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector<T> Apply(Vector<T> gradient, Vector<T> value)
    {
        gradient *= scale;
        if (isBounded) gradient = Vector.Min(Vector.Max(gradient, -bound), bound);
        return gradient + weightDecay * value;
    }
}
