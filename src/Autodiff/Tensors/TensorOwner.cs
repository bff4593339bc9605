using System.Diagnostics.CodeAnalysis;
using static System.FormattableString;

namespace Autograd;

/// <summary>What tensors belong to for a while: the tape in whose memory they live. It ends, and only one thread may use it.</summary>
public abstract class TensorOwner
{
    /// <summary>
    /// The current owner on this thread. It is a <c>Recorder</c>; only that class sets it, and its scopes restore the previous one.
    /// </summary>
    [ThreadStatic]
    private protected static TensorOwner? current;

    /// <summary>The trace that the operation under way was taken out of, as it does not depend on what is traced.</summary>
    [ThreadStatic]
    private protected static TensorOwner? around;

    readonly int thread = Environment.CurrentManagedThreadId;

    private protected TensorOwner()
    {
    }

    /// <summary>Whether the scope has ended.</summary>
    public bool IsEnded { get; private protected set; }

    /// <summary>Owns tensors whose entries were forgotten.</summary>
    internal static TensorOwner Forgotten { get; } = new EndedOwner();

    /// <summary>Whether this is the thread of the scope.</summary>
    internal bool IsOnItsThread => thread == Environment.CurrentManagedThreadId;

    /// <summary>The number of the scope's thread.</summary>
    internal int Thread => thread;

    /// <summary>
    /// What a traced program did although it has no values; null if nothing. It counts even if the error is caught.
    /// </summary>
    internal string? Refusal { get; private set; }

    /// <summary>Whether parameters must stay as they are while it is at hand.</summary>
    private protected virtual bool HoldsParameters => false;

    /// <summary>The trace under way on this thread, also where an operation is computed outside of it; null if none is.</summary>
    internal static TensorOwner? Trace => AtHand is { IsEnded: false, HoldsParameters: true } trace ? trace : null;

    /// <summary>The owner that was current when this one began.</summary>
    private protected virtual TensorOwner? Enclosing => null;

    // Unless another one has begun within the operation.
    static TensorOwner? AtHand => around is { IsEnded: false } && ReferenceEquals(around.Enclosing, current) ? around : current;

    /// <summary>
    /// Whether, while it was at hand, numbers of a parameter or of a value of its own were read: what is done with them is not recorded.
    /// </summary>
    internal bool WasRead { get; private set; }

    /// <summary>Numbers of a tensor are read.</summary>
    internal static void NoteRead(Tensor tensor)
    {
        if (AtHand is { } owner && (tensor.Storage is { IsMutable: true } || tensor.Owner == owner)) owner.WasRead = true;
    }

    /// <summary>Notes what is refused to the program that is traced on this thread.</summary>
    internal static void NoteRefusal(string message)
    {
        if (AtHand is { } owner) owner.Refusal ??= message;
    }

    /// <summary>
    /// The one check before a parameter is written. A program that is traced computes nothing, so that a change within it would be done
    /// once for all the steps that it stands for, and again whenever it is traced. What the trace itself made may be given its value.
    /// </summary>
    /// <exception cref="SymbolicReadException">A program is traced on this thread.</exception>
    internal static void CheckChange(Parameter parameter)
    {
        if (Trace is { } trace && parameter.MadeIn != trace)
            throw new SymbolicReadException(
                $"Parameter {parameter.Name} was to be changed while a program is traced, which has no values and stands for many runs.");
    }

    /// <summary>A copy, without a history, of a tensor without data; null where it need not be recorded.</summary>
    internal virtual Tensor? DetachSymbolic(Tensor tensor) => null;

    /// <summary>The one check before memory is read: it has not ended, and no other thread reads.</summary>
    /// <exception cref="ObjectDisposedException">The scope has ended.</exception>
    /// <exception cref="TapeException">The scope belongs to another thread.</exception>
    internal void Check(string operation, Tensor tensor)
    {
        if (IsEnded) ThrowEnded(operation, tensor);
        if (!IsOnItsThread) ThrowForeign(operation, tensor);
    }

    [DoesNotReturn]
    static void ThrowEnded(string operation, Tensor tensor) => throw new ObjectDisposedException(
        nameof(Tensor),
        $"{operation}: the tensor {tensor.Shape}{tensor.MadeBy()} was used after its tape had ended. Keep a copy with Detach() before "
        + "the tape's scope ends.");

    [DoesNotReturn]
    void ThrowForeign(string operation, Tensor tensor) => throw new TapeException(Invariant(
        $"{operation}: the tensor {tensor.Shape}{tensor.MadeBy()} belongs to the tape of another thread (number {thread}). ") +
        "Use one tape per thread, with no await inside its scope; pass values on with Detach().");

    sealed class EndedOwner : TensorOwner
    {
        public EndedOwner() => IsEnded = true;
    }
}
