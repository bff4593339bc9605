namespace Autograd.PropertyTests;

/// <summary>A derivative rule of an operation.</summary>
delegate Tensor? Rule(in Call call, int argument, Tensor cotangent);

/// <summary>An operation with the values of another and a derivative rule of its own: where errors are planted.</summary>
sealed class OtherRule(Operation operation, Rule rule) : Operation
{
    public override string Name => operation.Name;

    public override bool Broadcasts => operation.Broadcasts;

    public override Shape Infer(ReadOnlySpan<Tensor> operands) => operation.Infer(operands);

    public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result) => operation.Compute(operands, result);

    public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) => rule(call, argument, cotangent);
}

/// <summary>
/// A product whose recorded rule is right, but whose deferred weight gradients have the factors of another weight: rows reversed.
/// </summary>
sealed class WrongFactors : Operation
{
    static readonly MatMulOperation Product = MatMulOperation.Of(false, false);

    public override string Name => "WrongFactors";

    public override bool Broadcasts => true;

    public override Shape Infer(ReadOnlySpan<Tensor> operands) => Product.Infer(operands);

    public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result) => Product.Compute(operands, result);

    public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into)
    {
        var (left, cotangent) = (call[0], cotangents[0]!);
        if (into.Wants(0)) into.Add(0, Functions.MatMul(cotangent, call[1], transposeRight: true));
        if (into.Wants(1)) into.AddProduct(1, into.IsRecorded ? left : Functions.Flip(left, 0), cotangent);
    }
}

/// <summary>A slice whose recorded rule is right, but which adds its cotangent in place one position too early.</summary>
sealed class WrongPart(int start, int length) : Operation
{
    readonly SliceOperation slice = new(0, start, length, 1);

    public override string Name => "WrongPart";

    public override Shape Infer(ReadOnlySpan<Tensor> operands) => slice.Infer(operands);

    public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result) => slice.Compute(operands, result);

    public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into) =>
        (into.IsRecorded ? slice : new SliceOperation(0, start - 1, length, 1)).Pull(call, cotangents, into);
}
