namespace Autograd;

/// <summary>
/// A named tensor that is learned: tracked by every tape on which it is used, and changed in place by optimizers, between tapes. In every
/// other respect it is a <see cref="Tensor"/>, and is used as one in equations.
/// <para>
/// May be read from several threads at once. Using it while it is being written is an error, and so is changing it between its use on a
/// tape and the tape's sweeps: readers compare <see cref="Version"/> before and after, and throw <see cref="TapeException"/> rather than
/// return a mixture of two values. Members that give access to elements without copying them (<see cref="Tensor.AsSpan"/>,
/// <see cref="Tensor.At"/>) do not compare.
/// </para>
/// </summary>
public sealed class Parameter : Tensor
{
    /// <summary>Creates a parameter with a copy of the given values.</summary>
    /// <param name="name">Its name, for reports and files. Modules prefix it with their path.</param>
    /// <param name="value">Initial value.</param>
    /// <exception cref="SymbolicReadException">The value has no data.</exception>
    public Parameter(string name, Tensor value)
        : base(Checked(value).ElementType, value.Shape, value.Detach().Storage)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Storage!.Parameter = this;
        Name = name;
        MadeIn = TensorOwner.Trace;
    }

    /// <summary>Name for reports and files: its path in the outermost module it is part of, such as <c>forward.cell.Wxf</c>.</summary>
    public string Name { get; private set; }

    /// <summary>
    /// Starts at 0 and grows by two with every change of the value; odd while the value is being written. Anything computed from another
    /// version is stale.
    /// </summary>
    public int Version => Volatile.Read(ref Storage!.Version);

    /// <summary>Changes its name: a module that takes in another prefixes the names of its parameters.</summary>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public void Rename(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>The trace in which it was made; null outside of one.</summary>
    internal TensorOwner? MadeIn { get; }

    /// <summary>Its leaf on the tape that used it last: saves a look-up at every use.</summary>
    internal object? LastUse { get; set; }

    /// <summary>Overwrites the value with a copy of another tensor's.</summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="ElementTypeException">The element types differ.</exception>
    /// <exception cref="ParameterChangeException">The parameter is being written already.</exception>
    /// <exception cref="SymbolicReadException">Within a program that is traced.</exception>
    public void Assign(Tensor value)
    {
        CheckFits(nameof(Assign), value);
        // A value that may change meanwhile, such as this one, is copied first.
        if (value.Storage is { IsMutable: true }) value = value.Detach();
        if (ElementType == ElementType.Float32) Overwrite(value.AsSpan<float>());
        else Overwrite(value.AsSpan<double>());
    }

    /// <summary>
    /// Begins to change the value in place; the change lasts until the returned scope ends:
    /// <code>
    /// using (var change = parameter.Change&lt;float&gt;()) change.Values[0] = 1;
    /// </code>
    /// Until then the parameter cannot be used.
    /// </summary>
    /// <typeparam name="T"><c>float</c> or <c>double</c>, the same as the parameter's element type.</typeparam>
    /// <exception cref="ElementTypeException">The parameter holds elements of the other type.</exception>
    /// <exception cref="ParameterChangeException">The parameter is being written already.</exception>
    /// <exception cref="SymbolicReadException">Within a program that is traced.</exception>
    public ParameterChange<T> Change<T>()
        where T : unmanaged
    {
        _ = AsSpan<T>();
        return new ParameterChange<T>(this);
    }

    /// <summary>
    /// Changes the value in place: <c>parameter.Change&lt;float&gt;(values =&gt; values[0] = 1)</c>. It counts as changed even if the
    /// function throws.
    /// </summary>
    /// <param name="write">
    /// Receives the elements in row-major order, with their present values; called once. It must not use the parameter.
    /// </param>
    /// <inheritdoc cref="Change{T}()"/>
    public void Change<T>(Action<Span<T>> write)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(write);
        using var change = Change<T>();
        write(change.Values);
    }

    /// <summary>
    /// Overwrites the values of several parameters with copies of other tensors: of all of them or, if one fails, of none.
    /// </summary>
    /// <param name="values">The parameters, each with its new value.</param>
    /// <exception cref="ShapeException">A shape differs; nothing has changed.</exception>
    /// <exception cref="ElementTypeException">An element type differs; nothing has changed.</exception>
    /// <exception cref="ParameterChangeException">A parameter is being written already; nothing has changed.</exception>
    /// <exception cref="SymbolicReadException">Within a program that is traced; nothing has changed.</exception>
    public static void AssignAll(IReadOnlyList<(Parameter Parameter, Tensor Value)> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var copies = new (Parameter, Tensor)[values.Count];
        for (int i = 0; i < copies.Length; i++)
        {
            var (parameter, value) = values[i];
            if (parameter is null || value is null)
                throw new ArgumentException(
                    FormattableString.Invariant($"AssignAll: the parameter or the value of pair {i} is null."), nameof(values));
            parameter.CheckFits(nameof(AssignAll), value);
            copies[i] = (parameter, value.Detach());
        }
        TakeAll(copies);
    }

    /// <summary>
    /// Overwrites the values of all of some parameters, or of none. The memory of the values becomes that of the parameters, without a
    /// copy.
    /// </summary>
    /// <exception cref="ParameterChangeException">A parameter is being written already.</exception>
    internal static void TakeAll(IReadOnlyList<(Parameter Parameter, Tensor Value)> values)
    {
        int[] versions = new int[values.Count];
        int begun = 0;
        try
        {
            for (; begun < versions.Length; begun++) versions[begun] = values[begun].Parameter.BeginChange();
            foreach (var (parameter, value) in values) parameter.Storage!.TakeMemoryOf(value.Storage!);
        }
        finally
        {
            for (int i = 0; i < begun; i++) values[i].Parameter.EndChange(versions[i]);
        }
    }

    void CheckFits(string operation, Tensor value)
    {
        CheckShape(operation, value);
        if (value.ElementType != ElementType)
            throw new ElementTypeException($"{operation}: parameter {Name} is {ElementType}, the value is {value.ElementType}.");
    }

    internal void CheckShape(string operation, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Shape != Shape) throw new ShapeException($"{operation}: parameter {Name} is {Shape}, the value is {value.Shape}.");
    }

    static long changes;

    /// <summary>Grows with every change of any parameter.</summary>
    internal static long Changes => Interlocked.Read(ref changes);

    /// <summary>Makes the version odd, and gives it.</summary>
    internal int BeginChange()
    {
        TensorOwner.CheckChange(this);
        ref int version = ref Storage!.Version;
        int before = Volatile.Read(ref version);
        // A full fence: no element is written before readers can see that the version is odd. And of two writers, only one succeeds.
        if ((before & 1) != 0 || Interlocked.CompareExchange(ref version, before + 1, before) != before)
            throw new ParameterChangeException(this);
        return before + 1;
    }

    /// <summary>
    /// Makes the version even again; does nothing if the change has ended. A full fence: all elements are written before.
    /// </summary>
    internal void EndChange(int version)
    {
        if (Interlocked.CompareExchange(ref Storage!.Version, version + 1, version) == version) Interlocked.Increment(ref changes);
    }

    /// <summary>Name, then as for any tensor.</summary>
    public override string ToString() => $"{Name}: {base.ToString()}";

    void Overwrite<T>(ReadOnlySpan<T> value)
        where T : unmanaged
    {
        using var change = Change<T>();
        value.CopyTo(change.Values);
    }

    static Tensor Checked(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.IsSymbolic) throw new SymbolicReadException("A parameter needs a value; the tensor given is symbolic.");
        return value;
    }
}
