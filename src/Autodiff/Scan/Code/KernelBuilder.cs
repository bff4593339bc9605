using System.Runtime.InteropServices;

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

    /// <summary>The nearest whole number, of two the even one.</summary>
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

/// <summary>What a kernel does with a result.</summary>
enum KernelWrite
{
    /// <summary>Writes the matrix element.</summary>
    Store,

    /// <summary>Adds to the matrix element.</summary>
    Accumulate,

    /// <summary>Adds the column's elements to a vector.</summary>
    ColumnSum,

    /// <summary>Writes the sum of the row.</summary>
    RowSum,

    /// <summary>Adds the sum of the row to a number.</summary>
    RowSumAdd,

    /// <summary>Writes what is one number for each row.</summary>
    RowNumber,
}

/// <summary>With what a result varies; one that varies with rows alone is one number for each row.</summary>
[Flags]
enum KernelVariation
{
    None = 0,
    Rows = 1,
    Columns = 2,
    Both = Rows | Columns,
}

/// <summary>What becomes of a value: what is done with it, and in which slot.</summary>
sealed record KernelResult(KernelWrite Write, int Slot, int Value)
{
    /// <summary>Whether it is the sum of a row, which is known when the columns have been gone through.</summary>
    public bool IsRowSum => Write is KernelWrite.RowSum or KernelWrite.RowSumAdd;
}

/// <summary>
/// The body of an elementwise pass over the rows and columns of some matrices, as a list of instructions in which each appears once. Slots
/// are the matrices, vectors and numbers it reads and writes; where they lie is said at each call.
/// </summary>
/// <param name="width">Columns.</param>
/// <param name="isSingle">Whether the elements are <c>float</c>, not <c>double</c>.</param>
/// <param name="groups">
/// Lengths of axes between rows and columns, the outermost first: a row consists of groups of columns. None where all slots go through it
/// alike.
/// </param>
sealed class KernelBuilder(int width, bool isSingle, params int[] groups)
{
    readonly Dictionary<KernelInstruction, int> known = [];
    readonly List<KernelInstruction> instructions = [];
    readonly List<KernelResult> writes = [];
    readonly List<int> rowStrides = [];
    readonly List<bool> tight = [];
    readonly List<int[]> groupStrides = [];

    public int Width => width;

    public int[] Groups => groups;

    public bool IsSingle => isSingle;

    public ReadOnlySpan<KernelInstruction> Instructions => CollectionsMarshal.AsSpan(instructions);

    public IReadOnlyList<KernelResult> Writes => writes;

    /// <summary>The distance of the rows of each slot, in elements; 0 for what all rows share.</summary>
    public IReadOnlyList<int> RowStrides => rowStrides;

    /// <summary>Whether what follows a row of the slot belongs to something else, and is neither read nor written.</summary>
    public IReadOnlyList<bool> Tight => tight;

    /// <summary>The distances of the groups of each slot, in elements, for each axis.</summary>
    public IReadOnlyList<int[]> GroupStrides => groupStrides;

    public int AddSlot(int rowStride, bool isTight = false, params int[] strides)
    {
        rowStrides.Add(rowStride);
        tight.Add(isTight);
        groupStrides.Add(strides);
        return rowStrides.Count - 1;
    }

    public EmittedNumber Load(KernelOp op, int slot) => new(this, Apply(op, slot));

    /// <summary>The rows of a slot of some columns, with zeros before them and after.</summary>
    public EmittedNumber Window(int slot, int before, int columns) => new(this, Apply(KernelOp.Window, slot, before, columns));

    /// <summary>The same with whole rows for columns, where all slots go through them alike.</summary>
    public KernelBuilder Flat(int rowWidth, bool[] isTight)
    {
        var flat = new KernelBuilder(rowWidth, isSingle);
        for (int i = 0; i < rowStrides.Count; i++) flat.AddSlot(rowStrides[i], rowStrides[i] > 0 && isTight[i]);
        CopyTo(flat, (number, numbers) => flat.Apply(instructions[number], numbers));
        return flat;
    }

    /// <summary>A kernel over the same slots that does nothing yet.</summary>
    public KernelBuilder WithSameSlots()
    {
        var other = new KernelBuilder(width, isSingle, groups);
        for (int i = 0; i < rowStrides.Count; i++) other.AddSlot(rowStrides[i], tight[i], groupStrides[i]);
        return other;
    }

    public EmittedNumber Constant(double number) => new(this, Apply(KernelOp.Constant, 0, number: number));

    /// <summary>Writes the instructions anew into a kernel with the same slots.</summary>
    /// <param name="target">The kernel.</param>
    /// <param name="rewrite">What becomes of an instruction, given its number and what became of those before it.</param>
    public void CopyTo(KernelBuilder target, Func<int, EmittedNumber[], EmittedNumber> rewrite)
    {
        var numbers = new EmittedNumber[instructions.Count];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = rewrite(i, numbers);
        foreach (var (write, slot, value) in writes) target.Write(write, slot, numbers[value]);
    }

    /// <summary>An instruction of another kernel, with its operands here.</summary>
    public EmittedNumber Apply(KernelInstruction instruction, EmittedNumber[] numbers)
    {
        if (instruction.Op == KernelOp.Constant) return Constant(instruction.Number);
        int count = instruction.OperandCount;
        if (count == 0) return new(this, Apply(instruction.Op, instruction.First, instruction.Second, instruction.Third));
        return new(
            this,
            Apply(
                instruction.Op, numbers[instruction.First].In(this), count > 1 ? numbers[instruction.Second].In(this) : 0,
                count > 2 ? numbers[instruction.Third].In(this) : 0));
    }

    public void Write(KernelWrite write, int slot, EmittedNumber value) => writes.Add(new(write, slot, value.In(this)));

    /// <summary>The number of an instruction; the same one for the same question.</summary>
    public int Apply(KernelOp op, int first, int second = 0, int third = 0, double number = 0)
    {
        var instruction = new KernelInstruction(op, first, second, third, number);
        if (known.TryGetValue(instruction, out int index)) return index;
        instructions.Add(instruction);
        known.Add(instruction, instructions.Count - 1);
        return instructions.Count - 1;
    }

    /// <summary>With what the result of each instruction varies.</summary>
    public KernelVariation[] Variations()
    {
        var found = new KernelVariation[instructions.Count];
        for (int i = 0; i < found.Length; i++)
        {
            found[i] = instructions[i].Op switch
            {
                KernelOp.Element or KernelOp.Window => KernelVariation.Both,
                KernelOp.Column => KernelVariation.Rows,
                KernelOp.Vector => KernelVariation.Columns,
                _ => KernelVariation.None,
            };
            foreach (int operand in instructions[i].Operands) found[i] |= found[operand];
        }
        return found;
    }

    /// <summary>How often each instruction is used. A write counts twice: what is written must be formed, whatever else uses it.</summary>
    public int[] CountUses()
    {
        var counts = new int[instructions.Count];
        foreach (var instruction in instructions)
            foreach (int operand in instruction.Operands) counts[operand]++;
        foreach (var (_, _, value) in writes) counts[value] += 2;
        return counts;
    }

    /// <summary>Whether another kernel does the same with slots of the same layout.</summary>
    public bool IsSameAs(KernelBuilder other) =>
        isSingle == other.IsSingle && width == other.Width && Instructions.SequenceEqual(other.Instructions)
        && CollectionsMarshal.AsSpan(rowStrides).SequenceEqual(CollectionsMarshal.AsSpan(other.rowStrides))
        && groups.AsSpan().SequenceEqual(other.Groups)
        && AreSame(groupStrides, other.groupStrides)
        && CollectionsMarshal.AsSpan(tight).SequenceEqual(CollectionsMarshal.AsSpan(other.tight))
        && CollectionsMarshal.AsSpan(writes).SequenceEqual(CollectionsMarshal.AsSpan(other.writes));

    static bool AreSame(List<int[]> one, List<int[]> other)
    {
        for (int i = 0; i < Math.Min(one.Count, other.Count); i++)
            if (!one[i].AsSpan().SequenceEqual(other[i]))
                return false;
        return true;
    }

    /// <summary>Equal for kernels that do the same.</summary>
    public int Hash()
    {
        var hash = default(HashCode);
        hash.Add(isSingle);
        hash.Add(width);
        foreach (int stride in rowStrides) hash.Add(stride);
        foreach (int length in groups) hash.Add(length);
        foreach (int[] strides in groupStrides)
            foreach (int stride in strides) hash.Add(stride);
        foreach (var instruction in instructions) hash.Add(instruction);
        foreach (var write in writes) hash.Add(write);
        return hash.ToHashCode();
    }
}
