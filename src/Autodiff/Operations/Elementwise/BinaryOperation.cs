using System.Numerics;

namespace Autograd.Operations;

/// <summary>A function of two numbers, on spans of equal length or with one side a single number; and a vector times its slopes.</summary>
internal interface IBinaryFunction
{
    string Name { get; }

    void Evaluate<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>;

    void Evaluate<T>(ReadOnlySpan<T> left, T right, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>;

    void Evaluate<T>(T left, ReadOnlySpan<T> right, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>The vector times ∂result/∂left (argument 0) or ∂result/∂right (argument 1); null means that the slope is 0.</summary>
    Tensor? Propagate(in Call call, int argument, Tensor vector);

    /// <inheritdoc cref="IUnaryFunction.TryValue"/>
    bool TryValue<N>(N left, N right, out N result)
        where N : struct, ISlopeNumber<N>
    {
        result = default;
        return false;
    }
}

/// <summary>Makes a broadcasting operation of a function of two numbers.</summary>
internal sealed class BinaryOperation<TFunction> : ElementwiseOperation
    where TFunction : struct, IBinaryFunction
{
    public static readonly BinaryOperation<TFunction> Instance = new();

    public override string Name => default(TFunction).Name;

    public override Shape Infer(ReadOnlySpan<Tensor> operands) => ShapeRules.Broadcast(Name, operands[0], operands[1]);

    public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
    {
        if (result.ElementType == ElementType.Float32) Compute<float>(operands[0], operands[1], result);
        else Compute<double>(operands[0], operands[1], result);
    }

    public override Tensor? Propagate(in Call call, int argument, Tensor vector) => default(TFunction).Propagate(call, argument, vector);

    public override bool TryValue<N>(ReadOnlySpan<N> operands, out N result) => default(TFunction).TryValue(operands[0], operands[1], out result);

    static void Compute<T>(Tensor left, Tensor right, Tensor result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (ReferenceEquals(left.Shape, right.Shape) || left.Shape.Equals(right.Shape))
            default(TFunction).Evaluate(left.ReadSpan<T>(), right.ReadSpan<T>(), result.WriteSpan<T>());
        else
            BroadcastLoop.Run<TFunction, T>(left.ReadSpan<T>(), left.Shape, right.ReadSpan<T>(), right.Shape, result.WriteSpan<T>(), result.Shape);
    }
}
