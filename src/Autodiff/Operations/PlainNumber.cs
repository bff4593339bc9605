namespace Autograd.Operations;

/// <summary>
/// A number that stands in an equation beside tensors, as in <c>x / 2</c> or <c>Maximum(x, 0)</c>. Each call makes another tensor of it,
/// but unlike other data it says nothing about the equation: it is what the caller wrote.
/// </summary>
sealed class PlainNumber : Tensor
{
    PlainNumber(double value, ElementType type, Storage storage)
        : base(type, Shape.Scalar, storage) => Value = value;

    /// <summary>The number, before it is rounded to its element type.</summary>
    public double Value { get; }

    /// <summary>A number in an element type.</summary>
    public static PlainNumber Of(double value, ElementType type) =>
        new(value, type, type == ElementType.Float32 ? new Storage<float>([(float)value], 0) : new Storage<double>([value], 0));

    /// <summary>A number in the element type of a tensor that it is combined with.</summary>
    public static PlainNumber Of(double value, Tensor like)
    {
        ArgumentNullException.ThrowIfNull(like);
        return Of(value, Recorder.Actual(like).ElementType);
    }
}
