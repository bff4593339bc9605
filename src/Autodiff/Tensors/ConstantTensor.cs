namespace Autograd;

/// <summary>
/// A named tensor that is fixed, not learned, and has no element type of its own: it takes that of the tensors it is combined with. A cell
/// with a mask or a fixed matrix can thus be trained in float and checked in double without a change. The values are stored in double.
/// <para>
/// The result of an operation on constants alone is a constant too, computed in double. No derivative is taken with respect to a constant.
/// </para>
/// </summary>
public sealed class ConstantTensor : Tensor
{
    // Nothing is locked: at worst, two threads convert the same values.
    ConstantTensor? rounded;

    /// <summary>Creates a constant with a copy of the given numbers.</summary>
    /// <param name="name">Its name, for reports.</param>
    /// <param name="values">Its numbers.</param>
    /// <exception cref="ArgumentException">The name is empty, or the tensor has no data.</exception>
    public ConstantTensor(string name, Tensor values)
        : base(ElementType.Float64, Checked(values).Shape, Own(values.ToDoubles(), values.Shape).Storage)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    // Of the same memory, without a copy.
    ConstantTensor(Tensor tensor, string name)
        : base(tensor.ElementType, tensor.Shape, tensor.Storage, tensor.Offset)
    {
        Name = name;
        Owner = tensor.Owner;
        Origin = tensor.Origin;
    }

    /// <summary>Name for reports; for a result computed from constants, the name of the operation.</summary>
    public string Name { get; }

    /// <summary>Name, then as for any tensor.</summary>
    public override string ToString() => $"{Name}: {base.ToString()}";

    /// <summary>Operands with constants in the type of the others. They are checked afterwards.</summary>
    internal static ReadOnlySpan<Tensor> InOneType(ReadOnlySpan<Tensor> operands)
    {
        for (int i = 1; i < operands.Length; i++)
            if (operands[0] is { } first && operands[i] is { } other && first.ElementType != other.ElementType)
                return Converted(operands);
        return operands;
    }

    /// <summary>The result of an operation: a constant if all operands are.</summary>
    internal static Tensor Result(string operation, ReadOnlySpan<Tensor> operands, Tensor result)
    {
        foreach (var operand in operands)
            if (operand is not ConstantTensor)
                return result;
        return operands.IsEmpty || result.IsSymbolic ? result : new ConstantTensor(result, operation);
    }

    static Tensor[] Converted(ReadOnlySpan<Tensor> operands)
    {
        var converted = operands.ToArray();
        var type = Array.Find(converted, operand => operand is not (null or ConstantTensor))?.ElementType ?? ElementType.Float64;
        for (int i = 0; i < converted.Length; i++)
            if (converted[i] is ConstantTensor constant)
                converted[i] = constant.In(type);
        return converted;
    }

    // Data, not the result of an operation: every tape and every plan sees the same tensor.
    ConstantTensor In(ElementType type)
    {
        if (type == ElementType) return this;
        CheckOwner("As");
        if (type == ElementType.Float32 && rounded is not null) return rounded;
        var other = new ConstantTensor(Own(ToDoubles(), Shape, type), Name) { Origin = Origin };
        if (type == ElementType.Float32) rounded = other;
        return other;
    }

    static Tensor Checked(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.IsSymbolic) throw new SymbolicReadException("A constant needs numbers; the tensor given is symbolic.");
        return values;
    }
}
