namespace Autograd.Scan;

/// <summary>Where a value of a step comes from.</summary>
enum Role
{
    /// <summary>The input x of the step.</summary>
    Input,

    /// <summary>A tensor of the state before the step.</summary>
    State,

    /// <summary>Other data given for each step.</summary>
    Sequence,

    /// <summary>A parameter, captured tensor or constant, or computed from such alone: the same at every step.</summary>
    Leaf,

    /// <summary>The cotangent of the output.</summary>
    OutputCotangent,

    /// <summary>The cotangent of a tensor of the state after the step.</summary>
    StateCotangent,

    /// <summary>A number that a derivative rule wrote.</summary>
    Constant,

    /// <summary>Computed by an operation.</summary>
    Computed,
}

/// <summary>A value of the forward or the backward step.</summary>
sealed class StepValue(int number, Role role, int index, Operation? operation, StepValue[] operands, Shape shape, bool isBackward)
{
    public int Number => number;

    public Role Role => role;

    /// <summary>Which state, sequence or leaf.</summary>
    public int Index => index;

    public Operation? Operation => operation;

    /// <summary>What the operation does.</summary>
    public OperationForm? Form { get; } = operation?.Form;

    public StepValue[] Operands => operands;

    public Shape Shape => shape;

    /// <summary>Whether it belongs to the backward step.</summary>
    public bool IsBackward => isBackward;

    /// <summary>The data of a constant.</summary>
    public double[] Constant { get; init; } = [];

    /// <summary>A constant's data as a tensor.</summary>
    public Tensor ConstantTensor(ElementType type) => Tensor.From(Constant, shape, type);

    /// <summary>A short name for reading plans.</summary>
    public string Name => role switch
    {
        Role.Input => "x",
        Role.State => FormattableString.Invariant($"s{index}"),
        Role.Sequence => FormattableString.Invariant($"q{index}"),
        Role.Leaf => FormattableString.Invariant($"leaf {index}"),
        Role.OutputCotangent => "dy",
        Role.StateCotangent => FormattableString.Invariant($"ds{index}'"),
        Role.Constant => "constant",
        _ => FormattableString.Invariant($"{(isBackward ? "b" : "v")}{number}"),
    };

    public override string ToString() => $"{number}: {operation?.Name ?? role.ToString()} {shape}";
}
