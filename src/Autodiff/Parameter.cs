namespace Autograd;

/// <summary>
/// A named tensor that is learned: tracked by every tape on which it is used, and changed in place by optimizers, between tapes.
/// Everything else about it is a <see cref="Tensor"/>, so equations use it as one.
/// <para>May be read from several threads at once; changing it while a tape uses it is an error that the backward sweep reports.</para>
/// </summary>
public sealed class Parameter : Tensor
{
    /// <summary>Creates a parameter with a copy of the given values.</summary>
    /// <param name="name">Its name, for reports and files. Modules prefix it with their path.</param>
    /// <param name="value">Initial value.</param>
    public Parameter(string name, Tensor value)
        : base(Checked(value).ElementType, value.Shape, value.Detach().Storage)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Storage!.IsMutable = true;
        Name = name;
    }

    /// <summary>Name for reports and files: its path in the outermost module it is part of, such as <c>forward.cell.Wxf</c>.</summary>
    public string Name { get; internal set; }

    /// <summary>Counts the changes of the value. Whatever was computed from another version is stale.</summary>
    public int Version { get; private set; }

    /// <summary>What it was on the tape that has used it last, whichever that was: saves a look-up at every use.</summary>
    internal Leaf? Leaf { get; set; }

    /// <summary>Overwrites the value with a copy of another tensor's.</summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="ElementTypeException">The element types differ.</exception>
    public void Assign(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Shape != Shape) throw new ShapeException($"Assign: parameter {Name} is {Shape}, the value is {value.Shape}.");
        if (value.ElementType != ElementType) throw new ElementTypeException($"Assign: parameter {Name} is {ElementType}, the value is {value.ElementType}.");
        if (ElementType == ElementType.Float32) value.AsSpan<float>().CopyTo(Change<float>());
        else value.AsSpan<double>().CopyTo(Change<double>());
    }

    /// <summary>The elements for writing in place; counts as a change of the value.</summary>
    /// <typeparam name="T"><c>float</c> or <c>double</c>, the same as the parameter's element type.</typeparam>
    public Span<T> Change<T>()
        where T : unmanaged
    {
        _ = AsSpan<T>();
        Version++;
        return WriteSpan<T>();
    }

    /// <summary>Name, then as for any tensor.</summary>
    public override string ToString() => $"{Name}: {base.ToString()}";

    static Tensor Checked(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.IsSymbolic) throw new ArgumentException("A parameter needs a value; the tensor given is symbolic.", nameof(value));
        return value;
    }
}
