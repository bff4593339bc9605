namespace Autograd.Dispatch;

/// <summary>
/// Follows the flow of control into and out of the scopes of recorders. The platform passes its value on to work that is started within a
/// scope, wherever that runs, and notifies when a thread turns to work of another origin: at an <c>await</c>, or when it takes a task from
/// a pool while it waits.
/// </summary>
sealed class RecorderFlow
{
    static readonly AsyncLocal<RecorderFlow?> Flow = new(OnChange);

    readonly Recorder recorder;
    readonly RecorderFlow? before;

    RecorderFlow(Recorder recorder)
    {
        this.recorder = recorder;
        before = Flow.Value;
    }

    public static RecorderFlow Begin(Recorder recorder) => Flow.Value = new RecorderFlow(recorder);

    /// <summary>The recorder in whose scope the work at hand was started on another thread; null if there is none that records.</summary>
    public static Recorder? OfAnotherThread =>
        Flow.Value?.recorder is { IsEnded: false, IsRecording: true, IsOnItsThread: false } recorder ? recorder : null;

    public void End()
    {
        if (Flow.Value == this) Flow.Value = before;
    }

    // Other work must not be recorded by the scope that this thread has left for a while.
    static void OnChange(AsyncLocalValueChangedArgs<RecorderFlow?> change)
    {
        if (!change.ThreadContextChanged) return;
        change.PreviousValue?.recorder.Suspend();
        change.CurrentValue?.recorder.Resume();
    }
}
