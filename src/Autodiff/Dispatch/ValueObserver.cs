namespace Autograd.Dispatch;

/// <summary>
/// Sees the values that a recorder's operations make. While there is one, recurrences run step by step, so that it sees all.
/// </summary>
abstract class ValueObserver
{
    /// <summary>Why a recurrence is not compiled.</summary>
    public abstract string Reason { get; }

    /// <summary>An operation has made a result, which is not recorded yet. In a backward sweep it belongs to a rule.</summary>
    public abstract void Observe(Recorder recorder, RecordedOperation operation, ReadOnlySpan<Tensor> operands, Tensor result);

    /// <summary>The backward sweep comes to an entry, with what has arrived for each of its results.</summary>
    public virtual void Visit(Recorder recorder, int entry, ReadOnlySpan<Tensor?> cotangents)
    {
    }

    /// <summary>The gradient of a source is complete.</summary>
    public virtual void ObserveGradient(Recorder recorder, Tensor source, Tensor gradient)
    {
    }
}
