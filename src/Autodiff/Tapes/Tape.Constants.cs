namespace Autograd;

/// <summary>
/// Which tensors were used before anything was known of them. What was computed from one would be missing from its gradient if it were
/// watched afterwards.
/// </summary>
public sealed partial class Tape
{
    static int serials, unended;

    // Below what a tensor has that no tape knows. Its tensor keeps the mark.
    readonly int usedAsConstant;

    // Those that bear the mark of another tape which has not ended.
    HashSet<object>? constants;

    static int BeginConstants()
    {
        Interlocked.Increment(ref unended);
        return -2 - (Interlocked.Increment(ref serials) & 0x3FFFFFFF);
    }

    void EndConstants()
    {
        Interlocked.Decrement(ref unended);
        constants = null;
    }

    internal override void NoteConstants(ReadOnlySpan<Tensor> operands)
    {
        if (!IsRecording) return;
        foreach (var operand in operands) NoteConstant(operand);
    }

    void NoteConstant(Tensor tensor)
    {
        int before = tensor.Number;
        if (before == usedAsConstant || (tensor.Owner is { } owner && owner != this)) return;
        bool isAnothers = before < -1 && Volatile.Read(ref unended) > 1;
        if (isAnothers || !tensor.Mark(usedAsConstant, before)) (constants ??= new(ReferenceEqualityComparer.Instance)).Add(tensor);
    }

    bool IsUsedAsConstant(Tensor tensor) => tensor.Number == usedAsConstant || constants?.Contains(tensor) == true;
}
