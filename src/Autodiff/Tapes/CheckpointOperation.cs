namespace Autograd.Tapes;

/// <summary>A segment of a computation of which only the results are saved; a sweep runs it again.</summary>
sealed class CheckpointOperation(TapeSegment segment) : RecordedOperation
{
    public override string Name => "Checkpoint";

    public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into) => into.Replay(segment, cotangents);

    public override void Push(in Call call, ReadOnlySpan<Tensor?> tangents, TangentSink into) => into.Replay(segment);
}
