namespace Autograd.Dispatch;

/// <summary>
/// What an entry of a tape holds: how cotangents of its results become those of its operands, and tangents of its operands those of its
/// results. Instances are immutable and carry the operation's attributes (axes, flags, indices). Rules are written with tensor operations,
/// so they can be recorded and differentiated again. An operation with one result is an <see cref="Operation"/>.
/// </summary>
abstract class RecordedOperation : IOrigin
{
    /// <summary>Name as users write it.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Whether operands broadcast: the sweep then sums a cotangent down to the operand's shape, and spreads a tangent to the result's.
    /// Operations that do not broadcast must give exact shapes.
    /// </summary>
    public virtual bool Broadcasts => false;

    /// <summary>Memory that the rules need besides operands and results.</summary>
    public virtual IEnumerable<Storage> Kept => [];

    /// <summary>Whether another operation computes the same from the same operands: the same kind with the same attributes.</summary>
    public virtual bool IsSameAs(RecordedOperation other) => ReferenceEquals(this, other);

    /// <summary>Why nothing can be differentiated with respect to one of the results; null where it can.</summary>
    public virtual string? WhyNoSource(int result) => null;

    /// <summary>The operation whose results this one sweeps backward, in a function that is traced; null for all others.</summary>
    public virtual RecordedOperation? SweptOperation => null;

    /// <summary>Applies the operation to other operands.</summary>
    public virtual Tensor[] Run(Tensor[] operands) => throw new MissingRuleException(Name);

    /// <summary>
    /// The batching rule: the results for many rows at once, each with a leading axis for the rows. Null where a result is not wanted.
    /// </summary>
    public virtual Tensor?[] MapAll(MappedCall call) => throw new MissingRuleException(Name);

    /// <summary>
    /// Adds to the operands' cotangents what follows from the cotangents of the results; null is zero, and at least one is not.
    /// </summary>
    public abstract void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into);

    /// <summary>Computes the tangents of the results from those of the operands; null is zero, and at least one is not.</summary>
    public abstract void Push(in Call call, ReadOnlySpan<Tensor?> tangents, TangentSink into);
}

/// <summary>One recorded use of an operation: what its rules may look at.</summary>
readonly ref struct Call(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results)
{
    public readonly ReadOnlySpan<Tensor> Operands = operands;
    public readonly ReadOnlySpan<Tensor> Results = results;

    public Tensor Result => Results[0];

    public Tensor this[int argument] => Operands[argument];
}

/// <summary>
/// Where an operation's rule puts the cotangents of its operands. Undoing broadcasts, adding in place, queueing products and writing parts
/// are the sink's work; rules do not know whether the sweep is recorded.
/// </summary>
abstract class CotangentSink
{
    /// <summary>Whether the sweep is recorded, so that its results can be differentiated again.</summary>
    public abstract bool IsRecorded { get; }

    /// <summary>Ends the sweep.</summary>
    public abstract CancellationToken Cancellation { get; }

    /// <summary>Whether anything is asked of an operand.</summary>
    public abstract bool Wants(int operand);

    /// <summary>Adds to the cotangent of an operand.</summary>
    public abstract void Add(int operand, Tensor contribution);

    /// <summary>Adds a cotangent to a part of an operand's, in place where that can be: the adjoint says which part.</summary>
    public abstract void AddAt(int operand, ScatterOperation adjoint, Tensor cotangent);

    /// <summary>Adds leftᵀ · right, over the rows of all leading axes; products over many uses of an operand are formed at once.</summary>
    public abstract void AddProduct(int operand, Tensor left, Tensor right);

    /// <summary>Computes a segment again, which gives the results of the entry, and sweeps what it records in the entry's place.</summary>
    public abstract void Replay(Segment segment, ReadOnlySpan<Tensor?> cotangents);

    /// <summary>A cotangent as code of users may see it: it stays what it is until the tape ends.</summary>
    public abstract Tensor Reveal(Tensor cotangent);
}

/// <summary>Where an operation's rule puts the tangents of its results.</summary>
abstract class TangentSink
{
    /// <summary>Adds to the tangent of a result.</summary>
    public abstract void Add(int result, Tensor tangent);

    /// <summary>Computes a segment again, and carries tangents through what it records, to the results of the entry.</summary>
    public abstract void Replay(Segment segment);
}
