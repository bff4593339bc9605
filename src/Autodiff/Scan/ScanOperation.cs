namespace Autograd;

/// <summary>
/// A recurrence that was run as a plan. A plain backward sweep runs the plan's backward pass. Where more is asked, a recorded sweep or forward mode, the
/// recurrence is run again step by step, as a checkpoint is.
/// </summary>
internal sealed class ScanOperation(IScanRun run, Func<Tensor[]> segment, Tensor[] outputs) : CheckpointOperation(segment, outputs)
{
    public override string Name => "Scan";

    /// <summary>Memory that the run holds beside its results.</summary>
    public IEnumerable<Storage> Kept => run.Kept;

    /// <summary>The cotangents of the operands; null for zero.</summary>
    public Tensor?[] Backward(ReadOnlySpan<Tensor?> cotangents, bool[] needed) => run.Backward(cotangents, needed);
}

/// <summary>A run of a plan, of either element type.</summary>
internal interface IScanRun
{
    IEnumerable<Storage> Kept { get; }

    Tensor[] Forward();

    Tensor?[] Backward(ReadOnlySpan<Tensor?> cotangents, bool[] needed);
}
