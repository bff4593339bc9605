using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

/// <summary>sin x, with the slope given.</summary>
sealed class SineWithSlope(Func<Tensor, Tensor> slope) : CustomOperation
{
    public static SineWithSlope Right { get; } = new(Cos);

    public override Tensor Value(ReadOnlySpan<Tensor> operands) => Sin(operands[0]);

    public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) =>
        cotangent * slope(operands[0]);

    public override Tensor? Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        tangents[0]! * Cos(operands[0]);
}

/// <summary>A function of one operand from its value and the product of a vector with its slope, in either mode.</summary>
sealed class Pointwise(Func<Tensor, Tensor> value, Func<Tensor, Tensor, Tensor, Tensor> product) : CustomOperation
{
    public override Tensor Value(ReadOnlySpan<Tensor> operands) => value(operands[0]);

    public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) =>
        product(operands[0], result, cotangent);

    public override Tensor? Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        product(operands[0], result, tangents[0]!);
}
