namespace Autograd;

/// <summary>
/// One reverse pass over a range of entries: takes each entry's cotangent, asks its operation's rule for those of its operands, and adds them up.
/// The only place where broadcasting is undone, contributions are added and memory is given back.
/// </summary>
internal ref struct BackwardSweep
{
    const byte Reaches = 1;
    const byte IsSource = 2;
    const byte HasProducts = 4;

    // Products over so many rows run at full speed; waiting for more would only keep their factors alive.
    const int BlockRows = 256;

    readonly Tape tape;
    readonly TapeMemory memory;
    Tensor?[] cotangents;
    byte[] marks;
    readonly bool record;
    readonly int first;
    readonly int end;

    public BackwardSweep(Tape tape, TapeMemory memory, int first, int end, bool record)
    {
        this.tape = tape;
        this.memory = memory;
        this.first = first;
        this.end = end;
        this.record = record;
        cotangents = memory.SweepArrays(out marks);
    }

    /// <summary>The cotangents of the sources (null where none arrived), from seeds at some entries.</summary>
    public Tensor?[] Run(ReadOnlySpan<int> outputs, ReadOnlySpan<Tensor> seeds, ReadOnlySpan<int> sources)
    {
        var results = new Tensor?[sources.Length];
        MarkWhatReaches(sources);
        for (int i = 0; i < outputs.Length; i++)
            if (marks[outputs[i]] != 0)
                Accumulate(outputs[i], seeds[i]);
        for (int entry = end - 1; entry >= first; entry--)
            if (marks[entry] != 0)
                Visit(entry, sources, results);
        foreach (int source in sources)
            if (source < first || source >= end)
                TakeResult(source, sources, results);
        return results;
    }

    /// <summary>After a failure: nothing may stay behind in the slots.</summary>
    public void Abandon()
    {
        foreach (ref var slot in cotangents.AsSpan())
        {
            if (slot is not null) memory.Release(slot);
            slot = null;
        }
        memory.Products.Abandon(memory);
    }

    // Only entries between a source and the outputs are visited. What lies before the range counts as given.
    void MarkWhatReaches(ReadOnlySpan<int> sources)
    {
        foreach (int source in sources) marks[source] = IsSource | Reaches;
        MarkOperands(first, end);
    }

    readonly void MarkOperands(int from, int to)
    {
        for (int entry = from; entry < to; entry++)
        {
            if (marks[entry] != 0) continue;
            foreach (int operand in memory.OperandEntriesOf(entry))
                if (operand >= 0)
                    marks[entry] |= (byte)(marks[operand] & Reaches);
        }
    }

    void Visit(int entry, ReadOnlySpan<int> sources, Tensor?[] results)
    {
        var operation = memory.OperationOf(entry);
        if (operation is PartitionOperation partition)
        {
            if (partition is ScanOperation scan && CanRun(entry, scan)) RunScan(entry, scan);
            else if (partition is CheckpointOperation checkpoint) Recompute(entry, checkpoint, sources, results);
            else Join(entry, partition);
        }
        else if (operation is PartOperation)
        {
            VisitPart(entry, sources, results);
        }
        else if (Take(entry) is { } cotangent)
        {
            try
            {
                if ((marks[entry] & IsSource) != 0) SetResult(entry, cotangent, sources, results);
                if (operation is not LeafOperation) Propagate(entry, operation, cotangent);
            }
            finally
            {
                memory.Release(cotangent);
            }
        }
        if (!record) memory.ReleaseTemporaries();
    }

    // A part's cotangent goes back to its slot and waits there for the whole, unless nothing is asked of the whole.
    void VisitPart(int entry, ReadOnlySpan<int> sources, Tensor?[] results)
    {
        if (Take(entry) is not { } cotangent) return;
        if ((marks[entry] & IsSource) != 0) SetResult(entry, cotangent, sources, results);
        if (marks[memory.OperandEntriesOf(entry)[0]] != 0) cotangents[entry] = cotangent;
        else memory.Release(cotangent);
    }

    void Propagate(int entry, Operation operation, Tensor cotangent)
    {
        var operands = memory.OperandsOf(entry);
        var entries = memory.OperandEntriesOf(entry);
        var call = new Call(operands, memory.ResultOf(entry));
        for (int i = 0; i < operands.Length; i++)
        {
            if (entries[i] < 0 || marks[entries[i]] == 0 || Defer(operation, call, i, cotangent, entries[i])) continue;
            if (operation.Vjp(call, i, cotangent) is not { } contribution) continue;
            if (!record && operation.Broadcasts && IsRowOf(operands[i], contribution)) AddRows(entries[i], operands[i], contribution);
            else Accumulate(entries[i], Fit(operation, i, contribution, operands[i]));
        }
    }

    /// <summary>Contributions that need not be made as full tensors now. A recorded or symbolic sweep makes all of them.</summary>
    bool Defer(Operation operation, in Call call, int argument, Tensor cotangent, int target)
    {
        if (record || cotangent.IsSymbolic || call.Result.IsSymbolic || cotangents[target] is { IsSymbolic: true }) return false;
        if (operation is IProductGradient product && product.TryGetFactors(call, argument, cotangent, out var left, out var right))
        {
            var queue = memory.Products.Of(target);
            queue.Add(left, right);
            marks[target] |= HasProducts;
            if (queue.Rows >= BlockRows) Form(queue, target, call[argument]);
            return true;
        }
        if (operation is not IPartialGradient partial) return false;
        partial.AddGradient(call, cotangent, OwnSlot(target, call[argument]));
        return true;
    }

    void Form(ProductQueue queue, int target, Tensor operand)
    {
        bool isFirst = cotangents[target] is null;
        var sum = isFirst ? Engine.Allocate(operand.ElementType, operand.Shape) : OwnSlot(target, operand);
        queue.Form(sum, accumulate: !isFirst);
        queue.Release(memory);
        if (isFirst) Replace(ref cotangents[target], sum);
    }

    // A bias or a peephole at every step: its rows are added where the sum is, without a tensor for each step.
    static bool IsRowOf(Tensor operand, Tensor contribution) =>
        operand.Rank < contribution.Rank && operand.ElementCount > 0 && !contribution.IsSymbolic && !operand.IsSymbolic
        && contribution.Shape.Lengths[^operand.Rank..].SequenceEqual(operand.Shape.Lengths);

    void AddRows(int entry, Tensor operand, Tensor contribution)
    {
        if (cotangents[entry] is { IsSymbolic: true }) return;
        Accumulation.AddRows(OwnSlot(entry, operand), contribution);
    }

    /// <summary>Undoes broadcasting.</summary>
    static Tensor Fit(Operation operation, int argument, Tensor contribution, Tensor operand)
    {
        if (contribution.Shape.Equals(operand.Shape)) return contribution;
        if (!operation.Broadcasts)
            throw new ShapeException($"{operation.Name}: the vjp rule for argument {argument} gave {contribution.Shape}, the argument is {operand.Shape}.");
        return Functions.SumTo(contribution, operand.Shape);
    }

    // The first contribution moves in; later ones are added, in place where nobody else holds the memory.
    void Accumulate(int entry, Tensor contribution)
    {
        ref var slot = ref cotangents[entry];
        if (slot is null)
        {
            slot = contribution;
            TapeMemory.Hold(contribution);
        }
        else if (IsOwn(slot) && !contribution.IsSymbolic && contribution.Storage != slot.Storage)
        {
            Accumulation.Add(slot, contribution);
        }
        else
        {
            Replace(ref slot, slot + contribution);
        }
    }

    void Join(int entry, PartitionOperation partition)
    {
        var operand = memory.OperandsOf(entry)[0];
        int target = memory.OperandEntriesOf(entry)[0];
        var parts = cotangents.AsSpan(entry + 1, partition.Parts(operand));
        if (parts.IndexOfAnyExcept((Tensor?)null) >= 0) Accumulate(target, partition.Vjp(operand, parts));
        foreach (ref var part in parts)
        {
            if (part is not null) memory.Release(part);
            part = null;
        }
    }

    readonly bool CanRun(int entry, ScanOperation scan)
    {
        if (record) return false;
        foreach (var part in cotangents.AsSpan(entry + 1, scan.Count))
            if (part is { IsSymbolic: true })
                return false;
        return true;
    }

    void RunScan(int entry, ScanOperation scan)
    {
        var parts = cotangents.AsSpan(entry + 1, scan.Count);
        if (parts.IndexOfAnyExcept((Tensor?)null) < 0) return;
        var entries = memory.OperandEntriesOf(entry);
        var needed = new bool[entries.Length];
        for (int i = 0; i < needed.Length; i++) needed[i] = entries[i] >= 0 && marks[entries[i]] != 0;
        var gradients = scan.Backward(parts, needed);
        for (int i = 0; i < gradients.Length; i++)
            if (needed[i] && gradients[i] is { } gradient)
                Accumulate(entries[i], gradient);
        foreach (ref var part in parts)
        {
            if (part is not null) memory.Release(part);
            part = null;
        }
    }

    // The segment's entries are made again behind the others and swept in their order, into the same slots and queues as ever: so the result is, bit for
    // bit, that of a tape that had kept them.
    void Recompute(int entry, CheckpointOperation checkpoint, ReadOnlySpan<int> sources, Tensor?[] results)
    {
        var parts = cotangents.AsSpan(entry + 1, checkpoint.Count);
        if (parts.IndexOfAnyExcept((Tensor?)null) < 0) return;
        var seeds = parts.ToArray();
        parts.Clear();
        var mark = memory.Mark();
        try
        {
            SweepAgain(checkpoint, mark.Entries, seeds, sources, results);
        }
        finally
        {
            if (!record) memory.Forget(mark, []);
        }
    }

    void SweepAgain(CheckpointOperation checkpoint, int start, Tensor?[] seeds, ReadOnlySpan<int> sources, Tensor?[] results)
    {
        try
        {
            var outputs = tape.Repeat(checkpoint);
            (cotangents, marks) = memory.ExtendSweepArrays(start);
            MarkOperands(start, memory.EntryCount);
            for (int i = 0; i < seeds.Length; i++)
                if (seeds[i] is { } seed && tape.EntryOf(outputs[i]) is >= 0 and var output && marks[output] != 0)
                    Accumulate(output, seed);
        }
        finally
        {
            foreach (var seed in seeds)
                if (seed is not null)
                    memory.Release(seed);
        }
        for (int entry = memory.EntryCount - 1; entry >= start; entry--)
            if (marks[entry] != 0)
                Visit(entry, sources, results);
    }

    /// <summary>The slot's content as memory that may be written: zeros if nothing arrived yet.</summary>
    Tensor OwnSlot(int entry, Tensor operand)
    {
        ref var slot = ref cotangents[entry];
        if (slot is not null && IsOwn(slot)) return slot;
        var own = Engine.Allocate(operand.ElementType, operand.Shape);
        if (slot is null) Accumulation.Clear(own);
        else Accumulation.Copy(slot, own);
        Replace(ref slot, own);
        return own;
    }

    Tensor? Take(int entry)
    {
        var cotangent = cotangents[entry];
        cotangents[entry] = null;
        if ((marks[entry] & HasProducts) == 0 || !memory.Products.TryTake(entry, out var queue)) return cotangent;
        if (cotangent is { IsSymbolic: true } || queue.Rows == 0)
        {
            memory.Products.GiveBack(queue, memory);
            return cotangent;
        }
        var operand = memory.ResultOf(entry);
        bool accumulate = cotangent is not null && IsOwn(cotangent);
        var sum = accumulate ? cotangent! : Engine.Allocate(operand.ElementType, operand.Shape);
        queue.Form(sum, accumulate);
        memory.Products.GiveBack(queue, memory);
        if (accumulate) return sum;
        if (cotangent is not null)
        {
            Accumulation.Add(sum, cotangent);
            memory.Release(cotangent);
        }
        TapeMemory.Hold(sum);
        return sum;
    }

    void TakeResult(int source, ReadOnlySpan<int> sources, Tensor?[] results)
    {
        if (Take(source) is not { } cotangent) return;
        SetResult(source, cotangent, sources, results);
        memory.Release(cotangent);
    }

    void SetResult(int entry, Tensor? cotangent, ReadOnlySpan<int> sources, Tensor?[] results)
    {
        if (cotangent is null) return;
        for (int i = 0; i < sources.Length; i++)
            if (sources[i] == entry)
                results[i] = cotangent;
        memory.Keep(cotangent);
    }

    void Replace(ref Tensor? slot, Tensor content)
    {
        TapeMemory.Hold(content);
        if (slot is not null) memory.Release(slot);
        slot = content;
    }

    bool IsOwn(Tensor cotangent) => !record && cotangent.Storage is { IsTemporary: true, References: 1 };
}
