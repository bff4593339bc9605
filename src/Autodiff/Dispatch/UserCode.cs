namespace Autograd.Dispatch;

/// <summary>A stretch of user code inside an operation or a sweep.</summary>
/// <param name="recorder">Where it runs; null without a tape.</param>
/// <param name="scratch">Where unrecorded results came from before.</param>
/// <param name="wasRecording">Whether operations were recorded before.</param>
readonly ref struct UserCode(Recorder recorder, object? scratch, bool wasRecording)
{
    public object? Scratch => scratch;

    public bool WasRecording => wasRecording;

    // The default scope, where there is no tape, ends nothing.
    public void Dispose() => recorder?.Leave(this);
}
