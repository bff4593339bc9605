using System.Numerics;
using System.Runtime.CompilerServices;

namespace Autograd;

/// <summary>
/// What operations need from the current tape of their thread: memory, tracking, recording. Implemented by <see cref="Tape"/>.
/// </summary>
public abstract class Recorder : TensorOwner
{
    Recorder? suspended;

    private protected Recorder() => Outer = Current;

    /// <summary>
    /// Whether operations are being recorded; false inside <see cref="Tape.Pause"/> and during a sweep that is not recorded.
    /// </summary>
    public bool IsRecording { get; private protected set; } = true;

    /// <summary>
    /// Whether the result of every operation is searched for NaN and infinities; off by default. The first operation that produces one from
    /// finite operands throws <see cref="NonFiniteException"/>, which names it, the time step, and the line of the equation.
    /// </summary>
    public bool DetectsNonFinite
    {
        get;
        init
        {
            field = value;
            Observer = Search();
        }
    }

    /// <summary>
    /// Whether the result of every operation is searched for NaN alone; off by default. Use it instead of <see cref="DetectsNonFinite"/>
    /// where infinities are part of the computation, as in masked scores: the first operation that produces a NaN from operands without one
    /// throws.
    /// </summary>
    public bool DetectsNaN
    {
        get;
        init
        {
            field = value;
            Observer = Search();
        }
    }

    /// <summary>Sees every value that operations make; null, the default, for nobody.</summary>
    internal ValueObserver? Observer { get; init; }

    /// <summary>The recorder of this thread, or null.</summary>
    internal static Recorder? Current => Latest is { IsEnded: false } recorder ? recorder : null;

    // Every operation asks for it: the cast must cost nothing.
    static Recorder? Latest => Unsafe.As<Recorder>(current);

    /// <summary>What was at hand when this one began, and will be again.</summary>
    internal Recorder? Outer { get; }

    /// <summary>
    /// Whether a program is recorded and not a computation: what depends on symbolic tensors is recorded here, and everything else is
    /// computed and recorded outside, by the tape under way, so that values which the program refers to keep their gradients.
    /// </summary>
    public bool IsTrace { get; private protected init; }

    private protected override bool HoldsParameters => IsTrace;

    private protected override TensorOwner? Enclosing => Outer;

    /// <summary>
    /// Whether a function is recorded as a whole, for others to read, and not a step to be planned: a recurrence within it stays one
    /// entry, and values of the traces around this one are used as they are.
    /// </summary>
    internal bool KeepsRecurrences { get; private protected init; }

    /// <summary>Whether parameters may stand for other values.</summary>
    internal abstract bool HasBindings { get; }

    /// <summary>What operations take in the place of a tensor: the value bound to a parameter, else the tensor itself.</summary>
    public static Tensor Actual(Tensor tensor) => Current is { HasBindings: true } recorder ? recorder.Resolve(tensor) : tensor;

    /// <summary>Puts the value bound to a parameter in its place.</summary>
    internal abstract Tensor Resolve(Tensor tensor);

    /// <summary>
    /// Whether what is computed from these operands, some without data, belongs to the program that is traced; not if it depends on the
    /// traces around it only.
    /// </summary>
    internal abstract bool TakesPart(ReadOnlySpan<Tensor> operands);

    /// <summary>The result of an operation if it is what a trace is expected to do next; else null.</summary>
    internal abstract Tensor? Follow(Operation operation, ReadOnlySpan<Tensor> operands);

    /// <summary>Whether a use of these operands is recorded: recording goes on, and one of them is tracked.</summary>
    internal abstract bool Tracks(ReadOnlySpan<Tensor> operands);

    /// <summary>Remembers what an operation that is not recorded has used.</summary>
    internal abstract void NoteConstants(ReadOnlySpan<Tensor> operands);

    /// <summary>Memory without content yet, for a result that is recorded, or for one that is not.</summary>
    internal abstract Tensor Allocate(ElementType type, Shape shape, bool isRecorded);

    /// <summary>Records one use of an operation.</summary>
    internal abstract void Record(RecordedOperation operation, ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results);

    /// <summary>The search that <see cref="DetectsNonFinite"/> and <see cref="DetectsNaN"/> ask for.</summary>
    private protected abstract ValueObserver? Search();

    /// <summary>
    /// The matrix of a parameter or watched tensor in the kernel's layout, as the right operand of products; null for any other tensor.
    /// </summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="transposed">Whether its transpose is asked for.</param>
    /// <param name="isWorthIt">Whether this use alone gains by packing. If not, the first one gives null too.</param>
    internal abstract PackedMatrix<T>? Packed<T>(Tensor matrix, bool transposed, bool isWorthIt = true)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Code of users runs inside an operation or a sweep on this thread: what it makes is its own, and stays.</summary>
    /// <param name="isRecording">Whether it is recorded; as it is, by default.</param>
    internal static UserCode EnterUserCode(bool? isRecording = null) =>
        Current is { } recorder ? recorder.Enter(isRecording ?? recorder.IsRecording) : default;

    private protected abstract UserCode Enter(bool isRecording);

    /// <summary>Ends <see cref="EnterUserCode"/>.</summary>
    internal abstract void Leave(in UserCode scope);

    /// <summary>What follows belongs to a time step, or to none. Returns what of the step before goes on afterwards.</summary>
    internal abstract Tensor[]? EnterStep(TimeStep? step);

    /// <summary>The step before goes on, with what <see cref="EnterStep"/> gave.</summary>
    internal abstract void LeaveStep(TimeStep? before, Tensor[]? uses);

    /// <summary>A tensor that stands for data of each step in the program that is traced; the same one for the same data.</summary>
    internal abstract Tensor AddStepData(StepData data, ElementType type);

    /// <summary>What follows does not depend on the program that is traced.</summary>
    internal OutsideScope StepOutside()
    {
        var before = new OutsideScope(this);
        (current, around) = (Outer, this);
        // What is paused here is not recorded outside either.
        if (!IsRecording && Outer is not null) Outer.IsRecording = false;
        return before;
    }

    /// <summary>What follows belongs to this recorder, whatever traces have begun since.</summary>
    private protected OutsideScope BeAtHand()
    {
        var before = Latest;
        current = this;
        return new OutsideScope(before);
    }

    /// <summary>Makes this the recorder at hand.</summary>
    private protected void Begin() => current = this;

    /// <summary>Gives back what was at hand before.</summary>
    private protected void GiveBack() => current = Outer;

    /// <summary>Whether this is the recorder at hand on its thread, ended or not.</summary>
    private protected bool IsAtHand => ReferenceEquals(current, this);

    /// <summary>The thread turns to other work, which must not be recorded.</summary>
    internal void Suspend()
    {
        if (IsEnded || !IsOnItsThread || !IsOrIsWithin(Latest)) return;
        suspended = Latest;
        current = null;
    }

    /// <summary>The thread comes back to the work of this scope.</summary>
    internal void Resume()
    {
        if (IsEnded || !IsOnItsThread || current is not null) return;
        current = suspended;
        suspended = null;
    }

    /// <summary>
    /// Without a recorder on this thread, neither a parameter nor what a recorder watches may be used by work that was started within the
    /// scope of one that records.
    /// </summary>
    internal static void CheckUse(string operation, ReadOnlySpan<Tensor> operands)
    {
        if (RecorderFlow.OfAnotherThread is not { } recorder) return;
        foreach (var operand in operands)
            if (operand is Parameter || recorder.Watches(operand)) ThrowUse(operation, operand, recorder);
    }

    static void ThrowUse(string operation, Tensor operand, Recorder recorder)
    {
        string what = operand is Parameter parameter ? $"parameter {parameter.Name}" : $"the watched tensor {operand.Shape}";
        throw new TapeException(
            $"{operation}: {what} is used on a thread without a tape, by work that was started while a tape of thread {recorder.Thread} "
            + "records. It would be missing from the gradients. Give the work a tape of its own (Differentiate does), or pause the tape "
            + "while it runs.");
    }

    /// <summary>Whether gradients can flow to a tensor because it is watched, here or around. Also for other threads to ask.</summary>
    internal virtual bool Watches(Tensor tensor) => Outer?.Watches(tensor) == true;

    bool IsOrIsWithin(Recorder? other)
    {
        for (; other is not null; other = other.Outer)
            if (ReferenceEquals(other, this)) return true;
        return false;
    }

    /// <summary>A stretch outside of a trace.</summary>
    internal readonly ref struct OutsideScope(Recorder? trace)
    {
        readonly TensorOwner? before = around;
        readonly bool wasRecording = trace?.Outer?.IsRecording == true;

        public void Dispose()
        {
            (current, around) = (trace, before);
            if (trace?.Outer is { } outer) outer.IsRecording = wasRecording;
        }
    }
}
