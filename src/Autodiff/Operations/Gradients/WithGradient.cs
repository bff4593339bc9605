namespace Autograd;

public static partial class Functions
{
    /// <summary>
    /// The same values; in a backward sweep the cotangent that arrives here is replaced by what the function makes of it: a hook. It may look (and
    /// return its argument), clip inside a recurrence, scale, or reverse a gradient. Forward mode passes through unchanged. Differentiated again, it acts in every sweep that passes it.
    /// <code>h = WithGradient(h, g => Clamp(g, -1, 1));</code>
    /// </summary>
    /// <param name="x">Argument.</param>
    /// <param name="transform">Gets the whole cotangent of the result, and gives one of the same shape.</param>
    public static Tensor WithGradient(Tensor x, Func<Tensor, Tensor> transform)
    {
        ArgumentNullException.ThrowIfNull(transform);
        return Engine.Apply(new WithGradientOperation(transform), x);
    }
}

internal sealed class WithGradientOperation(Func<Tensor, Tensor> transform) : Operation
{
    public override string Name => nameof(Functions.WithGradient);

    public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[0].Shape;

    public override Tensor View(ReadOnlySpan<Tensor> operands, Shape shape) =>
        new(operands[0].ElementType, shape, operands[0].Storage, operands[0].Offset);

    public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result) => throw new InvalidOperationException("WithGradient is always a view.");

    public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) =>
        transform(cotangent) ?? throw new InvalidOperationException($"{Name}: the function returned null; it must give the cotangent to go on with.");

    public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => tangents[0];
}
