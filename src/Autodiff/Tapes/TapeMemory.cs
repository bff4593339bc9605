using System.Diagnostics;

namespace Autograd.Tapes;

/// <summary>A position of a tape, to return to.</summary>
readonly record struct TapeMark(int Entries, int Values, int Owned, int Steps);

/// <summary>
/// The flat arrays and the buffers of a tape: entries, each with an operation (none for a parameter or watched tensor), operands and one
/// result or more, and the values these are. Kept from one tape to the next, so that a training step in steady state allocates neither.
/// </summary>
sealed partial class TapeMemory
{
    const long LargeBytes = 64 << 20;

    // However many tapes end at the same time, no more memory is kept than the tapes of the next time will need.
    static readonly Spares<TapeMemory> Idle = new(most: Environment.ProcessorCount + 2);

    readonly BufferPool<float> singles = new();
    readonly BufferPool<double> doubles = new();
    readonly List<Storage> owned = [];
    readonly Stack<SweepMemory> sweeps = [];
    readonly PackedMatrices packed = new();

    RecordedOperation?[] operations = new RecordedOperation?[64];
    int[] valueStarts = new int[64];
    int[] operandStarts = new int[64];
    Tensor[] values = new Tensor[64];
    Tensor[] operands = new Tensor[128];
    int[] operandNumbers = new int[128];
    int operandCount;
    long usedBytes;

    public int EntryCount { get; private set; }

    /// <summary>Number of all results.</summary>
    public int ValueCount { get; private set; }

    /// <summary>Parameters and watched tensors.</summary>
    public Dictionary<Tensor, Leaf> Leaves { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Where time steps of recurrences begin; a step of −1 is outside of one.</summary>
    public List<(int Position, int Step)> Steps { get; } = [];

    /// <summary>Bytes held by the pools, in use or free.</summary>
    public long AllocatedBytes => singles.AllocatedElements * sizeof(float) + doubles.AllocatedElements * sizeof(double);

    public static TapeMemory Rent() => Idle.TryTake(out var memory) ? memory : new TapeMemory();

    /// <summary>
    /// Keeps the memory for the next tape, unless enough is kept already, or it is much more than this tape needed: one huge tape, or many
    /// at once, must not hold on to memory forever.
    /// </summary>
    public static void Return(TapeMemory memory)
    {
        bool isOversized = memory.AllocatedBytes > LargeBytes && memory.AllocatedBytes / 8 > memory.usedBytes;
        memory.Clear();
        if (!isOversized) Idle.Add(memory);
    }

    /// <summary>The operation of an entry; null for a parameter or watched tensor.</summary>
    public RecordedOperation? OperationOf(int entry) => operations[entry];

    public int FirstValueOf(int entry) => valueStarts[entry];

    public ReadOnlySpan<Tensor> ResultsOf(int entry) => values.AsSpan(valueStarts[entry]..ValueEnd(entry));

    /// <summary>A value by its number.</summary>
    public Tensor ValueOf(int number) => values[number];

    /// <summary>The entry whose result a value is.</summary>
    public int EntryOf(int number)
    {
        int found = Array.BinarySearch(valueStarts, 0, EntryCount, number);
        return found >= 0 ? found : ~found - 1;
    }

    public ReadOnlySpan<Tensor> OperandsOf(int entry) => operands.AsSpan(operandStarts[entry]..OperandEnd(entry));

    /// <summary>Numbers of the values that an entry was computed from; negative for a constant.</summary>
    public ReadOnlySpan<int> OperandNumbersOf(int entry) => operandNumbers.AsSpan(operandStarts[entry]..OperandEnd(entry));

    /// <summary>One operand of an entry.</summary>
    public Tensor OperandOf(int entry, int operand) => operands[operandStarts[entry] + operand];

    /// <summary>The number of one operand of an entry; negative for a constant.</summary>
    public int OperandNumberOf(int entry, int operand) => operandNumbers[operandStarts[entry] + operand];

    /// <summary>Number of the first value of an entry, or of the next value at the end.</summary>
    public int FirstValueFrom(int entry) => entry < EntryCount ? valueStarts[entry] : ValueCount;

    /// <summary>Room for the operands of the next entry; they count once <see cref="Append"/> is called.</summary>
    public Span<int> ReserveOperands(int count, out Span<Tensor> tensors)
    {
        if (operandCount + count > operands.Length)
        {
            int size = Math.Max(2 * operands.Length, operandCount + count);
            Array.Resize(ref operands, size);
            Array.Resize(ref operandNumbers, size);
        }
        tensors = operands.AsSpan(operandCount, count);
        return operandNumbers.AsSpan(operandCount, count);
    }

    /// <summary>The next entry. Returns the number of its first result.</summary>
    public int Append(RecordedOperation? operation, int operandsOfEntry, ReadOnlySpan<Tensor> results)
    {
        int entry = EntryCount++, first = ValueCount;
        if (entry == operations.Length) GrowEntries();
        if (ValueCount + results.Length > values.Length) Array.Resize(ref values, Math.Max(2 * values.Length, ValueCount + results.Length));
        // A span takes a reference as it is; an array of a base class looks at its type each time.
        operations.AsSpan()[entry] = operation;
        valueStarts[entry] = first;
        operandStarts[entry] = operandCount;
        operandCount += operandsOfEntry;
        results.CopyTo(values.AsSpan(ValueCount));
        ValueCount += results.Length;
        return first;
    }

    /// <summary>Arrays for a sweep, empty; given back by <see cref="Return(SweepMemory)"/>.</summary>
    public SweepMemory RentSweep()
    {
        var sweep = sweeps.TryPop(out var idle) ? idle : new SweepMemory(this);
        sweep.Extend(0);
        return sweep;
    }

    public void Return(SweepMemory sweep)
    {
        sweep.AssertEmpty();
        sweeps.Push(sweep);
    }

    public TapeMark Mark() => new(EntryCount, ValueCount, owned.Count, Steps.Count);

    /// <summary>
    /// What entries since a mark depend on, each once: values from before it, parameters and watched tensors, those of the results that
    /// come from before, and values that are to outlive the entries.
    /// </summary>
    public List<int> Externals(TapeMark mark, ReadOnlySpan<int> results, Predicate<Tensor>? outlives = null)
    {
        var known = new HashSet<int>();
        var externals = new List<int>();
        for (int entry = mark.Entries; entry < EntryCount; entry++)
            if (operations[entry] is not null && !Outlives(valueStarts[entry]))
                foreach (int operand in OperandNumbersOf(entry)) Add(operand);
        foreach (int result in results) Add(result);
        return externals;

        bool Outlives(int number) => outlives is not null && outlives(values[number]);

        void Add(int number)
        {
            if (number >= 0 && (number < mark.Values || operations[EntryOf(number)] is null || Outlives(number)) && known.Add(number))
                externals.Add(number);
        }
    }

    /// <summary>
    /// Forgets all entries since a mark, and gives their memory back but for what some tensors use; their results count as ended.
    /// </summary>
    public void Forget(TapeMark mark, ReadOnlySpan<Tensor> kept)
    {
        var dropped = new HashSet<Storage>(ReferenceEqualityComparer.Instance);
        for (int entry = mark.Entries; entry < EntryCount; entry++) Drop(entry, dropped);
        foreach (var tensor in kept)
            if (tensor.Storage is { } storage)
                dropped.Remove(storage);
        FreeOwned(mark.Owned, dropped);
        foreach (var (tensor, leaf) in Leaves)
            if (leaf.Number >= mark.Values)
                RemoveLeaf(tensor, leaf);
        operandCount = mark.Entries < EntryCount ? operandStarts[mark.Entries] : operandCount;
        Array.Clear(operations, mark.Entries, EntryCount - mark.Entries);
        Array.Clear(values, mark.Values, ValueCount - mark.Values);
        (EntryCount, ValueCount) = (mark.Entries, mark.Values);
        if (Steps.Count > mark.Steps) Steps.RemoveRange(mark.Steps, Steps.Count - mark.Steps);
    }

    // The memory that an entry has made, and its results, which count as ended.
    void Drop(int entry, HashSet<Storage> dropped)
    {
        if (operations[entry] is not { } operation) return;
        dropped.UnionWith(operation.Kept);
        foreach (var result in ResultsOf(entry))
        {
            if (result.Storage is { } storage) dropped.Add(storage);
            result.Owner = TensorOwner.Forgotten;
        }
    }

    void RemoveLeaf(Tensor tensor, Leaf leaf)
    {
        leaf.GiveBack(packed);
        Leaves.Remove(tensor);
    }

    // Memory that a waiting product still needs goes back when the product has been formed.
    void FreeOwned(int first, HashSet<Storage> dropped)
    {
        int left = first;
        for (int i = first; i < owned.Count; i++)
        {
            var storage = owned[i];
            if (!dropped.Contains(storage)) owned[left++] = storage;
            else if (storage.References > 0) storage.IsTemporary = true;
            else Free(storage);
        }
        owned.RemoveRange(left, owned.Count - left);
    }

    /// <summary>The first parameter changed since it was used here, or null.</summary>
    public Parameter? ChangedParameter()
    {
        foreach (var leaf in Leaves.Values)
            if (leaf.Changed is { } parameter)
                return parameter;
        return null;
    }

    public PackedMatrix<T>? Packed<T>(Leaf leaf, bool transposed, bool isWorthIt)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
        => leaf.Packed<T>(transposed, packed, isWorthIt);

    /// <summary>Memory that belongs to the tape until it ends.</summary>
    public Tensor AllocateOwned(Tape tape, ElementType type, Shape shape)
    {
        var storage = Rent(type, shape.ElementCount);
        usedBytes += (long)shape.ElementCount * type.ByteSize();
        owned.Add(storage);
        return new Tensor(type, shape, storage) { Owner = tape };
    }

    public Storage Rent(ElementType type, int elements) => type == ElementType.Float32 ? singles.Rent(elements) : doubles.Rent(elements);

    /// <summary>Lets temporary memory live until the tape ends: it is a result, or code of users has seen it.</summary>
    public void Keep(Tensor cotangent)
    {
        if (cotangent.Storage is not { IsTemporary: true } storage) return;
        storage.IsTemporary = false;
        owned.Add(storage);
    }

    public void Free(Storage storage)
    {
        Debug.Assert(storage.References == 0, "Memory that a sweep holds was given back.");
        storage.IsTemporary = false;
        if (storage is Storage<float> single) singles.Return(single);
        else doubles.Return((Storage<double>)storage);
    }

    int ValueEnd(int entry) => entry + 1 < EntryCount ? valueStarts[entry + 1] : ValueCount;

    int OperandEnd(int entry) => entry + 1 < EntryCount ? operandStarts[entry + 1] : operandCount;

    void GrowEntries()
    {
        Array.Resize(ref operations, 2 * operations.Length);
        Array.Resize(ref valueStarts, operations.Length);
        Array.Resize(ref operandStarts, operations.Length);
    }

    void Clear()
    {
        foreach (var storage in owned) Free(storage);
        owned.Clear();
        leftovers.Clear();
        foreach (var leaf in Leaves.Values) leaf.GiveBack(packed);
        Leaves.Clear();
        Steps.Clear();
        // Nothing of a finished tape may be kept alive by the pool.
        Array.Clear(operations, 0, EntryCount);
        Array.Clear(values, 0, ValueCount);
        Array.Clear(operands, 0, operandCount);
        EntryCount = ValueCount = operandCount = 0;
        usedBytes = 0;
    }
}
