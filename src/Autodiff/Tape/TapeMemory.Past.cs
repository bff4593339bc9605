namespace Autograd;

internal sealed partial class TapeMemory
{
    // What forgotten entries left to later ones, until those are forgotten too.
    readonly HashSet<Storage> leftovers = new(ReferenceEqualityComparer.Instance);

    /// <summary>
    /// Forgets the entries before one, so that a stream may go on for ever: what later entries use of them counts as given, their memory goes back to the
    /// pool, and their results count as ended. Later entries get lower numbers.
    /// </summary>
    /// <param name="first">The first entry to keep.</param>
    /// <param name="kept">Leaves, and tensors whose memory is still needed, though nothing uses them now.</param>
    /// <param name="ended">Results of sweeps that nobody uses any longer.</param>
    /// <returns>By how much the numbers have become lower.</returns>
    public int ForgetBefore(int first, IReadOnlyList<Tensor> kept, IReadOnlyList<Tensor> ended)
    {
        var past = new Past(this, first, kept);
        var dropped = past.Dropped();
        foreach (var tensor in ended)
        {
            // What a rule returned may be anything; only what the sweep has made is its own.
            if (tensor.Tape is null || tensor.Entry >= 0) continue;
            if (tensor.Storage is { } storage && !past.Uses(storage)) dropped.Add(storage);
            tensor.Tape = Tape.Forgotten;
        }
        past.EndResults();
        int lower = past.MoveEntries();
        FreeOwned(0, dropped);
        return lower;
    }

    /// <summary>The entries before a position, and what of them is still needed.</summary>
    sealed class Past
    {
        readonly TapeMemory memory;
        readonly int first;
        readonly HashSet<Storage> used = new(ReferenceEqualityComparer.Instance);
        readonly Dictionary<int, int> leaves = [];
        readonly Dictionary<Tensor, Tensor> given = new(ReferenceEqualityComparer.Instance);

        public Past(TapeMemory memory, int first, IReadOnlyList<Tensor> kept)
        {
            (this.memory, this.first) = (memory, first);
            var needed = new SortedSet<int>();
            foreach (var tensor in kept)
            {
                Use(tensor);
                if (memory.Leaves.TryGetValue(tensor, out var leaf) && leaf.Entry < first)
                    needed.Add(leaf.Entry);
            }
            for (int entry = first; entry < memory.EntryCount; entry++)
            {
                Use(memory.results[entry]);
                if (memory.operations[entry] is ScanOperation scan) used.UnionWith(scan.Kept);
                foreach (var operand in memory.OperandsOf(entry)) Use(operand);
                foreach (int operand in memory.OperandEntriesOf(entry))
                    if (operand >= 0 && operand < first && memory.operations[operand] is LeafOperation)
                        needed.Add(operand);
            }
            foreach (int leaf in needed) leaves.Add(leaf, leaves.Count);
            foreach (int leaf in needed) Use(memory.results[leaf]);
        }

        public bool Uses(Storage storage) => used.Contains(storage);

        public HashSet<Storage> Dropped()
        {
            var dropped = new HashSet<Storage>(memory.leftovers, ReferenceEqualityComparer.Instance);
            for (int entry = 0; entry < first; entry++)
            {
                if (memory.operations[entry] is ScanOperation scan) dropped.UnionWith(scan.Kept);
                if (IsComputed(entry) && memory.results[entry].Storage is { } storage) dropped.Add(storage);
            }
            memory.leftovers.UnionWith(dropped);
            memory.leftovers.IntersectWith(used);
            dropped.ExceptWith(used);
            return dropped;
        }

        public void EndResults()
        {
            for (int entry = 0; entry < first; entry++)
                if (IsComputed(entry) || memory.operations[entry] is PartOperation)
                    memory.results[entry].Tape = Tape.Forgotten;
            foreach (var (tensor, leaf) in memory.Leaves)
            {
                if (leaf.Entry >= first || leaves.ContainsKey(leaf.Entry)) continue;
                leaf.GiveBack(memory.packed);
                memory.Leaves.Remove(tensor);
            }
        }

        public int MoveEntries()
        {
            int lower = first - leaves.Count, count = memory.EntryCount, end = memory.operandCount, operandsMoved = 0;
            foreach (var (from, to) in leaves) MoveEntry(from, to, 0);
            foreach (var leaf in memory.Leaves.Values) leaf.Entry = Moved(leaf.Entry);
            int start = first < count ? memory.operandStarts[first] : end;
            for (int i = start; i < end; i++, operandsMoved++) MoveOperand(i, operandsMoved);
            for (int entry = first; entry < count; entry++) MoveEntry(entry, entry - lower, memory.operandStarts[entry] - start);
            memory.EntryCount = count - lower;
            memory.operandCount = operandsMoved;
            Array.Clear(memory.operations, memory.EntryCount, lower);
            Array.Clear(memory.results, memory.EntryCount, lower);
            Array.Clear(memory.operands, operandsMoved, end - operandsMoved);
            MoveSteps(lower);
            return lower;
        }

        bool IsComputed(int entry) => memory.operations[entry] is not (LeafOperation or PartitionOperation or PartOperation);

        void Use(Tensor tensor)
        {
            if (tensor.Storage is { } storage) used.Add(storage);
        }

        int Moved(int entry) => entry >= first ? entry - first + leaves.Count : leaves.GetValueOrDefault(entry, -1);

        void MoveEntry(int from, int to, int operandStart)
        {
            var result = memory.results[from];
            if (memory.operations[from] is not (LeafOperation or PartitionOperation) && result.Entry == from) result.Entry = to;
            (memory.operations[to], memory.results[to], memory.operandStarts[to]) = (memory.operations[from], result, operandStart);
        }

        void MoveOperand(int from, int to)
        {
            var (tensor, entry) = (memory.operands[from], memory.operandEntries[from]);
            memory.operandEntries[to] = entry < 0 ? -1 : Moved(entry);
            memory.operands[to] = tensor.Tape == Tape.Forgotten ? Given(tensor) : tensor;
        }

        // The same values without a history, for the rules of the entries that use it.
        Tensor Given(Tensor tensor)
        {
            if (!given.TryGetValue(tensor, out var same))
                given[tensor] = same = new Tensor(tensor.ElementType, tensor.Shape, tensor.Storage, tensor.Offset) { Origin = tensor.Origin };
            return same;
        }

        void MoveSteps(int lower)
        {
            int last = memory.Steps.FindLastIndex(step => step.Position <= first);
            if (last > 0) memory.Steps.RemoveRange(0, last);
            for (int i = 0; i < memory.Steps.Count; i++) memory.Steps[i] = (Math.Max(leaves.Count, memory.Steps[i].Position - lower), memory.Steps[i].Step);
        }
    }
}
