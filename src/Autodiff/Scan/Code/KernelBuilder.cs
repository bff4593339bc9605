using System.Runtime.InteropServices;

namespace Autograd.Scan;

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
