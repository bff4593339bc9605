using System.Runtime.InteropServices;

namespace Autograd;

/// <summary>
/// An immutable, row-major, n-dimensional array of <c>float</c> or <c>double</c>.
/// <para>
/// Under a <see cref="Autograd.Tape"/>, results live in the tape's memory and end with its scope: using one later throws
/// <see cref="ObjectDisposedException"/>. <see cref="Detach"/> returns a copy that outlives the tape. Nothing needs to be disposed but the
/// tape.
/// </para>
/// <para>
/// A tensor may be <em>symbolic</em>: it has a shape and an element type but no data, and flows through every operation. Reading it throws.
/// </para>
/// </summary>
public partial class Tensor
{
    readonly Storage? storage;
    readonly int offset;
    int number = -1;

    // Of the parameter under a view, when the view was taken.
    readonly int version;

    internal Tensor(ElementType elementType, Shape shape, Storage? storage, int offset = 0)
    {
        ElementType = elementType;
        Shape = shape;
        this.storage = storage;
        this.offset = offset;
        if (storage is { IsMutable: true }) version = Volatile.Read(ref storage.Version);
    }

    /// <summary>Type of the elements.</summary>
    public ElementType ElementType { get; }

    /// <summary>Axis lengths, outermost first.</summary>
    public Shape Shape { get; }

    /// <summary>Number of axes.</summary>
    public int Rank => Shape.Rank;

    /// <summary>Number of elements.</summary>
    public int ElementCount => Shape.ElementCount;

    /// <summary>Whether this tensor has a shape but no data.</summary>
    public bool IsSymbolic => storage is null;

    /// <summary>
    /// The tape in whose memory the tensor lives, and which may have recorded it; null for tensors the garbage collector owns.
    /// </summary>
    internal TensorOwner? Owner { get; set; }

    /// <summary>
    /// Number of this value on its tape; negative when it was not recorded, and below −1 the mark of a tape that used it as a constant.
    /// </summary>
    internal int Number
    {
        get => number;
        set => number = value;
    }

    /// <summary>Puts a mark in place of another, unless something else was put there meanwhile.</summary>
    internal bool Mark(int mark, int before) => Interlocked.CompareExchange(ref number, mark, before) == before;

    /// <summary>The operation that computed this value; null for data.</summary>
    internal IOrigin? Origin { get; set; }

    internal Storage? Storage => storage;

    internal int Offset => offset;

    /// <summary>
    /// A copy that no tape tracks and that outlives every tape: the recurrent state between chunks, a loss to remember.
    /// Gradients do not flow through it.
    /// </summary>
    public Tensor Detach()
    {
        CheckOwner(nameof(Detach));
        if (IsSymbolic) return Owner?.DetachSymbolic(this) ?? new Tensor(ElementType, Shape, null);
        TensorOwner.NoteRead(this);
        var stamp = ReadStamp.Of(this);
        var copy = ElementType == ElementType.Float32 ? From(ReadSpan<float>(), Shape) : From(ReadSpan<double>(), Shape);
        stamp.ThrowIfChanged(this);
        return copy;
    }

    /// <summary>
    /// The elements in row-major order, without a copy. The span must not be used after the tape that owns the tensor has ended.
    /// </summary>
    /// <typeparam name="T"><c>float</c> or <c>double</c>, the same as <see cref="ElementType"/>.</typeparam>
    /// <exception cref="ElementTypeException">The tensor holds elements of the other type.</exception>
    /// <exception cref="ObjectDisposedException">The tape that owned the tensor has ended.</exception>
    /// <exception cref="SymbolicReadException">The tensor is symbolic.</exception>
    public ReadOnlySpan<T> AsSpan<T>()
        where T : unmanaged
    {
        if (ElementTypes.Of<T>() != ElementType)
            throw new ElementTypeException($"AsSpan<{typeof(T).Name}>: the tensor {Shape} holds {ElementType}; convert it first.");
        CheckOwner("AsSpan");
        CheckCurrent();
        if (IsSymbolic)
            throw new SymbolicReadException($"A value was read from a symbolic tensor {Shape}{MadeBy()}: it has a shape but no data.");
        TensorOwner.NoteRead(this);
        return ReadSpan<T>();
    }

    /// <summary>The elements; the caller has made sure of type, lifetime and data.</summary>
    internal ReadOnlySpan<T> ReadSpan<T>()
        where T : unmanaged
        => WriteSpan<T>();

    /// <summary>The elements for writing: for kernels that fill a result, and for parameters.</summary>
    internal Span<T> WriteSpan<T>()
        where T : unmanaged
    {
        var memory = System.Runtime.CompilerServices.Unsafe.As<Storage<T>>(storage!);
        return MemoryMarshal.CreateSpan(
            ref System.Runtime.CompilerServices.Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(memory.Array), memory.Start + offset),
            ElementCount);
    }

    /// <summary>Whether any of some tensors has no data; null is none.</summary>
    internal static bool AnyIsSymbolic(ReadOnlySpan<Tensor?> tensors)
    {
        foreach (var tensor in tensors)
            if (tensor is { IsSymbolic: true })
                return true;
        return false;
    }

    /// <summary>A tensor of a tape that has ended, or of another thread's, may not be read.</summary>
    internal void CheckOwner(string operation) => Owner?.Check(operation, this);

    /// <summary>A view of a parameter has the elements that the parameter had when it was taken, or none.</summary>
    /// <exception cref="TapeException">The parameter has changed since.</exception>
    internal void CheckCurrent()
    {
        if (storage is { Parameter: { } parameter } && !ReferenceEquals(parameter, this) && Volatile.Read(ref storage.Version) != version)
            throw new TapeException(
                $"Parameter {parameter.Name} was changed after the tensor {Shape}{MadeBy()}, a view of it, had been taken. "
                + "Take the view anew, or keep a copy with Detach() before the parameter changes.");
    }

    internal string MadeBy() => Origin is null ? "" : $" made by {Origin.Name}";
}
