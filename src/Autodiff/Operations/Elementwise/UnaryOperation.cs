using System.Numerics;

namespace Autograd.Operations;

/// <summary>Makes an operation of a function of one number.</summary>
internal sealed class UnaryOperation<TFunction>(TFunction function) : ElementwiseOperation
    where TFunction : struct, IUnaryFunction
{
    readonly TFunction function = function;

    public static readonly UnaryOperation<TFunction> Instance = new(default);

    public override string Name => function.Name;

    public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[0].Shape;

    public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
    {
        if (result.ElementType == ElementType.Float32) function.Evaluate(operands[0].ReadSpan<float>(), result.WriteSpan<float>());
        else function.Evaluate(operands[0].ReadSpan<double>(), result.WriteSpan<double>());
    }

    public override bool IsSameAs(RecordedOperation other) =>
        ReferenceEquals(this, other) || (other is UnaryOperation<TFunction> same && EqualityComparer<TFunction>.Default.Equals(function, same.function));

    public override bool TryValue<N>(ReadOnlySpan<N> operands, out N result) => function.TryValue(operands[0], out result);

    public override Tensor? Propagate(in Call call, int argument, Tensor vector)
    {
        if (Recorder.Current is { IsRecording: true } || vector.IsSymbolic || call.Result.IsSymbolic)
            return function.Slope<TensorNumber>(new(call[0]), new(call.Result)).Times(vector);
        var product = Dispatcher.Allocate(vector.ElementType, vector.Shape);
        if (vector.ElementType == ElementType.Float32) Multiply<float>(call, vector, product);
        else Multiply<double>(call, vector, product);
        if (Recorder.Current is { DetectsNonFinite: true } recorder) recorder.Inspect(this, [vector, call[0]], product);
        return product;
    }

    // The recorded form above, fused into one pass.
    void Multiply<T>(in Call call, Tensor vector, Tensor product)
        where T : unmanaged, IFloatingPointIeee754<T>
        => SlopeProduct.Run(function, call[0].ReadSpan<T>(), call.Result.ReadSpan<T>(), vector.ReadSpan<T>(), product.WriteSpan<T>());
}
