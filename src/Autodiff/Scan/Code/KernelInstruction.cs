namespace Autograd.Scan;

/// <summary>What an instruction of a kernel does. All but the loads work on vectors in registers.</summary>
enum KernelOp
{
    /// <summary>The element of a matrix at the row and column under way.</summary>
    Element,

    /// <summary>
    /// The element of a matrix, in the row under way, that lies a distance (the second number) before the column under way; 0 where the
    /// matrix, which has so many columns (the third), has none.
    /// </summary>
    Window,

    /// <summary>The first element of the row under way, in all lanes.</summary>
    Column,

    /// <summary>The element of a vector that all rows share, at the column under way.</summary>
    Vector,

    /// <summary>One number for all rows and columns.</summary>
    Scalar,

    /// <summary>A number known when the kernel is made.</summary>
    Constant,

    Add,
    Subtract,
    Multiply,
    Divide,
    Abs,
    Sqrt,
    Floor,

    /// <summary>Rounds to the nearest integer, ties to even.</summary>
    Round,

    /// <summary>The first to the power of the second; see <see cref="Exp"/>.</summary>
    Power,
    Maximum,
    Minimum,

    /// <summary>As the processor does it: the second operand where either is NaN.</summary>
    MaximumNative,

    /// <inheritdoc cref="MaximumNative"/>
    MinimumNative,

    /// <summary>1 where the first is greater, else 0.</summary>
    Greater,

    /// <summary>1 where both are equal, else 0.</summary>
    Equal,

    /// <summary>The second where the first is not 0, else the third.</summary>
    Select,

    /// <summary>eˣ, which <see cref="KernelLowering"/> writes as arithmetic.</summary>
    Exp,

    /// <inheritdoc cref="Exp"/>
    Log,

    /// <inheritdoc cref="Exp"/>
    Sin,

    /// <inheritdoc cref="Exp"/>
    Cos,

    /// <inheritdoc cref="Exp"/>
    ExpM1,

    /// <inheritdoc cref="Exp"/>
    Sigmoid,

    /// <inheritdoc cref="Exp"/>
    Tanh,

    /// <inheritdoc cref="Exp"/>
    Softplus,

    /// <inheritdoc cref="Exp"/>
    NormalDistribution,

    /// <summary>The sine of the first where it is large, else the second.</summary>
    SinBeyond,

    /// <summary>The cosine of the first where it is large, else the second.</summary>
    CosBeyond,

    /// <summary>first · second + third, rounded once where the processor can.</summary>
    MultiplyAdd,

    /// <summary>first · 2ⁿ, where n is in the low bits of the second.</summary>
    ScaleByPowerOfTwo,

    /// <summary>The exponent of the first, in the low bits; see <see cref="ILaneNumber{N}.ShiftedExponent"/>.</summary>
    ShiftedExponent,

    /// <summary>The fraction of the first, between √½ and √2.</summary>
    Mantissa,

    /// <summary>The first with the sign of the second.</summary>
    CopySign,
}

/// <summary>One instruction: its operands are numbers of earlier ones, or for a load the slot that is read, and where.</summary>
sealed record KernelInstruction(KernelOp Op, int First, int Second = 0, int Third = 0, double Number = 0)
{
    /// <summary>How many earlier instructions it uses.</summary>
    public int OperandCount => Op switch
    {
        <= KernelOp.Constant => 0,
        KernelOp.Abs or KernelOp.Sqrt or KernelOp.Log or KernelOp.Sin or KernelOp.Cos or KernelOp.Floor or KernelOp.Round => 1,
        KernelOp.Exp or KernelOp.ExpM1 or KernelOp.Sigmoid or KernelOp.Tanh or KernelOp.Softplus or KernelOp.NormalDistribution => 1,
        KernelOp.ShiftedExponent or KernelOp.Mantissa => 1,
        KernelOp.Select or KernelOp.MultiplyAdd => 3,
        _ => 2,
    };

    /// <summary>The instructions that it uses.</summary>
    public ReadOnlySpan<int> Operands => ((int[])[First, Second, Third]).AsSpan(0, OperandCount);

    // To the bit: 0 and −0 are two numbers.
    public bool Equals(KernelInstruction? other) =>
        other is not null && (Op, First, Second, Third) == (other.Op, other.First, other.Second, other.Third)
        && BitConverter.DoubleToInt64Bits(Number) == BitConverter.DoubleToInt64Bits(other.Number);

    public override int GetHashCode() => HashCode.Combine((int)Op, First, Second, Third, BitConverter.DoubleToInt64Bits(Number));
}
