namespace Autograd;

/// <summary>
/// A differentiable operation: its name, shape rule, kernel and derivative rules in one place. Instances are immutable and carry the
/// operation's attributes (axes, flags, indices). Rules are written with tensor operations, so they can be recorded and differentiated again.
/// </summary>
internal abstract class Operation
{
    /// <summary>Name as users write it.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Whether operands broadcast: the sweep then sums a cotangent down to the operand's shape, and spreads a tangent to the result's.
    /// Operations that do not broadcast must return exact shapes.
    /// </summary>
    public virtual bool Broadcasts => false;

    /// <summary>The shape rule. Throws <see cref="ShapeException"/>. Needs no data.</summary>
    public abstract Shape Infer(ReadOnlySpan<Tensor> operands);

    /// <summary>The element type of the result.</summary>
    public virtual ElementType InferType(ReadOnlySpan<Tensor> operands) => operands[0].ElementType;

    /// <summary>Fills the result. Operands and result have data, and their shapes have been checked.</summary>
    public abstract void Compute(ReadOnlySpan<Tensor> operands, Tensor result);

    /// <summary>A result that shares its operand's memory, or null when this operation computes.</summary>
    public virtual Tensor? View(ReadOnlySpan<Tensor> operands, Shape shape) => null;

    /// <summary>Whether another operation computes the same from the same operands: the same kind with the same attributes.</summary>
    public virtual bool IsSameAs(Operation other) => ReferenceEquals(this, other);

    /// <summary>The product of a cotangent of the result with the Jacobian for one operand; null means zero.</summary>
    public virtual Tensor? Vjp(in Call call, int argument, Tensor cotangent) => throw new MissingRuleException(Name, argument, "vjp");

    /// <summary>The product of the Jacobian with tangents of the operands (null means zero); null means zero.</summary>
    public virtual Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) =>
        throw new MissingRuleException(Name, tangents.IndexOfAnyExcept((Tensor?)null), "jvp");
}

/// <summary>One recorded use of an operation: what its rules may look at.</summary>
internal readonly ref struct Call(ReadOnlySpan<Tensor> operands, Tensor result)
{
    public readonly ReadOnlySpan<Tensor> Operands = operands;
    public readonly Tensor Result = result;

    public Tensor this[int argument] => Operands[argument];
}

/// <summary>A derivative reached an operation that has no rule for it. The message names operation and argument.</summary>
public sealed class MissingRuleException : NotSupportedException
{
    internal MissingRuleException(string operation, int argument, string mode)
        : base($"{operation}: there is no {mode} rule for argument {argument}, and a derivative reached it.")
    {
    }
}

/// <summary>
/// An operation whose cotangent belongs to a part of the operand only (a slice, some rows): the sweep then adds it in place instead of
/// making a full tensor of zeros for every use, which would cost quadratic time over a sequence.
/// </summary>
internal interface IPartialGradient
{
    /// <summary>Adds the cotangent to the part of <paramref name="target"/>, which has the operand's shape, that the operation read.</summary>
    void AddGradient(in Call call, Tensor cotangent, Tensor target);
}

/// <summary>
/// An operation with a right operand whose gradient is leftᵀ·right of two matrices: products over all uses of one operand are then formed at once.
/// </summary>
internal interface IProductGradient
{
    /// <summary>
    /// Gives the two factors of the gradient for an argument, both with rows of all leading axes: gradient = leftᵀ · right.
    /// False when the argument's gradient is not of that form.
    /// </summary>
    bool TryGetFactors(in Call call, int argument, Tensor cotangent, out Tensor left, out Tensor right);
}
