namespace Autograd.Tapes;

/// <summary>
/// One pass in recording order that carries tangents from the sources forward. Spreads broadcast tangents to the result's shape.
/// </summary>
sealed class ForwardSweep(Tape tape, bool record) : TangentSink
{
    readonly TapeMemory memory = tape.Memory;
    Tensor?[] tangents = new Tensor?[tape.Memory.ValueCount];
    int visiting = -1;

    public Tensor?[] Run(ReadOnlySpan<int> sources, ReadOnlySpan<Tensor> seeds, ReadOnlySpan<int> outputs, int first, int end)
    {
        for (int i = 0; i < sources.Length; i++) AddTo(sources[i], seeds[i]);
        for (int entry = first; entry < end; entry++) Visit(entry);
        var results = new Tensor?[outputs.Length];
        for (int i = 0; i < outputs.Length; i++) results[i] = tangents[outputs[i]];
        return results;
    }

    public override void Add(int result, Tensor tangent)
    {
        var (operation, value) = (memory.OperationOf(visiting)!, memory.ResultsOf(visiting)[result]);
        tangent.CheckOwner(operation.Name);
        if (tangent.ElementType != value.ElementType)
            throw new ElementTypeException(
                $"{operation.Name}: the jvp rule gave {tangent.ElementType}, the result is {value.ElementType}; convert it.");
        if (!tangent.Shape.Equals(value.Shape))
        {
            if (!operation.Broadcasts)
                throw new ShapeException($"{operation.Name}: the jvp rule gave {tangent.Shape}, the result is {value.Shape}.");
            tangent = Functions.BroadcastTo(tangent, value.Shape);
        }
        AddTo(memory.FirstValueOf(visiting) + result, tangent);
    }

    // The segment's entries are made again behind the others, and visited in their place.
    public override void Replay(Segment segment)
    {
        var mark = memory.Mark();
        try
        {
            var outputs = tape.Replay(segment, mark, memory.OperandNumbersOf(visiting));
            Array.Resize(ref tangents, memory.ValueCount);
            int replayed = visiting;
            for (int again = mark.Entries, end = memory.EntryCount; again < end; again++) Visit(again);
            visiting = replayed;
            for (int i = 0; i < outputs.Length; i++)
                if (tape.NumberOf(outputs[i]) is >= 0 and var output && tangents[output] is { } tangent)
                    Add(i, tangent);
        }
        finally
        {
            if (!record)
            {
                // The next segment's entries take these numbers.
                Array.Clear(tangents, mark.Values, tangents.Length - mark.Values);
                memory.Forget(mark, []);
            }
        }
    }

    void Visit(int entry)
    {
        if (memory.OperationOf(entry) is not { } operation) return;
        var numbers = memory.OperandNumbersOf(entry);
        var given = new Tensor?[numbers.Length];
        bool any = false;
        for (int i = 0; i < given.Length; i++)
        {
            given[i] = numbers[i] < 0 ? null : tangents[numbers[i]];
            any |= given[i] is not null;
        }
        if (!any) return;
        visiting = entry;
        operation.Push(new Call(memory.OperandsOf(entry), memory.ResultsOf(entry)), given, this);
    }

    // A source may also depend on another source; both tangents count.
    void AddTo(int value, Tensor tangent) => tangents[value] = tangents[value] is { } other ? other + tangent : tangent;
}
