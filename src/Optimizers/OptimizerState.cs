namespace Autograd.Optimizers;

/// <summary>
/// What an optimizer remembers about one parameter between steps: named slots, each a tensor of the parameter's shape and element type.
/// Zero at first. Together with <see cref="Optimizer.Steps"/> and the parameter itself, it is all that a checkpoint needs.
/// </summary>
public sealed class OptimizerState
{
    readonly string[] names;
    readonly Tensor[] slots;

    internal OptimizerState(Parameter parameter, string[] names)
    {
        Parameter = parameter;
        this.names = names;
        Slots = Array.AsReadOnly(names);
        slots = new Tensor[names.Length];
        for (int i = 0; i < slots.Length; i++) slots[i] = Tensor.Zeros(parameter.Shape, parameter.ElementType);
    }

    /// <summary>The parameter to which the state belongs.</summary>
    public Parameter Parameter { get; }

    /// <summary>
    /// Names of the slots, such as <c>mean</c> and <c>square</c>, in the optimizer's order. Empty for an optimizer without state.
    /// </summary>
    public IReadOnlyList<string> Slots { get; }

    internal int Count => slots.Length;

    /// <summary>Adds all slots, without copies.</summary>
    internal void Describe(SavedState state)
    {
        for (int i = 0; i < slots.Length; i++)
        {
            var (name, tensor) = (names[i], slots[i]);
            state.Add($"{Parameter.Name}.{name}", () => tensor, value => this[name] = value);
        }
    }

    /// <summary>
    /// A slot's content. Reading gives a copy, which later steps do not change; writing copies the elements of the given tensor unchecked,
    /// NaN and infinity included.
    /// </summary>
    /// <exception cref="ArgumentException">There is no slot of that name.</exception>
    /// <exception cref="ShapeException">The tensor written does not have the shape of the parameter.</exception>
    /// <exception cref="ElementTypeException">The tensor written does not have the element type of the parameter.</exception>
    /// <exception cref="ObjectDisposedException">The tape of the tensor written has ended.</exception>
    /// <exception cref="InvalidOperationException">The tensor written is symbolic.</exception>
    public Tensor this[string slot]
    {
        get => Find(slot).Detach();
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            var target = Find(slot);
            ThrowIfUnfit(slot, value);
            if (value.ElementType == ElementType.Float32) value.AsSpan<float>().CopyTo(target.WriteSpan<float>());
            else value.AsSpan<double>().CopyTo(target.WriteSpan<double>());
        }
    }

    internal Span<T> Write<T>(int slot)
        where T : unmanaged
        => slots[slot].WriteSpan<T>();

    /// <summary>The parameter's name and its slots: <c>cell.Wxf: mean, square</c>.</summary>
    public override string ToString() => $"{Parameter.Name}: {Joined()}";

    Tensor Find(string slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        int position = Array.IndexOf(names, slot);
        if (position < 0)
            throw new ArgumentException(
                $"Optimizer state of parameter {Parameter.Name} has no slot {slot}; it has {Joined()}.", nameof(slot));
        return slots[position];
    }

    void ThrowIfUnfit(string slot, Tensor value)
    {
        if (value.Shape != Parameter.Shape)
            throw new ShapeException(
                $"Optimizer state {slot} of parameter {Parameter.Name} is {Parameter.Shape}, the value is {value.Shape}.");
        if (value.ElementType != Parameter.ElementType)
            throw new ElementTypeException(
                $"Optimizer state {slot} of parameter {Parameter.Name} is {Parameter.ElementType}, "
                + $"the value is {value.ElementType}; convert it first.");
    }

    string Joined() => names.Length == 0 ? "none" : string.Join(", ", names);
}
