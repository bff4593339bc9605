using System.Numerics;

namespace Autograd.Operations;

/// <summary>A function of the innermost axes, and its weights: how much each element contributes, ∂result/∂element.</summary>
interface IRowReduction : IRowFunction
{
    string Name { get; }

    /// <summary>Whether a row without elements has a value.</summary>
    bool AllowsEmpty { get; }

    /// <summary>
    /// Those of rows that stand in columns as <see cref="IRowFunction.ReduceColumns"/> has them, which are left as they are: for axes that
    /// are not the innermost.
    /// </summary>
    void ReduceRows<T>(ReadOnlySpan<T> rows, Span<T> results)
        where T : unmanaged, IFloatingPointIeee754<T>
        => throw new NotSupportedException($"{Name} reduces over the innermost axes.");

    /// <summary>∂result/∂x, of x's shape; <paramref name="result"/> has its lost axes at length 1.</summary>
    Tensor Weights(Tensor x, Tensor result, int first);
}

/// <summary>Makes an operation of a function of rows: vjp and jvp both follow from the weights.</summary>
sealed class RowReductionOperation<TReduction>(int first, int count) : Operation
    where TReduction : struct, IRowReduction
{
    readonly int first = first;
    readonly int count = count;

    public override string Name => default(TReduction).Name;

    /// <summary>The axes that are reduced over.</summary>
    public (int First, int Count) Axes => (first, count);

    public static Tensor Apply(Tensor x, int first, int count) => Dispatcher.Apply(new RowReductionOperation<TReduction>(first, count), x);

    public override bool IsSameAs(RecordedOperation other) => other is RowReductionOperation<TReduction> same
        && (first, count) == (same.first, same.count);

    public override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) =>
        hasRows[0] && first > 0;

    public override Shape Infer(ReadOnlySpan<Tensor> operands)
    {
        var shape = operands[0].Shape;
        if (!default(TReduction).AllowsEmpty && shape.Product(first, first + count) == 0)
            throw new ShapeException($"{Name}: there is nothing to reduce over in {shape}, and the result of nothing is not defined.");
        return Reduction.Without(shape, first, count);
    }

    public override Tensor Map(MappedCall call) => Dispatcher.Apply(new RowReductionOperation<TReduction>(first + 1, count), call[0]);

    public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
    {
        if (result.ElementType == ElementType.Float32) Compute<float>(operands[0], result);
        else Compute<double>(operands[0], result);
    }

    public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) =>
        Functions.TimesSlope(Reduction.WithOnes(cotangent, call[0].Shape, first, count), Weights(call));

    public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) =>
        SumOperation.Apply(Functions.TimesSlope(tangents[0]!, Weights(call)), first, count);

    Tensor Weights(in Call call) =>
        default(TReduction).Weights(call[0], Reduction.WithOnes(call.Result, call[0].Shape, first, count), first);

    void Compute<T>(Tensor x, Tensor result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int length = x.Shape.Product(first, x.Rank), inner = x.Shape.Product(first + count, x.Rank);
        var source = x.ReadSpan<T>();
        var target = result.WriteSpan<T>();
        if (inner == 1) RowLoop.Run<TReduction, T>(source, length, target);
        else
            for (; !target.IsEmpty; source = source[length..], target = target[inner..])
                default(TReduction).ReduceRows(source[..length], target[..inner]);
    }
}
