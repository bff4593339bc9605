using System.Collections.Concurrent;
using Autograd.Kernels;

namespace Autograd;

/// <summary>
/// The flat arrays and the buffers of a tape. Kept from one tape to the next, so that a training step in steady state allocates neither.
/// </summary>
internal sealed partial class TapeMemory
{
    const long LargeBytes = 64 << 20;

    static readonly ConcurrentBag<TapeMemory> Idle = [];

    readonly BufferPool<float> singles = new();
    readonly BufferPool<double> doubles = new();
    readonly List<Storage> owned = [];
    readonly List<Storage> temporaries = [];
    readonly PackedMatrices packed = new();

    Tensor?[] cotangents = [];
    byte[] marks = [];
    Operation[] operations = new Operation[64];
    Tensor[] results = new Tensor[64];
    int[] operandStarts = new int[64];
    Tensor[] operands = new Tensor[128];
    int[] operandEntries = new int[128];
    int operandCount;
    long usedBytes;

    public int EntryCount { get; private set; }

    /// <summary>Parameters and watched tensors.</summary>
    public Dictionary<Tensor, Leaf> Leaves { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Where time steps of recurrences begin; a step of −1 is outside of one.</summary>
    public List<(int Position, int Step)> Steps { get; } = [];

    /// <summary>Products waiting to be formed in a running backward sweep.</summary>
    public ProductQueues Products { get; } = new();

    /// <summary>While set, new memory is temporary: a backward sweep decides after each entry what is still needed.</summary>
    public bool IsSweeping { get; set; }

    /// <summary>Bytes held by the pools, in use or free.</summary>
    public long AllocatedBytes => singles.AllocatedElements * sizeof(float) + doubles.AllocatedElements * sizeof(double);

    public static TapeMemory Rent() => Idle.TryTake(out var memory) ? memory : new TapeMemory();

    /// <summary>Keeps the memory for the next tape, unless it is much more than this one needed: one huge tape must not hold on to it for ever.</summary>
    public static void Return(TapeMemory memory)
    {
        bool isOversized = memory.AllocatedBytes > LargeBytes && memory.AllocatedBytes / 8 > memory.usedBytes;
        if (isOversized) return;
        memory.Clear();
        Idle.Add(memory);
    }

    public Operation OperationOf(int entry) => operations[entry];

    public Tensor ResultOf(int entry) => results[entry];

    public ReadOnlySpan<Tensor> OperandsOf(int entry) => operands.AsSpan(operandStarts[entry]..OperandEnd(entry));

    public ReadOnlySpan<int> OperandEntriesOf(int entry) => operandEntries.AsSpan(operandStarts[entry]..OperandEnd(entry));

    /// <summary>Room for the operands of the next entry; they count once <see cref="Append"/> is called.</summary>
    public Span<int> ReserveOperands(int count, out Span<Tensor> tensors)
    {
        if (operandCount + count > operands.Length)
        {
            int size = Math.Max(2 * operands.Length, operandCount + count);
            Array.Resize(ref operands, size);
            Array.Resize(ref operandEntries, size);
        }
        tensors = operands.AsSpan(operandCount, count);
        return operandEntries.AsSpan(operandCount, count);
    }

    public int Append(Operation operation, int operandsOfEntry, Tensor result)
    {
        int entry = EntryCount++;
        if (entry == operations.Length) Grow();
        operations[entry] = operation;
        results[entry] = result;
        operandStarts[entry] = operandCount;
        operandCount += operandsOfEntry;
        return entry;
    }

    /// <summary>One empty slot for a cotangent and one cleared mark for each entry.</summary>
    public Tensor?[] SweepArrays(out byte[] entryMarks)
    {
        if (cotangents.Length < EntryCount)
        {
            cotangents = new Tensor?[operations.Length];
            marks = new byte[operations.Length];
        }
        Array.Clear(marks, 0, EntryCount);
        entryMarks = marks;
        return cotangents;
    }

    /// <summary>The arrays of a running sweep with room for entries made since; those from <paramref name="from"/> on are empty.</summary>
    public (Tensor?[] Cotangents, byte[] Marks) ExtendSweepArrays(int from)
    {
        if (cotangents.Length < EntryCount)
        {
            Array.Resize(ref cotangents, operations.Length);
            Array.Resize(ref marks, operations.Length);
        }
        Array.Clear(marks, from, EntryCount - from);
        return (cotangents, marks);
    }

    /// <summary>Where the tape stands, to come back to.</summary>
    public (int Entries, int Owned, int Steps) Mark() => (EntryCount, owned.Count, Steps.Count);

    /// <summary>The tensors from before an entry that entries from it on use, and the parameters among those, each once.</summary>
    public List<Tensor> ExternalOperands(int first)
    {
        var entries = new HashSet<int>();
        var tensors = new List<Tensor>();
        for (int entry = first; entry < EntryCount; entry++)
        {
            var used = OperandEntriesOf(entry);
            for (int i = 0; i < used.Length; i++)
                if (used[i] >= 0 && (used[i] < first || operations[used[i]] is LeafOperation) && entries.Add(used[i]))
                    tensors.Add(OperandsOf(entry)[i]);
        }
        return tensors;
    }

    /// <summary>Forgets all entries since a mark, and gives their memory back but for what some tensors use; their results count as ended.</summary>
    public void Forget((int Entries, int Owned, int Steps) mark, ReadOnlySpan<Tensor> kept)
    {
        var dropped = new HashSet<Storage>(ReferenceEqualityComparer.Instance);
        for (int entry = mark.Entries; entry < EntryCount; entry++)
        {
            if (operations[entry] is ScanOperation scan) dropped.UnionWith(scan.Kept);
            if (operations[entry] is LeafOperation or PartitionOperation) continue;
            if (results[entry].Storage is { } storage) dropped.Add(storage);
            results[entry].Tape = Tape.Forgotten;
        }
        foreach (var tensor in kept)
            if (tensor.Storage is { } storage)
                dropped.Remove(storage);
        FreeOwned(mark.Owned, dropped);
        foreach (var (tensor, leaf) in Leaves)
        {
            if (leaf.Entry < mark.Entries) continue;
            leaf.GiveBack(packed);
            Leaves.Remove(tensor);
        }
        operandCount = mark.Entries < EntryCount ? operandStarts[mark.Entries] : operandCount;
        Array.Clear(operations, mark.Entries, EntryCount - mark.Entries);
        Array.Clear(results, mark.Entries, EntryCount - mark.Entries);
        EntryCount = mark.Entries;
        Steps.RemoveRange(mark.Steps, Steps.Count - mark.Steps);
    }

    // What a waiting product still needs goes back when that is done with it.
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

    public PackedMatrix<T> Packed<T>(Leaf leaf, bool transposed)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
        => leaf.Packed<T>(transposed, packed);

    public Tensor Allocate(Tape tape, ElementType type, Shape shape)
    {
        Storage storage = type == ElementType.Float32 ? singles.Rent(shape.ElementCount) : doubles.Rent(shape.ElementCount);
        storage.IsTemporary = IsSweeping;
        if (!IsSweeping) usedBytes += (long)shape.ElementCount * type.ByteSize();
        (IsSweeping ? temporaries : owned).Add(storage);
        return new Tensor(type, shape, storage) { Tape = tape };
    }

    /// <summary>Gives back what the rules made since the last call and no cotangent holds.</summary>
    public void ReleaseTemporaries()
    {
        foreach (var storage in temporaries)
            if (storage.References == 0 && storage.IsTemporary)
                Free(storage);
        temporaries.Clear();
    }

    public static void Hold(Tensor cotangent)
    {
        if (cotangent.Storage is { } storage) storage.References++;
    }

    /// <summary>Ends one use of a cotangent; the last one gives temporary memory back.</summary>
    public void Release(Tensor cotangent)
    {
        if (cotangent.Storage is { } storage && --storage.References == 0 && storage.IsTemporary) Free(storage);
    }

    /// <summary>Lets a cotangent live until the tape ends: it is a result.</summary>
    public void Keep(Tensor cotangent)
    {
        if (cotangent.Storage is not { IsTemporary: true } storage) return;
        storage.IsTemporary = false;
        owned.Add(storage);
    }

    void Free(Storage storage)
    {
        storage.IsTemporary = false;
        if (storage is Storage<float> single) singles.Return(single);
        else doubles.Return((Storage<double>)storage);
    }

    int OperandEnd(int entry) => entry + 1 < EntryCount ? operandStarts[entry + 1] : operandCount;

    void Grow()
    {
        Array.Resize(ref operations, 2 * operations.Length);
        Array.Resize(ref results, 2 * results.Length);
        Array.Resize(ref operandStarts, 2 * operandStarts.Length);
    }

    void Clear()
    {
        foreach (var storage in owned)
        {
            storage.References = 0;
            Free(storage);
        }
        owned.Clear();
        leftovers.Clear();
        temporaries.Clear();
        foreach (var leaf in Leaves.Values) leaf.GiveBack(packed);
        Leaves.Clear();
        Products.Clear();
        Steps.Clear();
        // Nothing of a finished tape may be kept alive by the pool.
        Array.Clear(operations, 0, EntryCount);
        Array.Clear(results, 0, EntryCount);
        Array.Clear(operands, 0, operandCount);
        EntryCount = operandCount = 0;
        usedBytes = 0;
        IsSweeping = false;
    }
}
