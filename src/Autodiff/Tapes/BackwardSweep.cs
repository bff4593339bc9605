namespace Autograd.Tapes;

/// <summary>
/// One reverse pass over a range of entries: takes the cotangents of each entry's results, lets its operation pull those of its operands,
/// and adds them up.
/// The only place where broadcasting is undone, contributions are added and memory is given back.
/// </summary>
sealed class BackwardSweep : CotangentSink
{
    const byte Reaches = 1;
    const byte IsSource = 2;
    const byte HasProducts = 4;

    // Marks the results of an entry with an operand that reaches a source: its operation has something to pull for.
    const byte Pulls = 8;

    // Products over so many rows run at full speed; waiting for more would only keep their factors alive.
    const int BlockRows = 256;

    readonly Tape tape;
    readonly TapeMemory memory;
    readonly SweepMemory own;
    readonly int[] sources;
    readonly Tensor?[] results;
    int visiting = -1;

    public BackwardSweep(Tape tape, SweepMemory own, int[] sources, bool record, CancellationToken cancellation)
    {
        this.tape = tape;
        this.own = own;
        this.sources = sources;
        IsRecorded = record;
        Cancellation = cancellation;
        memory = tape.Memory;
        results = new Tensor?[sources.Length];
    }

    public override bool IsRecorded { get; }

    public override CancellationToken Cancellation { get; }

    /// <summary>The cotangents of the sources (null where none arrived), from seeds at some values.</summary>
    public Tensor?[] Run(ReadOnlySpan<int> outputs, ReadOnlySpan<Tensor> seeds, int first, int end)
    {
        // Only entries between a source and the outputs are visited. What lies before the range is treated as constant.
        foreach (int source in sources) own.Marks[source] = IsSource | Reaches;
        MarkResults(first, end);
        for (int i = 0; i < outputs.Length; i++)
            if (own.Marks[outputs[i]] != 0)
                Accumulate(outputs[i], seeds[i]);
        for (int entry = end - 1; entry >= first; entry--) Visit(entry);
        int firstValue = memory.FirstValueFrom(first), endValue = memory.FirstValueFrom(end);
        foreach (int source in sources)
            if (source < firstValue || source >= endValue)
                TakeResult(source);
        return results;
    }

    public override bool Wants(int operand) => Target(operand) is >= 0 and var target && own.Marks[target] != 0;

    public override void Add(int operand, Tensor contribution)
    {
        var (operation, tensor, target) = (memory.OperationOf(visiting)!, Operand(operand), Target(operand));
        if (contribution.Owner is { } owner && owner != tape) owner.Check(operation.Name, contribution);
        if (contribution.ElementType != tensor.ElementType)
            throw new ElementTypeException(
                $"{operation.Name}: the vjp rule for argument {operand} gave {contribution.ElementType}, the argument is "
                + $"{tensor.ElementType}; convert it.");
        if (!IsRecorded && operation.Broadcasts && IsRowOf(tensor, contribution)) AddRows(target, tensor, contribution);
        else Accumulate(target, Fit(operation, operand, contribution, tensor));
    }

    public override void AddAt(int operand, ScatterOperation adjoint, Tensor cotangent)
    {
        var (tensor, target) = (Operand(operand), Target(operand));
        if (IsSymbolicOrRecorded(target, cotangent, tensor)) Add(operand, Dispatcher.Apply(adjoint, cotangent));
        else adjoint.AddTo(cotangent, OwnSlot(target, tensor));
    }

    public override void AddProduct(int operand, Tensor left, Tensor right)
    {
        int target = Target(operand);
        if (IsSymbolicOrRecorded(target, left, right))
        {
            Add(operand, Functions.MatMul(Rows(left), Rows(right), transposeLeft: true));
            return;
        }
        var queue = own.Products.Of(target);
        queue.Add(left, right);
        own.Marks[target] |= HasProducts;
        if (queue.Rows >= BlockRows) Form(queue, target, Operand(operand));
    }

    // The entries of the segment are recorded again after the others and swept in order, into the same slots and queues as always, so the
    // result is, bit for bit, that of a tape that had kept them.
    public override void Replay(Segment segment, ReadOnlySpan<Tensor?> cotangents)
    {
        var mark = memory.Mark();
        try
        {
            var outputs = tape.Replay(segment, mark, memory.OperandNumbersOf(visiting));
            own.Extend(mark.Values);
            // What a recorded sweep adds up from here on comes behind the segment's.
            int end = memory.EntryCount;
            MarkResults(mark.Entries, end);
            int results = memory.FirstValueOf(visiting);
            for (int i = 0; i < outputs.Length; i++)
                if (tape.NumberOf(outputs[i]) is >= 0 and var output && own.Marks[output] != 0)
                {
                    if (cotangents[i] is { } cotangent) Accumulate(output, cotangent);
                    HandOn(results + i, output);
                }
            for (int entry = end - 1; entry >= mark.Entries; entry--) Visit(entry);
        }
        finally
        {
            if (!IsRecorded) memory.Forget(mark, []);
        }
    }

    // Products that wait for a result of the segment wait for what it stands for: they are formed where a tape that had kept it would.
    void HandOn(int result, int output)
    {
        if ((own.Marks[result] & HasProducts) == 0 || !own.Products.TryTake(result, out var waiting)) return;
        var queue = own.Products.Of(output);
        queue.Append(waiting);
        own.Products.GiveBack(waiting, own);
        own.Marks[output] |= HasProducts;
        if (queue.Rows >= BlockRows) Form(queue, output, memory.ValueOf(output));
    }

    public override Tensor Reveal(Tensor cotangent)
    {
        memory.Keep(cotangent);
        return cotangent;
    }

    int Target(int operand) => memory.OperandNumberOf(visiting, operand);

    Tensor Operand(int operand) => memory.OperandOf(visiting, operand);

    void MarkResults(int from, int to)
    {
        for (int entry = from; entry < to; entry++)
        {
            byte reaches = 0;
            foreach (int operand in memory.OperandNumbersOf(entry))
                if (operand >= 0)
                    reaches |= own.Marks[operand];
            if ((reaches & Reaches) == 0) continue;
            int first = memory.FirstValueOf(entry), end = memory.FirstValueFrom(entry + 1);
            for (int value = first; value < end; value++) own.Marks[value] |= Reaches | Pulls;
        }
    }

    void Visit(int entry)
    {
        Cancellation.ThrowIfCancellationRequested();
        int first = memory.FirstValueOf(entry), count = memory.FirstValueFrom(entry + 1) - first;
        if (memory.OperationOf(entry) is CheckpointOperation)
        {
            VisitSegment(entry, first, count);
        }
        else if (count == 1)
        {
            if (own.Marks[first] == 0 || Take(first) is not { } only) return;
            Pull(entry, first, new ReadOnlySpan<Tensor?>(in only));
        }
        else if (own.Marks.AsSpan(first, count).ContainsAnyExcept((byte)0))
        {
            var taken = new Tensor?[count];
            for (int i = 0; i < count; i++) taken[i] = Take(first + i);
            if (Array.Exists(taken, cotangent => cotangent is not null)) Pull(entry, first, taken);
        }
        if (!IsRecorded) own.ReleaseTemporaries();
    }

    // Requested products are formed; others are passed on unformed.
    void VisitSegment(int entry, int first, int count)
    {
        var taken = new Tensor?[count];
        bool isAny = false;
        for (int i = 0; i < count; i++)
        {
            if (own.Marks[first + i] == 0) continue;
            bool waits = tape.Observer is null && (own.Marks[first + i] & IsSource) == 0;
            taken[i] = waits ? TakeSum(first + i) : Take(first + i);
            isAny |= taken[i] is not null || (own.Marks[first + i] & HasProducts) != 0;
        }
        if (isAny) Pull(entry, first, taken);
        // Of what reaches no source in the segment.
        for (int i = 0; i < count; i++)
            if ((own.Marks[first + i] & HasProducts) != 0 && own.Products.TryTake(first + i, out var queue))
                own.Products.GiveBack(queue, own);
    }

    void Pull(int entry, int first, ReadOnlySpan<Tensor?> cotangents)
    {
        int outer = visiting;
        visiting = entry;
        try
        {
            for (int i = 0; i < cotangents.Length; i++)
                if (cotangents[i] is { } cotangent && (own.Marks[first + i] & IsSource) != 0)
                    SetResult(first + i, cotangent);
            tape.Observer?.Visit(tape, entry, cotangents);
            if ((own.Marks[first] & Pulls) != 0)
                memory.OperationOf(entry)!.Pull(new Call(memory.OperandsOf(entry), memory.ResultsOf(entry)), cotangents, this);
        }
        finally
        {
            visiting = outer;
            foreach (var cotangent in cotangents)
                if (cotangent is not null)
                    own.Release(cotangent);
        }
    }

    // What a recorded or symbolic sweep adds is made as full tensors.
    bool IsSymbolicOrRecorded(int target, Tensor left, Tensor right) =>
        IsRecorded || left.IsSymbolic || right.IsSymbolic || own.Cotangents[target] is { IsSymbolic: true };

    static Tensor Rows(Tensor x) => x.Rank == 2 ? x : Functions.Reshape(x, x.Shape.Product(0, x.Rank - 1), x.Shape[^1]);

    void Form(ProductQueue queue, int target, Tensor operand)
    {
        bool isFirst = own.Cotangents[target] is null;
        var sum = isFirst ? Allocate(operand) : OwnSlot(target, operand);
        queue.Form(sum, accumulate: !isFirst);
        queue.Release(own);
        if (isFirst) Replace(ref own.Cotangents[target], sum);
    }

    // A bias or a peephole at every step: its rows are added where the sum is, without a tensor for each step.
    bool IsRowOf(Tensor operand, Tensor contribution) =>
        operand.Rank < contribution.Rank && operand.ElementCount > 0 && !contribution.IsSymbolic && !operand.IsSymbolic
        && contribution.Shape.Lengths[^operand.Rank..].SequenceEqual(operand.Shape.Lengths);

    void AddRows(int target, Tensor operand, Tensor contribution)
    {
        if (own.Cotangents[target] is { IsSymbolic: true }) return;
        Accumulation.AddRows(OwnSlot(target, operand), contribution);
    }

    /// <summary>Undoes broadcasting.</summary>
    static Tensor Fit(RecordedOperation operation, int argument, Tensor contribution, Tensor operand)
    {
        if (contribution.Shape.Equals(operand.Shape)) return contribution;
        if (!operation.Broadcasts)
            throw new ShapeException(
                $"{operation.Name}: the vjp rule for argument {argument} gave {contribution.Shape}, the argument is {operand.Shape}.");
        return Functions.SumTo(contribution, operand.Shape);
    }

    // The first contribution is taken over; later ones are added, in place where nothing else holds the memory.
    void Accumulate(int value, Tensor contribution)
    {
        ref var slot = ref own.Cotangents[value];
        if (slot is null)
        {
            slot = contribution;
            SweepMemory.Hold(contribution);
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

    /// <summary>The slot's content as memory that may be written: zeros if nothing arrived yet.</summary>
    Tensor OwnSlot(int value, Tensor operand)
    {
        ref var slot = ref own.Cotangents[value];
        if (slot is not null && IsOwn(slot)) return slot;
        var sum = Allocate(operand);
        if (slot is null) Accumulation.Clear(sum);
        else Accumulation.Copy(slot, sum);
        Replace(ref slot, sum);
        return sum;
    }

    Tensor? TakeSum(int value)
    {
        var cotangent = own.Cotangents[value];
        own.Cotangents[value] = null;
        return cotangent;
    }

    Tensor? Take(int value)
    {
        var cotangent = TakeSum(value);
        if ((own.Marks[value] & HasProducts) == 0 || !own.Products.TryTake(value, out var queue)) return cotangent;
        if (cotangent is { IsSymbolic: true } || queue.Rows == 0)
        {
            own.Products.GiveBack(queue, own);
            return cotangent;
        }
        bool accumulate = cotangent is not null && IsOwn(cotangent);
        var sum = accumulate ? cotangent! : Allocate(memory.ValueOf(value));
        queue.Form(sum, accumulate);
        own.Products.GiveBack(queue, own);
        if (accumulate) return sum;
        if (cotangent is not null)
        {
            Accumulation.Add(sum, cotangent);
            own.Release(cotangent);
        }
        SweepMemory.Hold(sum);
        return sum;
    }

    void TakeResult(int source)
    {
        if (Take(source) is not { } cotangent) return;
        SetResult(source, cotangent);
        own.Release(cotangent);
    }

    void SetResult(int value, Tensor cotangent)
    {
        // A seed or what a rule gave may be a parameter itself; its gradient must not change with it.
        if (cotangent.Storage is { IsMutable: true }) cotangent = cotangent.Detach();
        for (int i = 0; i < sources.Length; i++)
            if (sources[i] == value)
                results[i] = cotangent;
        memory.Keep(cotangent);
    }

    void Replace(ref Tensor? slot, Tensor content)
    {
        SweepMemory.Hold(content);
        if (slot is not null) own.Release(slot);
        slot = content;
    }

    Tensor Allocate(Tensor like) => own.Allocate(tape, like.ElementType, like.Shape);

    bool IsOwn(Tensor cotangent) => !IsRecorded && cotangent.Storage is { IsTemporary: true, References: 1 };
}
