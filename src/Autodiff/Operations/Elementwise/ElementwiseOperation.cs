namespace Autograd.Operations;

/// <summary>
/// An operation on corresponding elements. Its Jacobian is diagonal, so one rule, the product of a vector with the slope, serves both
/// modes.
/// </summary>
abstract class ElementwiseOperation : Operation
{
    public sealed override bool Broadcasts => true;

    public sealed override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) =>
        ShapeRules.BroadcastsByRows(operands, hasRows, result);

    /// <summary>The vector times the slope with respect to one operand, element by element; null means that the slope is 0.</summary>
    public abstract Tensor? Propagate(in Call call, int argument, Tensor vector);

    /// <summary>The value in arithmetic, from its operands' numbers: what a kernel of several operations is made of.</summary>
    public abstract N Value<N>(ReadOnlySpan<N> operands)
        where N : struct, ISlopeNumber<N>;

    /// <summary>The value with other numbers in the place of <see cref="Operation.Numbers"/>.</summary>
    public virtual N Value<N>(ReadOnlySpan<N> operands, ReadOnlySpan<N> numbers)
        where N : struct, ISlopeNumber<N>
        => Value(operands);

    public sealed override Tensor Map(MappedCall call) => Dispatcher.Apply(this, call.AlignAll());

    public sealed override Tensor? Vjp(in Call call, int argument, Tensor cotangent) => Propagate(call, argument, cotangent);

    public sealed override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents)
    {
        Tensor? sum = null;
        for (int i = 0; i < tangents.Length; i++)
        {
            if (tangents[i] is not { } tangent || Propagate(call, i, tangent) is not { } part) continue;
            sum = sum is null ? part : sum + part;
        }
        return sum;
    }
}
