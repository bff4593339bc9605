namespace Autograd;

/// <summary>
/// An operation with one operand and several results, each a view of a part of the operand. On the tape it is one entry for the operation followed by
/// one for each part, so that taking a sequence apart costs time in proportion to its length, backward too.
/// </summary>
internal abstract class PartitionOperation : Operation
{
    /// <summary>The results, in order.</summary>
    public abstract Tensor[] Split(Tensor operand);

    /// <summary>The operand's cotangent, from those of the parts; null means zero, and at least one is not.</summary>
    public abstract Tensor Vjp(Tensor operand, ReadOnlySpan<Tensor?> cotangents);

    /// <summary>Number of parts of an operand.</summary>
    public abstract int Parts(Tensor operand);

    public sealed override void Compute(ReadOnlySpan<Tensor> operands, Tensor result) =>
        throw new InvalidOperationException($"{Name} has several results.");

    public Tensor[] Apply(Tensor operand)
    {
        ArgumentNullException.ThrowIfNull(operand, Name);
        var tape = Tape.Current;
        if (tape is { HasBindings: true }) operand = tape.Bound([operand])[0];
        Engine.CheckOwner(this, operand, tape);
        Infer([operand]);
        var parts = Split(operand);
        foreach (var part in parts)
        {
            part.Origin = this;
            part.Tape = operand.Tape;
        }
        if (tape is null && operand.Storage is { IsMutable: true }) return Array.ConvertAll(parts, part => part.Detach());
        tape?.RecordParts(this, [operand], parts);
        return parts;
    }
}

/// <summary>Marks one result of a <see cref="PartitionOperation"/>; its cotangent waits in its slot until the sweep reaches the whole.</summary>
internal sealed class PartOperation : Operation
{
    public static readonly PartOperation Instance = new();

    public override string Name => "part";

    public override Shape Infer(ReadOnlySpan<Tensor> operands) => throw new InvalidOperationException("A part is not computed.");

    public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result) => throw new InvalidOperationException("A part is not computed.");
}
