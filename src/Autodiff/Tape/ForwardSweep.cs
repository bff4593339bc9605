namespace Autograd;

/// <summary>One pass in recording order that carries tangents from the sources forward. Spreads broadcast tangents to the result's shape.</summary>
internal ref struct ForwardSweep(Tape tape, TapeMemory memory, int first, int end, bool record)
{
    Tensor?[] tangents = new Tensor?[memory.EntryCount];

    public Tensor?[] Run(scoped ReadOnlySpan<int> sources, scoped ReadOnlySpan<Tensor> seeds, scoped ReadOnlySpan<int> outputs)
    {
        for (int i = 0; i < sources.Length; i++) Add(sources[i], seeds[i]);
        for (int entry = first; entry < end; entry++) Visit(entry);
        var results = new Tensor?[outputs.Length];
        for (int i = 0; i < outputs.Length; i++) results[i] = tangents[outputs[i]];
        return results;
    }

    void Visit(int entry)
    {
        var operation = memory.OperationOf(entry);
        if (operation is LeafOperation or PartOperation) return;
        var entries = memory.OperandEntriesOf(entry);
        var own = new Tensor?[entries.Length];
        bool any = false;
        for (int i = 0; i < own.Length; i++)
        {
            own[i] = entries[i] < 0 ? null : tangents[entries[i]];
            any |= own[i] is not null;
        }
        if (!any) return;
        if (operation is CheckpointOperation checkpoint) Recompute(entry, checkpoint);
        else if (operation is PartitionOperation partition) Split(entry, partition, own[0]!);
        else if (Propagate(entry, operation, own) is { } tangent) Add(entry, tangent);
    }

    readonly Tensor? Propagate(int entry, Operation operation, Tensor?[] own)
    {
        var result = memory.ResultOf(entry);
        var tangent = operation.Jvp(new Call(memory.OperandsOf(entry), result), own);
        if (tangent is null || tangent.Shape.Equals(result.Shape)) return tangent;
        if (!operation.Broadcasts)
            throw new ShapeException($"{operation.Name}: the jvp rule gave {tangent.Shape}, the result is {result.Shape}.");
        return Functions.BroadcastTo(tangent, result.Shape);
    }

    // The segment's entries are made again behind the others, and visited in their place.
    void Recompute(int entry, CheckpointOperation checkpoint)
    {
        var mark = memory.Mark();
        var kept = new List<Tensor>();
        try
        {
            var outputs = tape.Repeat(checkpoint);
            Array.Resize(ref tangents, memory.EntryCount);
            for (int again = mark.Entries; again < memory.EntryCount; again++) Visit(again);
            for (int i = 0; i < outputs.Length; i++)
                if (tape.EntryOf(outputs[i]) is >= 0 and var output && tangents[output] is { } tangent)
                {
                    Add(entry + 1 + i, tangent);
                    kept.Add(tangent);
                }
        }
        finally
        {
            if (!record)
            {
                // The next segment's entries take these numbers.
                Array.Clear(tangents, mark.Entries, tangents.Length - mark.Entries);
                memory.Forget(mark, [.. kept]);
            }
        }
    }

    readonly void Split(int entry, PartitionOperation partition, Tensor tangent)
    {
        var parts = partition.Apply(tangent);
        for (int i = 0; i < parts.Length; i++) Add(entry + 1 + i, parts[i]);
    }

    // A source may also depend on another source; both tangents count.
    readonly void Add(int entry, Tensor tangent) => tangents[entry] = tangents[entry] is { } other ? other + tangent : tangent;
}
