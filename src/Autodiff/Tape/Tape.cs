using System.Runtime.CompilerServices;
using Autograd.Kernels;

namespace Autograd;

/// <summary>
/// Records the operations of this thread from its creation to the end of its scope:
/// <code>
/// using var tape = new Tape();
/// var loss = Loss(model, batch);
/// var gradients = tape.Gradients(loss, model.Parameters);
/// </code>
/// Operations with a tracked operand (a <see cref="Parameter"/>, a watched tensor, or what derives from one) become entries of flat arrays, in
/// order; there are no closures and there is no recursion, so a tape of a million entries runs backward like one of ten.
/// <para>
/// Every value computed in the scope lives in memory that the tape owns and gives back when the scope ends. A tensor used after that throws
/// <see cref="ObjectDisposedException"/>; <see cref="Tensor.Detach"/> makes a copy that outlives the tape. Nothing else is ever disposed.
/// </para>
/// <para>
/// One tape per thread at a time, used by the thread that created it; anything else throws <see cref="TapeException"/>. So there must be no <c>await</c>
/// inside the scope: what follows it may run on another thread.
/// </para>
/// </summary>
public sealed partial class Tape : IDisposable
{
    [ThreadStatic]
    static Tape? current;

    readonly int thread = Environment.CurrentManagedThreadId;
    Dictionary<Parameter, Tensor>? bindings;
    TapeMemory memory;
    bool hasWatched;

    /// <summary>Begins recording on this thread.</summary>
    /// <exception cref="TapeException">This thread already has a tape.</exception>
    public Tape()
    {
        if (current is { IsEnded: false })
            throw new TapeException("A tape is already recording on this thread. End its scope first, or use Differentiate, whose calls nest.");
        memory = TapeMemory.Rent();
        current = this;
    }

    /// <summary>The tape of this thread, or null.</summary>
    public static Tape? Current => current is { IsEnded: false } tape ? tape : null;

    /// <summary>
    /// Number of entries so far. Remember it to sweep a range later: <see cref="Gradients(IReadOnlyList{Tensor}, IReadOnlyList{Tensor}, IReadOnlyList{Tensor}, bool, Range?)"/>.
    /// </summary>
    public int Position => Alive("Position").EntryCount;

    /// <summary>Whether the scope has ended.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Whether operations are recorded now; false inside <see cref="Pause"/> and while a sweep that is not recorded runs.</summary>
    public bool IsRecording { get; private set; } = true;

    /// <summary>
    /// Whether every operation's result is searched for NaN and infinity; off by default. The first operation that makes one out of finite operands throws
    /// <see cref="NonFiniteException"/>, which names it, the time step, and the line of the equation.
    /// </summary>
    public bool DetectsNonFinite { get; init; }

    /// <summary>Whether a backward sweep is under way.</summary>
    internal bool IsSweeping => memory.IsSweeping;

    internal bool HasBindings => bindings is not null || (IsTrace && outer is { HasBindings: true });

    /// <summary>Bytes of the memory for values, in use or free.</summary>
    internal long AllocatedBytes => memory.AllocatedBytes;

    /// <summary>Tracks a tensor, so that gradients with respect to it can be asked for. Parameters need no watching. Returns the same tensor.</summary>
    public Tensor Watch(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ThrowIfMisused(nameof(Watch));
        tensor.ThrowIfEnded(nameof(Watch));
        if (EntryOf(tensor) < 0)
        {
            AddLeaf(tensor);
            hasWatched = true;
        }
        return tensor;
    }

    /// <summary>
    /// Uses another value in place of a parameter for the rest of this scope. The parameter itself stays as it is; the value may have the other
    /// element type. So a model trained in float is checked in double, or perturbed, or differentiated per sample, without a copy of the model.
    /// </summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="TapeException">The parameter has been used on this tape already.</exception>
    public void Bind(Parameter parameter, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(value);
        ThrowIfMisused(nameof(Bind));
        value.ThrowIfEnded(nameof(Bind));
        if (value.Shape != parameter.Shape) throw new ShapeException($"Bind: parameter {parameter.Name} is {parameter.Shape}, the value is {value.Shape}.");
        if (memory.Leaves.ContainsKey(parameter)) throw new TapeException($"Bind: parameter {parameter.Name} has been used on this tape already; bind it before.");
        (bindings ??= [])[parameter] = value;
    }

    /// <summary>Operations are computed but not recorded until the returned scope ends: <c>using (tape.Pause()) …</c></summary>
    public PauseScope Pause()
    {
        ThrowIfMisused(nameof(Pause));
        return new PauseScope(this, recording: false);
    }

    /// <summary>Ends the scope: recording stops, and the tape's memory goes back to the pool.</summary>
    public void Dispose()
    {
        if (IsEnded) return;
        IsEnded = true;
        // On another thread the memory is left to the garbage collector, and the tape's own thread may begin a new one.
        ThrowIfForeignThread(nameof(Dispose));
        EndStep();
        current = outer;
        TapeMemory.Return(memory);
        memory = null!;
    }

    /// <summary>Records one use of an operation if any operand is tracked.</summary>
    internal void Record(Operation operation, ReadOnlySpan<Tensor> operands, Tensor result)
    {
        if (!IsRecording) return;
        if (!ReserveOperands(operands)) return;
        result.Entry = memory.Append(operation, operands.Length, result);
        result.Tape = this;
    }

    /// <summary>Records an operation with several results: an entry for the operation, then one for each part, in order.</summary>
    internal void RecordParts(PartitionOperation operation, ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> parts)
    {
        if (!IsRecording || !ReserveOperands(operands)) return;
        var operand = operands[0];
        int whole = memory.Append(operation, operands.Length, operand);
        foreach (var part in parts)
        {
            memory.ReserveOperands(1, out var tensors)[0] = whole;
            tensors[0] = operand;
            part.Entry = memory.Append(PartOperation.Instance, 1, part);
            part.Tape = this;
        }
    }

    /// <summary>Writes the operands of the next entry; false if none is tracked.</summary>
    bool ReserveOperands(ReadOnlySpan<Tensor> operands)
    {
        var entries = memory.ReserveOperands(operands.Length, out var tensors);
        bool tracked = false;
        for (int i = 0; i < operands.Length; i++)
        {
            entries[i] = EntryOf(operands[i]);
            tracked |= entries[i] >= 0;
        }
        if (tracked) operands.CopyTo(tensors);
        return tracked;
    }

    /// <summary>The entry number of a tracked tensor, or −1. A parameter becomes tracked by being asked for.</summary>
    internal int EntryOf(Tensor tensor)
    {
        if (tensor.Tape == this && tensor.Entry >= 0) return tensor.Entry;
        return LeafOf(tensor)?.Entry ?? -1;
    }

    /// <summary>The leaf of a parameter or watched tensor, else null. A parameter becomes a leaf by being asked for.</summary>
    internal Leaf? LeafOf(Tensor tensor)
    {
        bool isParameter = tensor is Parameter;
        if (!isParameter && !hasWatched) return null;
        if (memory.Leaves.TryGetValue(tensor, out var leaf)) return leaf;
        return isParameter || IsFromOutside(tensor) ? AddLeaf(tensor) : null;
    }

    /// <summary>A leaf's matrix in the kernel's layout, as the right operand of products.</summary>
    internal PackedMatrix<T> Packed<T>(Leaf leaf, bool transposed)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
        => memory.Packed<T>(leaf, transposed);

    internal Tensor Allocate(ElementType type, Shape shape) => memory.Allocate(this, type, shape);

    /// <summary>What operations take in the place of a tensor: the value bound to a parameter, else the tensor itself.</summary>
    internal static Tensor Actual(Tensor tensor) => current is { HasBindings: true } tape ? tape.Resolve(tensor) : tensor;

    /// <summary>Puts bound values in the place of parameters.</summary>
    internal ReadOnlySpan<Tensor> Bound(ReadOnlySpan<Tensor> operands)
    {
        var bound = operands.ToArray();
        for (int i = 0; i < bound.Length; i++)
            if (bound[i] is Parameter parameter)
                bound[i] = Resolve(parameter);
        return bound;
    }

    internal void ThrowIfForeignThread(string operation)
    {
        if (thread != Environment.CurrentManagedThreadId)
            throw new TapeException($"{operation}: this tape belongs to another thread (number {thread}). Use one tape per thread, with no await inside its scope; pass values on with Detach().");
    }

    Tensor Resolve(Tensor tensor) => IsTrace ? outer?.Resolve(tensor) ?? tensor : tensor is Parameter parameter && bindings?.GetValueOrDefault(parameter) is { } value ? Watch(value) : tensor;

    Leaf AddLeaf(Tensor tensor)
    {
        var leaf = new Leaf(memory.Append(LeafOperation.Instance, 0, tensor), tensor);
        memory.Leaves.Add(tensor, leaf);
        return leaf;
    }

    void ThrowIfMisused(string operation)
    {
        Alive(operation);
        ThrowIfForeignThread(operation);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TapeMemory Alive(string operation) =>
        IsEnded ? throw new ObjectDisposedException(nameof(Tape), $"{operation}: the tape's scope has ended.") : memory;

    /// <summary>A stretch of a tape's scope in which recording is switched; ends with <see cref="Dispose"/>.</summary>
    public readonly ref struct PauseScope
    {
        readonly Tape? tape;
        readonly bool before;

        internal PauseScope(Tape tape, bool recording)
        {
            this.tape = tape;
            before = tape.IsRecording;
            tape.IsRecording = recording;
        }

        /// <summary>Recording goes on as before.</summary>
        public void Dispose()
        {
            // The default scope, where there is no tape, ends nothing.
            if (tape is not null) tape.IsRecording = before;
        }
    }
}

/// <summary>A value that comes from outside: a parameter or a watched tensor.</summary>
internal sealed class LeafOperation : Operation
{
    public static readonly LeafOperation Instance = new();

    public override string Name => "leaf";

    public override Shape Infer(ReadOnlySpan<Tensor> operands) => throw new InvalidOperationException("A leaf is not computed.");

    public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result) => throw new InvalidOperationException("A leaf is not computed.");
}
