using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd.Scan;

/// <summary>
/// Runs a kernel instruction by instruction, each on the elements of a block of rows, which fill 8 KB and stay near. What is the same
/// for all rows is computed once. Nothing is read or written beyond the columns, so neither fill nor masks are needed. Rows that follow
/// each other in memory are read where they lie.
/// </summary>
sealed unsafe class KernelInterpreter<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const int BytesInBlock = 8192;

    readonly KernelBuilder kernel;
    readonly KernelInstruction[] instructions;
    readonly int laneStride, blocksInLane, width, rowsAtOnce;

    // Whether sums of columns wait for the end of a block of rows; where rows are summed too, each is added at once.
    readonly bool sumsBlocks;

    // The innermost axis of groups takes the place of the rows where there is one.
    readonly int[] groups;
    readonly bool[] isShared;

    // The buffer of each result; results whose last use is over leave theirs to others.
    readonly int[] buffers;
    readonly int bufferCount;

    // What is read where it lies: rows that follow each other. What is written as it was read is copied first, since another write may
    // overtake it.
    readonly bool[] isInPlace;

    // The only write of the last instruction, where that computes rows that follow each other: it does so where they belong. All others
    // have read what lies there by then.
    readonly KernelResult? direct;

    // What is one number for each row is computed as such, in memory of its own, and repeated along the row where something else reads it.
    readonly bool[] ofRows, isRepeated;
    readonly int[] numbers;
    readonly int numberCount;

    public KernelInterpreter(KernelRequest request)
    {
        kernel = request.Kernel;
        laneStride = request.LaneStride;
        blocksInLane = request.BlocksInLane;
        instructions = kernel.Instructions.ToArray();
        width = kernel.Width;
        groups = kernel.Groups;
        rowsAtOnce = RowsAtOnce();
        sumsBlocks = groups.Length == 0 && !kernel.Writes.Any(write => write.IsRowSum);
        var variations = kernel.Variations();
        ofRows = Array.ConvertAll(variations, variation => variation == KernelVariation.Rows);
        // Columns of groups have a place in each of them.
        var unshared = groups.Length == 0 ? KernelVariation.Rows : KernelVariation.Both;
        isShared = Array.ConvertAll(variations, variation => (variation & unshared) == 0);
        numbers = new int[instructions.Length];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = ofRows[i] ? instructions.Length + numberCount++ : i;
        isRepeated = Repeated();
        buffers = Buffers(out bufferCount);
        isInPlace = Array.ConvertAll(instructions, IsRead);
        foreach (var (_, _, value) in kernel.Writes) isInPlace[value] = false;
        direct = Direct();
    }

    public void Run(nint* slots, int rows, int firstBlock)
    {
        // Small runs have small memory.
        int atOnce = groups.Length > 0 ? rowsAtOnce : Math.Min(rowsAtOnce, rows);
        int sums = bufferCount * atOnce * width;
        int behind = sums + kernel.Writes.Count * width;
        T[] memory = ArrayPool<T>.Shared.Rent(behind + numberCount * atOnce);
        T** at = stackalloc T*[instructions.Length + numberCount];
        fixed (T* first = memory)
        {
            for (int i = 0; i < instructions.Length; i++) at[i] = first + (nint)buffers[i] * atOnce * width;
            for (int i = 0; i < numberCount; i++) at[instructions.Length + i] = first + behind + (nint)i * atOnce;
            for (int i = 0; i < instructions.Length; i++)
                if (isShared[i]) Compute(i, slots, 0, atOnce, at);
            if (groups.Length > 0) RunGroups(slots, rows, firstBlock, at);
            else for (int row = 0; row < rows;)
            {
                int count = Math.Min(atOnce, rows - row);
                if (rowsAtOnce < KernelLayout.RowsInBlock) count = Math.Min(count, RowsToNextBlock(row));
                for (int i = 0; i < instructions.Length; i++)
                    if (!isShared[i]) Compute(i, slots, row, count, at);
                for (int i = 0; i < kernel.Writes.Count; i++)
                {
                    var (write, slot, value) = kernel.Writes[i];
                    if (kernel.Writes[i] == direct) continue;
                    if (write != KernelWrite.ColumnSum)
                        Write(write, (T*)slots[slot], kernel.RowStrides[slot], At(at, write, value), row, count);
                    else for (int from = row, some; from < row + count; from += some)
                    {
                        some = Math.Min(RowsToNextBlock(from), row + count - from);
                        T* target = (T*)slots[slot] + LaneOf(firstBlock, from), part = at[value] + (nint)(from - row) * width;
                        if (sumsBlocks) SumBlock(target, part, first + sums + i * width, from, some, rows);
                        else RowBlock.AddRows(part, some, width, target);
                    }
                }
                row += count;
            }
        }
        ArrayPool<T>.Shared.Return(memory);
    }

    // Whole blocks of rows, or a part of one.
    int RowsAtOnce()
    {
        int rows = Math.Max(BytesInBlock / sizeof(T) / width, 1);
        if (groups.Length > 0) return Math.Min(rows, groups[^1]);
        return rows < KernelLayout.RowsInBlock ? rows : rows / KernelLayout.RowsInBlock * KernelLayout.RowsInBlock;
    }

    static int RowsToNextBlock(int row) => KernelLayout.RowsInBlock - row % KernelLayout.RowsInBlock;

    nint LaneOf(int firstBlock, int row) => (nint)((firstBlock + row / KernelLayout.RowsInBlock) / blocksInLane) * laneStride;

    void RunGroups(nint* slots, int rows, int firstBlock, T** at)
    {
        int count = kernel.RowStrides.Count, outer = 1;
        foreach (int length in groups.AsSpan()[..^1]) outer *= length;
        nint* starts = stackalloc nint[count];
        for (int row = 0; row < rows; row++)
        {
            nint lane = LaneOf(firstBlock, row);
            for (int group = 0; group < outer; group++)
            {
                for (int slot = 0; slot < count; slot++)
                    starts[slot] = slots[slot] + (row * (nint)kernel.RowStrides[slot] + OffsetOf(slot, group)) * sizeof(T);
                for (int from = 0; from < groups[^1]; from += rowsAtOnce)
                {
                    int some = Math.Min(rowsAtOnce, groups[^1] - from);
                    for (int i = 0; i < instructions.Length; i++)
                        if (!isShared[i]) Compute(i, starts, from, some, at);
                    foreach (var result in kernel.Writes)
                    {
                        if (result == direct) continue;
                        var (write, slot, value) = result;
                        nint target = starts[slot] + (write == KernelWrite.ColumnSum ? lane * sizeof(T) : 0);
                        Write(write, (T*)target, StrideOf(slot), At(at, write, value), from, some);
                    }
                }
            }
        }
    }

    // The place of a group, numbered along all axes but the innermost.
    nint OffsetOf(int slot, int group)
    {
        var strides = kernel.GroupStrides[slot];
        nint offset = 0;
        for (int axis = groups.Length - 2; axis >= 0; axis--)
        {
            offset += strides.Length > 0 ? group % groups[axis] * (nint)strides[axis] : 0;
            group /= groups[axis];
        }
        return offset;
    }

    // From a row to the next, of those that are worked on.
    int StrideOf(int slot) => groups.Length == 0 ? kernel.RowStrides[slot] : kernel.GroupStrides[slot] is [.., var innermost] ? innermost
        : 0;

    // What all rows share is the same in all columns.
    T* At(T** at, KernelWrite write, int value) => at[write == KernelWrite.RowNumber ? numbers[value] : value];

    void Compute(int number, nint* slots, int row, int rows, T** at)
    {
        var instruction = instructions[number];
        if (ofRows[number])
        {
            ComputeRows(number, slots, row, rows, at);
        }
        else if (instruction.OperandCount == 0)
        {
            if (isInPlace[number]) at[number] = (T*)slots[instruction.First] + (long)row * width;
            else Load(instruction, slots, row, rows, new Span<T>(at[number], rows * width));
        }
        else
        {
            if (number == direct?.Value) at[number] = (T*)slots[direct.Slot] + (long)row * width;
            Combine(
                instruction, at[instruction.First], at[instruction.Second], at[instruction.Third], new Span<T>(at[number], rows * width));
        }
    }

    void ComputeRows(int number, nint* slots, int row, int rows, T** at)
    {
        var instruction = instructions[number];
        var result = new Span<T>(at[numbers[number]], rows);
        if (instruction.OperandCount == 0)
        {
            int stride = StrideOf(instruction.First);
            T* slot = (T*)slots[instruction.First] + (long)row * stride;
            for (int i = 0; i < rows; i++) result[i] = slot[(long)i * stride];
        }
        else
        {
            var (a, b, c) = (numbers[instruction.First], numbers[instruction.Second], numbers[instruction.Third]);
            Combine(instruction, at[a], at[b], at[c], result);
        }
        if (!isRepeated[number]) return;
        RowBlock.Repeat(result, at[number], width);
    }

    // Operands that the instruction does not have may be anywhere.
    static void Combine(KernelInstruction instruction, T* first, T* second, T* third, Span<T> result)
    {
        var a = new ReadOnlySpan<T>(first, result.Length);
        var b = new ReadOnlySpan<T>(second, result.Length);
        var c = new ReadOnlySpan<T>(third, result.Length);
        switch (instruction.Op)
        {
            case KernelOp.Add: TensorPrimitives.Add(a, b, result); break;
            case KernelOp.Subtract: TensorPrimitives.Subtract(a, b, result); break;
            case KernelOp.Multiply: TensorPrimitives.Multiply(a, b, result); break;
            case KernelOp.Divide: TensorPrimitives.Divide(a, b, result); break;
            case KernelOp.Maximum: TensorPrimitives.Max(a, b, result); break;
            case KernelOp.Minimum: TensorPrimitives.Min(a, b, result); break;
            case KernelOp.Abs: TensorPrimitives.Abs(a, result); break;
            case KernelOp.Sqrt: TensorPrimitives.Sqrt(a, result); break;
            case KernelOp.Exp: ValueLoop.Run(default(ExpFunction), a, result); break;
            case KernelOp.ExpM1: ValueLoop.Run(default(ExpM1Function), a, result); break;
            case KernelOp.Sigmoid: ValueLoop.Run(default(SigmoidFunction), a, result); break;
            case KernelOp.Tanh: ValueLoop.Run(default(TanhFunction), a, result); break;
            case KernelOp.Softplus: ValueLoop.Run(default(SoftplusFunction), a, result); break;
            case KernelOp.NormalDistribution: ValueLoop.Run(default(NormalDistributionFunction), a, result); break;
            case KernelOp.Log: ValueLoop.Run(default(LogFunction), a, result); break;
            case KernelOp.Sin: ValueLoop.Run(default(SinFunction), a, result); break;
            case KernelOp.Cos: ValueLoop.Run(default(CosFunction), a, result); break;
            case KernelOp.Floor: ValueLoop.Run(default(FloorFunction), a, result); break;
            case KernelOp.Round: ValueLoop.Run(default(RoundFunction), a, result); break;
            case KernelOp.Power: BinaryLoop.Run<PowerFunction, T>(a, b, result); break;
            case KernelOp.Greater: BinaryLoop.Run<GreaterFunction, T>(a, b, result); break;
            case KernelOp.Equal: BinaryLoop.Run<EqualFunction, T>(a, b, result); break;
            case KernelOp.Select: RowBlock.Select(first, second, third, result); break;
            case KernelOp.MultiplyAdd: Rounding.MultiplyAdd(a, b, c, result); break;
            default: throw new NotSupportedException($"{instruction.Op} is not interpreted.");
        }
    }

    KernelResult? Direct()
    {
        int last = instructions.Length - 1;
        var writes = kernel.Writes.Where(write => write.Value == last).ToArray();
        bool isComputed = instructions[last].OperandCount > 0 && !ofRows[last] && !isShared[last];
        return isComputed && writes is [{ Write: KernelWrite.Store } only] && StrideOf(only.Slot) == width ? only : null;
    }

    bool IsRead(KernelInstruction instruction) =>
        (instruction.Op == KernelOp.Element || (instruction.Op == KernelOp.Vector && groups.Length > 0))
        && StrideOf(instruction.First) == width;

    void Load(KernelInstruction instruction, nint* slots, int row, int rows, Span<T> result)
    {
        if (instruction.Op == KernelOp.Constant)
        {
            result.Fill(T.CreateSaturating(instruction.Number));
            return;
        }
        T* slot = (T*)slots[instruction.First];
        if (instruction.Op == KernelOp.Scalar)
        {
            result.Fill(*slot);
            return;
        }
        int stride = instruction.Op == KernelOp.Vector && groups.Length == 0 ? 0 : StrideOf(instruction.First);
        slot += (long)row * stride;
        var (before, columns) = instruction.Op == KernelOp.Window ? (instruction.Second, instruction.Third) : (0, width);
        if (columns < width) result.Clear();
        if (stride == 0 && columns == width)
        {
            RowBlock.RepeatRow(new ReadOnlySpan<T>(slot, width), result);
            return;
        }
        for (int i = 0; i < rows; i++, slot += stride)
            new ReadOnlySpan<T>(slot, columns).CopyTo(result.Slice(i * width + before, columns));
    }

    void Write(KernelWrite write, T* slot, int stride, T* value, int row, int rows)
    {
        slot += (long)row * stride;
        bool adds = write is KernelWrite.Accumulate or KernelWrite.ColumnSum;
        if (stride == width && (adds || write == KernelWrite.Store))
        {
            var source = new ReadOnlySpan<T>(value, rows * width);
            if (adds) Add(source, slot);
            else source.CopyTo(new Span<T>(slot, rows * width));
            return;
        }
        if (stride == 0 && adds)
        {
            RowBlock.AddRows(value, rows, width, slot);
            return;
        }
        if (write == KernelWrite.RowNumber)
        {
            for (int i = 0; i < rows; i++) slot[(long)i * stride] = value[i];
            return;
        }
        for (int i = 0; i < rows; i++, value += width)
        {
            var one = new ReadOnlySpan<T>(value, width);
            T* target = slot + (long)i * stride;
            switch (write)
            {
                case KernelWrite.Store: one.CopyTo(new Span<T>(target, width)); break;
                case KernelWrite.Accumulate or KernelWrite.ColumnSum: Add(one, target); break;
                case KernelWrite.RowSum: *target = LaneSum.Of(one); break;
                case KernelWrite.RowSumAdd: *target += LaneSum.Of(one); break;
            }
        }
    }

    // The sum of a block of rows, which may come in parts, is added where its last row is in it.
    void SumBlock(T* target, T* value, T* sum, int row, int count, int rows)
    {
        if (row % KernelLayout.RowsInBlock == 0) new Span<T>(sum, width).Clear();
        RowBlock.AddRows(value, count, width, sum);
        if ((row + count) % KernelLayout.RowsInBlock == 0 || row + count == rows) Add(new ReadOnlySpan<T>(sum, width), target);
    }

    static void Add(ReadOnlySpan<T> source, T* target) =>
        TensorPrimitives.Add(new ReadOnlySpan<T>(target, source.Length), source, new Span<T>(target, source.Length));

    bool[] Repeated()
    {
        var repeated = new bool[instructions.Length];
        for (int i = 0; i < repeated.Length; i++)
            if (!ofRows[i])
                foreach (int operand in instructions[i].Operands) repeated[operand] = ofRows[operand];
        foreach (var (write, _, value) in kernel.Writes) repeated[value] |= ofRows[value] && write != KernelWrite.RowNumber;
        return repeated;
    }

    int[] Buffers(out int count)
    {
        var last = new int[instructions.Length];
        for (int i = 0; i < last.Length; i++)
            foreach (int operand in instructions[i].Operands) last[operand] = i;
        // What is written is needed to the end, and what all rows share for the next block too.
        foreach (var (_, _, value) in kernel.Writes) last[value] = int.MaxValue;
        var (found, free) = (new int[instructions.Length], new Stack<int>());
        count = 0;
        for (int i = 0; i < found.Length; i++)
        {
            // What all rows share is computed before everything else, so its buffer has never been another's.
            found[i] = !isShared[i] && free.TryPop(out int buffer) ? buffer : count++;
            foreach (int operand in instructions[i].Operands.ToArray().Distinct())
                if (last[operand] == i && !isShared[operand])
                    free.Push(found[operand]);
        }
        return found;
    }
}
