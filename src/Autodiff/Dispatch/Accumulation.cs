using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd.Dispatch;

/// <summary>Writes into memory that is known to be exclusively owned: sums of gradients.</summary>
static class Accumulation
{
    /// <summary>sum += part.</summary>
    public static void Add<T>(Span<T> sum, ReadOnlySpan<T> part)
        where T : unmanaged, IFloatingPointIeee754<T>
        => TensorPrimitives.Add(sum, part, sum);

    /// <inheritdoc cref="Add{T}"/>
    public static void Add(Tensor sum, Tensor part)
    {
        if (sum.ElementType == ElementType.Float32) Add(sum.WriteSpan<float>(), part.ReadSpan<float>());
        else Add(sum.WriteSpan<double>(), part.ReadSpan<double>());
    }

    /// <summary>sum += weight · part, each product rounded before it is added.</summary>
    public static void AddScaled<T>(Span<T> sum, ReadOnlySpan<T> part, T weight)
        where T : unmanaged, IFloatingPointIeee754<T>
        => TensorPrimitives.MultiplyAdd(part, weight, sum, sum);

    /// <summary>sum += weight · part; with a weight of 1 the same as without.</summary>
    public static void AddScaled(Tensor sum, Tensor part, double weight)
    {
        if (sum.ElementType == ElementType.Float32) AddScaled(sum.WriteSpan<float>(), part.ReadSpan<float>(), (float)weight);
        else AddScaled(sum.WriteSpan<double>(), part.ReadSpan<double>(), weight);
    }

    /// <summary>Adds every row of a tensor with more leading axes: sum += Σ rows.</summary>
    public static void AddRows(Tensor sum, Tensor rows)
    {
        if (sum.ElementType == ElementType.Float32) LongSum.AddRows(sum.WriteSpan<float>(), rows.ReadSpan<float>());
        else LongSum.AddRows(sum.WriteSpan<double>(), rows.ReadSpan<double>());
    }

    public static void Copy(Tensor source, Tensor target)
    {
        if (target.ElementType == ElementType.Float32) source.ReadSpan<float>().CopyTo(target.WriteSpan<float>());
        else source.ReadSpan<double>().CopyTo(target.WriteSpan<double>());
    }

    public static void Clear(Tensor target)
    {
        if (target.ElementType == ElementType.Float32) target.WriteSpan<float>().Clear();
        else target.WriteSpan<double>().Clear();
    }
}
