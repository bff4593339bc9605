using System.Numerics;

namespace Autograd.Operations;

/// <summary>Makes an operation of a function of one number.</summary>
sealed class UnaryOperation<TFunction>(TFunction function) : ElementwiseOperation
    where TFunction : struct, IUnaryFunction
{
    readonly TFunction function = function;

    public static readonly UnaryOperation<TFunction> Instance = new(default);

    public override string Name => function.Name;

    public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[0].Shape;

    public override OperationCost Cost => function.Cost;

    public override ReadOnlySpan<double> Numbers => function.Numbers;

    public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
    {
        if (result.ElementType == ElementType.Float32) Compute(operands[0].ReadSpan<float>(), result.WriteSpan<float>());
        else Compute(operands[0].ReadSpan<double>(), result.WriteSpan<double>());
    }

    void Compute<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (TFunction.HasOwnLoop) function.Evaluate(x, y);
        else ValueLoop.Run(function, x, y);
    }

    public override bool IsSameAs(RecordedOperation other) =>
        ReferenceEquals(this, other)
        || (other is UnaryOperation<TFunction> same && Attributes.AreSame(in function, in same.function));

    // A function with numbers has no other attributes.
    public override bool IsSameApartFromNumbers(RecordedOperation other) =>
        function.Numbers.Length == 0 ? IsSameAs(other) : other is UnaryOperation<TFunction>;

    public override Tensor ApplyWithNumbers(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor?> numbers)
    {
        double[] own = function.Numbers;
        if (own.Length == 0) return Dispatcher.Apply(this, operands);
        var given = new TensorNumber[own.Length];
        for (int i = 0; i < own.Length; i++) given[i] = numbers[i] is { } number ? new TensorNumber(number) : own[i];
        return function.Value<TensorNumber>(new(operands[0]), given).Tensor!;
    }

    public override N Value<N>(ReadOnlySpan<N> operands) => function.Value(operands[0]);

    public override N Value<N>(ReadOnlySpan<N> operands, ReadOnlySpan<N> numbers) => function.Value(operands[0], numbers);

    public override Tensor? Propagate(in Call call, int argument, Tensor vector)
    {
        if (TFunction.IsFlat) return null;
        if (IsRecorded(call, vector))
            return function.Propagate<TensorNumber>(new(vector), new(call[0]), new(call.Result)).Tensor;
        var product = Dispatcher.Allocate(vector.ElementType, vector.Shape);
        if (vector.ElementType == ElementType.Float32) Multiply<float>(call, vector, product);
        else Multiply<double>(call, vector, product);
        Observe(call, vector, product);
        return product;
    }

    // The recorded form above, fused into one pass.
    void Multiply<T>(in Call call, Tensor vector, Tensor product)
        where T : unmanaged, IFloatingPointIeee754<T>
        => SlopeProduct.Run(function, call[0].ReadSpan<T>(), call.Result.ReadSpan<T>(), vector.ReadSpan<T>(), product.WriteSpan<T>());
}
