using System.Runtime.CompilerServices;
using static System.FormattableString;

namespace Autograd;

/// <summary>
/// Records the operations of this thread from its creation to the end of its scope:
/// <code>
/// using var tape = new Tape();
/// var loss = Loss(model, batch);
/// var gradients = tape.Gradients(loss, model.Parameters);
/// </code>
/// Operations with a tracked operand (a <see cref="Parameter"/>, a watched tensor, or a result computed from one) become entries of flat
/// arrays, in order. There are no closures and no recursion, so a tape of a million entries runs backward just like a tape of ten.
/// <para>
/// Every value computed in the scope ends with it: a tensor used after that throws <see cref="ObjectDisposedException"/>.
/// <see cref="Tensor.Detach"/> makes a copy that outlives the tape. Nothing else needs to be disposed. Recorded values live in memory that
/// the tape owns and releases when the scope ends. That of values that are not recorded, because no operand is tracked or because recording
/// is paused, may go earlier, when nothing refers to them.
/// </para>
/// <para>
/// There is one tape per thread at a time, and only the thread that created it may use it; anything else, reading its tensors included,
/// throws <see cref="TapeException"/>. Hence there must be no <c>await</c> inside the scope: what follows it may run on another thread.
/// Work that is started within the scope and runs on other threads must not use parameters or watched tensors without a tape of its own,
/// because its results would be missing from the gradients; pause the tape for work that is not meant to contribute.
/// </para>
/// </summary>
public sealed partial class Tape : Recorder, IDisposable
{
    readonly TapeOrigin origin;
    readonly RecorderFlow? flow;
    Dictionary<Parameter, Tensor>? bindings;
    // Null while a replay stands for it, and when the tape has ended.
    TapeMemory? memory;
    SweepMemory? scratch;
    UnrecordedResults? unrecorded;
    WatchedTensors? watched;
    int pauses, sweeps, inside;

    /// <summary>Begins recording on this thread.</summary>
    /// <param name="file">The file in which the scope begins, for messages; filled in by the compiler.</param>
    /// <param name="line">The line; filled in by the compiler.</param>
    /// <exception cref="TapeException">This thread already has a tape.</exception>
    public Tape([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        if (Outer is { } open)
            throw new TapeException(
                $"A tape is already recording on this thread{(open as Tape)?.origin}. End its scope first, or use Differentiate, whose "
                + "calls nest.");
        origin = new TapeOrigin(file, line);
        usedAsConstant = BeginConstants();
        memory = TapeMemory.Rent();
        Begin();
        flow = RecorderFlow.Begin(this);
    }

    /// <summary>The tape of this thread, or null.</summary>
    public static new Tape? Current => Recorder.Current as Tape;

    /// <summary>
    /// Number of entries so far. Remember it to sweep a range later:
    /// <see cref="Gradients(IReadOnlyList{Tensor}, IReadOnlyList{Tensor}, IReadOnlyList{Tensor}, bool, Range?, CancellationToken)"/>.
    /// </summary>
    public int Position => Alive("Position").EntryCount;

    /// <summary>The entries; to ask for them ends a replay.</summary>
    internal TapeMemory Memory => memory ?? EndReplay();

    /// <summary>Whether a sweep is under way.</summary>
    internal bool IsSweeping => sweeps > 0;

    internal override bool HasBindings => bindings is not null || standIns is not null || (IsTrace && Outer is { HasBindings: true });

    /// <summary>Bytes of the memory for values, in use or free.</summary>
    internal long AllocatedBytes => Memory.AllocatedBytes;

    /// <summary>
    /// Tracks a tensor, so that it can be a source of gradients. Parameters need not be watched. Returns the same tensor.
    /// Uses within a pause do not count as uses on this tape.
    /// </summary>
    /// <exception cref="TapeException">
    /// The tensor was already used on this tape, and what was computed from it would be missing from its gradient; or it is a
    /// <see cref="ConstantTensor"/>.
    /// </exception>
    public Tensor Watch(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ThrowIfMisused(nameof(Watch));
        tensor.CheckOwner(nameof(Watch));
        // It is used through copies in other element types, which its gradient would lack.
        if (tensor is ConstantTensor)
            throw new TapeException($"Watch: {tensor} is a constant; watch a tensor with its values, or make it a parameter.");
        if (NumberOf(tensor) >= 0) return tensor;
        if (IsUsedAsConstant(tensor))
            throw new TapeException(
                $"Watch: the tensor {tensor.Shape}{tensor.MadeBy()} was used on this tape before it was watched, so that its gradient "
                + "would lack that use. Watch it first.");
        AddLeaf(tensor);
        (watched ??= new()).Add(tensor);
        return tensor;
    }

    /// <summary>
    /// Uses another value in place of a parameter for the rest of this scope. The parameter itself does not change, and the value may have
    /// the other element type. A model trained in float can thus be checked in double, perturbed, or differentiated per sample without
    /// copying the model.
    /// </summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="TapeException">The parameter has already been used on this tape.</exception>
    public void Bind(Parameter parameter, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(value);
        ThrowIfMisused(nameof(Bind));
        value.CheckOwner(nameof(Bind));
        parameter.CheckShape(nameof(Bind), value);
        if (Memory.Leaves.ContainsKey(bindings?.GetValueOrDefault(parameter) ?? parameter)
            || standIns?.Symbols.ContainsKey(parameter) == true)
            throw new TapeException($"Bind: parameter {parameter.Name} has been used on this tape already; bind it before.");
        (bindings ??= [])[parameter] = IsTrace ? Symbol(value) : value;
    }

    /// <summary>
    /// Uses parameters in another element type for the rest of this scope: one call runs a whole model in double. The parameters themselves
    /// do not change.
    /// <code>
    /// var values = tape.BindAs(ElementType.Float64, model.Parameters);
    /// var gradients = tape.Gradients(Loss(model, x.As(ElementType.Float64)), values);      // in double
    /// </code>
    /// </summary>
    /// <param name="type">The element type.</param>
    /// <param name="parameters">The parameters. Those that already have this type are bound to copies as well.</param>
    /// <returns>
    /// The tensors used in place of the parameters, in the same order, each watched: the sources of gradients in that type.
    /// </returns>
    /// <exception cref="TapeException">A parameter has already been used on this tape. Those before it remain bound.</exception>
    public Tensor[] BindAs(ElementType type, IReadOnlyList<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ThrowIfMisused(nameof(BindAs));
        Require.Defined(nameof(BindAs), nameof(type), type);
        var values = new Tensor[parameters.Count];
        using var pause = Pause();
        for (int i = 0; i < values.Length; i++)
        {
            var parameter = parameters[i] ?? throw new ArgumentException($"BindAs: parameter {i} is null.", nameof(parameters));
            // Read without its becoming a leaf, which could not be bound any more.
            values[i] = Tensor.From(parameter.ToDoubles(), parameter.Shape, type);
            Bind(parameter, values[i]);
            Watch(values[i]);
        }
        return values;
    }

    /// <summary>Operations are computed but not recorded until the returned scope ends: <c>using (tape.Pause()) …</c></summary>
    public PauseScope Pause()
    {
        ThrowIfMisused(nameof(Pause));
        return new PauseScope(this, recording: false);
    }

    /// <summary>
    /// Ends the scope: recording stops, and the tape's memory goes back to the pool. On another thread, after an <c>await</c>, the tape
    /// ends as well, but its memory is left to the garbage collector.
    /// </summary>
    /// <exception cref="TapeException">
    /// The scope has moved to another thread and no exception is being thrown; or a sweep is under way.
    /// </exception>
    public void Dispose()
    {
        if (IsEnded) return;
        if (sweeps + inside > 0)
            throw new TapeException(
                "Dispose: the tape cannot end inside of a rule, hook, segment or value, while a sweep or an operation is under way.");
        IsEnded = true;
        EndConstants();
        flow?.End();
        if (!IsOnItsThread)
        {
            (memory, replay) = (null, null);
            // The exception that ends the scope says more than this one would.
            if (!IsUnwinding()) ThrowForeign(nameof(Dispose));
            return;
        }
        EndStep();
        unrecorded?.End();
        if (IsAtHand) GiveBack();
        if (memory is not null) TapeMemory.Return(memory);
        (memory, replay) = (null, null);
    }

    internal override bool Tracks(ReadOnlySpan<Tensor> operands)
    {
        if (!IsRecording) return false;
        foreach (var operand in operands)
            if (NumberOf(operand) >= 0)
                return true;
        return false;
    }

    internal override void Record(RecordedOperation operation, ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results)
    {
        // The parts of an empty axis: nothing could be asked of them.
        if (results.IsEmpty) return;
        var numbers = Memory.ReserveOperands(operands.Length, out var tensors);
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = NumberOf(operands[i]);
            if (operands[i].Storage is { Parameter: { } parameter } && operands[i] != parameter) FollowViewOf(parameter);
            if (numbers[i] < 0) NoteConstant(operands[i]);
        }
        operands.CopyTo(tensors);
        int number = Memory.Append(operation, operands.Length, results);
        foreach (var result in results) (result.Number, result.Owner) = (number++, this);
    }

    internal override bool Watches(Tensor tensor) =>
        Volatile.Read(ref watched)?.Contains(tensor) == true || base.Watches(tensor);

    /// <summary>
    /// Whether gradients can flow to a tensor: a parameter, a watched tensor, or a recorded result computed from one.
    /// </summary>
    public bool IsTracked(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ThrowIfMisused(nameof(IsTracked));
        return NumberOf(Resolve(tensor)) >= 0;
    }

    /// <summary>The number of a tracked tensor, or a negative one. A parameter becomes tracked by being asked for.</summary>
    internal int NumberOf(Tensor tensor)
    {
        if (tensor.Owner == this && tensor.Number >= 0) return tensor.Number;
        return LeafOf(tensor)?.Number ?? -1;
    }

    /// <summary>The leaf of a parameter or watched tensor, else null. A parameter becomes a leaf by being asked for.</summary>
    internal Leaf? LeafOf(Tensor tensor)
    {
        var parameter = tensor as Parameter;
        if (parameter is null && watched is null) return null;
        if ((parameter?.LastUse is Leaf known && known.Tape == this) || Memory.Leaves.TryGetValue(tensor, out known!))
        {
            if (IsRecording) ThrowIfChanged(known);
            return known;
        }
        return parameter is not null || IsFromOutside(tensor) ? AddLeaf(tensor) : null;
    }

    internal override PackedMatrix<T>? Packed<T>(Tensor matrix, bool transposed, bool isWorthIt) =>
        LeafOf(matrix) is { } leaf ? Memory.Packed<T>(leaf, transposed, isWorthIt) : null;

    internal override Tensor Allocate(ElementType type, Shape shape, bool isRecorded)
    {
        if (isRecorded) return Memory.AllocateOwned(this, type, shape);
        if (scratch is not null) return scratch.Allocate(this, type, shape);
        // It ends with the tape like any other value, but its memory may go earlier: when nobody refers to it.
        var result = Dispatcher.AllocateUnpooled(type, shape);
        result.Owner = this;
        if (result.Storage is { Reused: not null } storage) (unrecorded ??= new()).Add(storage);
        return result;
    }

    private protected override ValueObserver? Search() =>
        DetectsNonFinite ? NonFinite.OfAnyKind : DetectsNaN ? NonFinite.OfNaN : null;

    private protected override UserCode Enter(bool isRecording)
    {
        var before = new UserCode(this, scratch, IsRecording);
        (scratch, IsRecording) = (null, isRecording);
        inside++;
        return before;
    }

    internal override void Leave(in UserCode scope)
    {
        (scratch, IsRecording) = ((SweepMemory?)scope.Scratch, scope.WasRecording);
        inside--;
    }

    internal override Tensor Resolve(Tensor tensor)
    {
        if (tensor is Parameter parameter)
        {
            if (bindings?.GetValueOrDefault(parameter) is { } value) return Watch(value);
            if (standIns is not null) return StandInFor(parameter);
        }
        return IsTrace && Outer is not null ? Outer.Resolve(tensor) : tensor;
    }

    static bool IsUnwinding()
    {
        try
        {
            return System.Runtime.InteropServices.Marshal.GetExceptionPointers() != 0;
        }
        catch (PlatformNotSupportedException)
        {
            return true;
        }
    }

    Leaf AddLeaf(Tensor tensor)
    {
        var stamp = ReadStamp.Of(tensor);
        var leaf = new Leaf(this, Memory.Append(null, 0, new ReadOnlySpan<Tensor>(in tensor)), tensor, stamp);
        Memory.Leaves.Add(tensor, leaf);
        return leaf;
    }

    // A view of a parameter's memory may have lost its history, but rules read it: a later change must be noticed all the same.
    void FollowViewOf(Parameter parameter) => ThrowIfChanged(LeafOf(parameter)!);

    void ThrowIfMisused(string operation)
    {
        Alive(operation);
        if (!IsOnItsThread) ThrowForeign(operation);
    }

    void ThrowForeign(string operation) => throw new TapeException(
        Invariant($"{operation}: this tape{origin} belongs to another thread (number {Thread}). Use one tape per thread, with no ")
            + "await inside its scope; pass values on with Detach().");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TapeMemory Alive(string operation) =>
        IsEnded ? throw new ObjectDisposedException(nameof(Tape), $"{operation}: the tape's scope has ended.") : Memory;

    /// <summary>
    /// A part of a tape's scope in which recording is switched on or off. Ends with <see cref="Dispose"/>, the innermost first.
    /// </summary>
    public readonly ref struct PauseScope
    {
        readonly Tape? tape;
        readonly bool before;
        readonly int depth;

        internal PauseScope(Tape tape, bool recording)
        {
            this.tape = tape;
            before = tape.IsRecording;
            depth = ++tape.pauses;
            tape.IsRecording = recording;
        }

        /// <summary>Restores the previous state of recording.</summary>
        /// <exception cref="TapeException">An inner scope has not ended yet.</exception>
        public void Dispose()
        {
            // The default scope, where there is no tape, ends nothing.
            if (tape is null || tape.IsEnded) return;
            if (tape.pauses != depth)
                throw new TapeException(
                    "Pause: a scope has ended before one that began inside of it, or twice. "
                    + "Scopes end in the opposite order: use `using`.");
            tape.pauses--;
            tape.IsRecording = before;
        }
    }
}
