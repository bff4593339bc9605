using System.Numerics;

namespace Autograd.Operations;

/// <summary>A function of rows that keeps their length: its values, and its derivative by operations and in one pass.</summary>
interface IRowTransform : IRowMap
{
    string Name { get; }

    /// <summary>Whether a row without elements has a value.</summary>
    bool AllowsEmpty => true;

    /// <summary>Those attributes of the function that are plain numbers.</summary>
    double[] Numbers => [];

    /// <summary>The same by simpler operations; null where nothing gains by that.</summary>
    Tensor? Decompose(Tensor x, int axis) => null;

    /// <summary>The same by simpler operations with tensors in the place of <see cref="Numbers"/>.</summary>
    Tensor WithNumbers(Tensor x, ReadOnlySpan<Tensor?> numbers, int axis) => throw new NotSupportedException($"{Name} has no numbers.");

    /// <summary>The cotangent times the Jacobian of each row x with the values y.</summary>
    Tensor Pull(Tensor x, Tensor y, Tensor cotangent, int axis);

    /// <summary>The Jacobian of each row x with the values y times the tangent.</summary>
    Tensor Push(Tensor x, Tensor y, Tensor tangent, int axis);

    /// <summary><see cref="Pull"/> for one row.</summary>
    void PullRow<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> cotangent, Span<T> product)
        where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>Makes an operation of a function of rows along an axis.</summary>
/// <param name="transform">The function.</param>
/// <param name="axis">The axis from the end, −1 for the innermost, so that it stays what it is behind another leading axis.</param>
sealed class RowOperation<TTransform>(TTransform transform, int axis) : Operation
    where TTransform : struct, IRowTransform
{
    readonly TTransform transform = transform;
    readonly int axis = axis;

    public override string Name => transform.Name;

    /// <summary>The axis from the end.</summary>
    public int Axis => axis;

    public override ReadOnlySpan<double> Numbers => transform.Numbers;

    public static Tensor Apply(TTransform transform, Tensor x, int axis)
    {
        ArgumentNullException.ThrowIfNull(x, transform.Name);
        int position = ShapeRules.Axis(transform.Name, x.Shape, axis);
        return Dispatcher.Apply(new RowOperation<TTransform>(transform, position - x.Rank), x);
    }

    public override Shape Infer(ReadOnlySpan<Tensor> operands)
    {
        var shape = operands[0].Shape;
        return transform.AllowsEmpty || shape[^-axis] > 0 ? shape
            : throw new ShapeException($"{Name}: rows along axis {shape.Rank + axis} of {shape} have no elements.");
    }

    public override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) =>
        hasRows[0] && result.Rank + axis > 0;

    public override bool IsSameAs(RecordedOperation other) => ReferenceEquals(this, other)
        || (other is RowOperation<TTransform> same && axis == same.axis && Attributes.AreSame(in transform, in same.transform));

    public override bool IsSameApartFromNumbers(RecordedOperation other) => other is RowOperation<TTransform> same && axis == same.axis;

    public override Tensor ApplyWithNumbers(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor?> numbers) =>
        numbers.IndexOfAnyExcept((Tensor?)null) < 0 ? Dispatcher.Apply(this, operands) : transform.WithNumbers(operands[0], numbers, axis);

    public override Tensor? Decompose(ReadOnlySpan<Tensor> operands) => transform.Decompose(operands[0], axis);

    public override Tensor Map(MappedCall call) => Dispatcher.Apply(this, call[0]);

    public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
    {
        if (result.ElementType == ElementType.Float32) Compute<float>(operands[0], result);
        else Compute<double>(operands[0], result);
    }

    public override Tensor? Vjp(in Call call, int argument, Tensor cotangent)
    {
        int length = cotangent.Shape[^1];
        if (IsRecorded(call, cotangent) || axis != -1 || length == 0 || RowLoop.AreShort(length, cotangent.ElementCount / length))
            return transform.Pull(call[0], call.Result, cotangent, axis);
        var product = Dispatcher.Allocate(cotangent.ElementType, cotangent.Shape);
        if (cotangent.ElementType == ElementType.Float32) PullRows<float>(call, cotangent, product, length);
        else PullRows<double>(call, cotangent, product, length);
        Observe(call, cotangent, product);
        return product;
    }

    public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) =>
        transform.Push(call[0], call.Result, tangents[0]!, axis);

    void Compute<T>(Tensor x, Tensor result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int position = result.Rank + axis, length = result.Shape.Lengths[position], inner = result.Shape.Product(position + 1, result.Rank);
        if (inner == 1) RowLoop.Map(transform, x.ReadSpan<T>(), result.WriteSpan<T>(), length);
        else RowLoop.MapAcross(transform, x.ReadSpan<T>(), result.WriteSpan<T>(), length, inner);
    }

    // The recorded form, fused into one pass.
    void PullRows<T>(in Call call, Tensor cotangent, Tensor product, int length)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> x = call[0].ReadSpan<T>(), y = call.Result.ReadSpan<T>(), by = cotangent.ReadSpan<T>();
        var result = product.WriteSpan<T>();
        for (int at = 0; at < result.Length; at += length)
            transform.PullRow(x.Slice(at, length), y.Slice(at, length), by.Slice(at, length), result.Slice(at, length));
    }
}
