using System.Numerics;

namespace Autograd.Operations;

/// <summary>A function of two numbers: its value, which is its definition, and a vector times its slopes.</summary>
interface IBinaryFunction
{
    string Name { get; }

    /// <inheritdoc cref="IUnaryFunction.Cost"/>
    OperationCost Cost => OperationCost.Cheap;

    /// <inheritdoc cref="Operation.Form"/>
    OperationForm? Form => null;

    /// <summary>result = f(left, right).</summary>
    N Value<N>(N left, N right)
        where N : struct, ISlopeNumber<N>;

    /// <summary>The vector times ∂result/∂left (argument 0) or ∂result/∂right (argument 1); null means that the slope is 0.</summary>
    Tensor? Propagate(in Call call, int argument, Tensor vector);

    /// <summary>
    /// Fills a result from operands of its length or of one number, by a loop that is faster than the value in vectors; false where there
    /// is none.
    /// </summary>
    static virtual bool TryEvaluate<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
        => false;
}

/// <summary>Makes a broadcasting operation of a function of two numbers.</summary>
sealed class BinaryOperation<TFunction> : ElementwiseOperation
    where TFunction : struct, IBinaryFunction
{
    public static readonly BinaryOperation<TFunction> Instance = new();

    public override string Name => default(TFunction).Name;

    public override OperationCost Cost => default(TFunction).Cost;

    public override OperationForm? Form => default(TFunction).Form;

    public override Shape Infer(ReadOnlySpan<Tensor> operands) => ShapeRules.Broadcast(Name, operands[0], operands[1]);

    public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
    {
        if (result.ElementType == ElementType.Float32) Compute<float>(operands[0], operands[1], result);
        else Compute<double>(operands[0], operands[1], result);
    }

    public override Tensor? Propagate(in Call call, int argument, Tensor vector) => default(TFunction).Propagate(call, argument, vector);

    public override N Value<N>(ReadOnlySpan<N> operands) => default(TFunction).Value(operands[0], operands[1]);

    static void Compute<T>(Tensor left, Tensor right, Tensor result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (ReferenceEquals(left.Shape, right.Shape) || left.Shape.Equals(right.Shape))
            BinaryLoop.Run<TFunction, T>(left.ReadSpan<T>(), right.ReadSpan<T>(), result.WriteSpan<T>());
        else
            BroadcastLoop.Run<TFunction, T>(
                left.ReadSpan<T>(), left.Shape, right.ReadSpan<T>(), right.Shape, result.WriteSpan<T>(), result.Shape);
    }
}
