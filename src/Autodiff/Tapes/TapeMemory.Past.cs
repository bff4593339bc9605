namespace Autograd.Tapes;

sealed partial class TapeMemory
{
    // What forgotten entries left to later ones, until those are forgotten too.
    readonly HashSet<Storage> leftovers = new(ReferenceEqualityComparer.Instance);

    /// <summary>
    /// Forgets the entries before one, so that a stream can go on indefinitely: what later entries use of them is treated as constant,
    /// their memory goes back to the pool, and their results count as ended. Later entries get lower numbers.
    /// </summary>
    /// <param name="first">The first entry to keep.</param>
    /// <param name="kept">Leaves, and tensors whose memory is still needed although no later entry uses them.</param>
    /// <param name="ended">Results of sweeps that are no longer used.</param>
    /// <returns>By how much the numbers of entries have shifted down.</returns>
    public int ForgetBefore(int first, IReadOnlyList<Tensor> kept, IReadOnlyList<Tensor> ended)
    {
        var past = new Past(this, first, kept);
        var dropped = past.Drop();
        foreach (var tensor in ended)
        {
            // What a rule returned may be anything; only what the sweep has made is its own.
            if (tensor.Owner is null || tensor.Number >= 0) continue;
            if (tensor.Storage is { } storage && !past.Uses(storage)) dropped.Add(storage);
            tensor.Owner = TensorOwner.Forgotten;
        }
        past.RemoveLeaves();
        int lower = past.MoveEntries();
        FreeOwned(0, dropped);
        return lower;
    }

    /// <summary>The entries before a position, and what of them is still needed.</summary>
    sealed class Past
    {
        readonly TapeMemory memory;
        readonly int first, firstValue;
        readonly HashSet<Storage> used = new(ReferenceEqualityComparer.Instance);

        // Leaves that stay, by the numbers of their values, which become the first ones.
        readonly Dictionary<int, int> leaves = [];
        readonly Dictionary<Tensor, Tensor> given = new(ReferenceEqualityComparer.Instance);

        public Past(TapeMemory memory, int first, IReadOnlyList<Tensor> kept)
        {
            this.memory = memory;
            this.first = first;
            firstValue = memory.FirstValueFrom(first);
            var needed = new SortedSet<int>();
            foreach (var tensor in kept)
            {
                Use(tensor);
                if (memory.Leaves.TryGetValue(tensor, out var leaf) && leaf.Number < firstValue) needed.Add(leaf.Number);
            }
            for (int entry = first; entry < memory.EntryCount; entry++) AddUsesOf(entry, needed);
            foreach (int leaf in needed) leaves.Add(leaf, leaves.Count);
            foreach (int leaf in needed) Use(memory.values[leaf]);
        }

        public bool Uses(Storage storage) => used.Contains(storage);

        /// <summary>The memory that nothing needs any longer; the results of the past count as ended.</summary>
        public HashSet<Storage> Drop()
        {
            var dropped = new HashSet<Storage>(memory.leftovers, ReferenceEqualityComparer.Instance);
            for (int entry = 0; entry < first; entry++) memory.Drop(entry, dropped);
            memory.leftovers.UnionWith(dropped);
            memory.leftovers.IntersectWith(used);
            dropped.ExceptWith(used);
            return dropped;
        }

        public void RemoveLeaves()
        {
            foreach (var (tensor, leaf) in memory.Leaves)
                if (leaf.Number < firstValue && !leaves.ContainsKey(leaf.Number))
                    memory.RemoveLeaf(tensor, leaf);
        }

        public int MoveEntries()
        {
            int lower = first - leaves.Count, count = memory.EntryCount, values = memory.ValueCount, end = memory.operandCount;
            int start = first < count ? memory.operandStarts[first] : end;
            foreach (var (from, to) in leaves)
            {
                memory.values[to] = memory.values[from];
                (memory.operations[to], memory.valueStarts[to], memory.operandStarts[to]) = (null, to, 0);
            }
            foreach (var leaf in memory.Leaves.Values) leaf.Number = Moved(leaf.Number);
            for (int i = start; i < end; i++) MoveOperand(i, i - start);
            for (int value = firstValue; value < values; value++) MoveValue(value);
            for (int entry = first; entry < count; entry++) MoveEntry(entry, entry - lower, start);
            memory.EntryCount = count - lower;
            memory.ValueCount = values - firstValue + leaves.Count;
            memory.operandCount = end - start;
            Array.Clear(memory.operations, memory.EntryCount, count - memory.EntryCount);
            Array.Clear(memory.values, memory.ValueCount, values - memory.ValueCount);
            Array.Clear(memory.operands, memory.operandCount, end - memory.operandCount);
            MoveSteps(lower);
            return lower;
        }

        void AddUsesOf(int entry, SortedSet<int> needed)
        {
            foreach (var result in memory.ResultsOf(entry)) Use(result);
            if (memory.operations[entry] is { } operation) used.UnionWith(operation.Kept);
            foreach (var operand in memory.OperandsOf(entry)) Use(operand);
            foreach (int operand in memory.OperandNumbersOf(entry))
                if (operand >= 0 && operand < firstValue && memory.operations[memory.EntryOf(operand)] is null)
                    needed.Add(operand);
        }

        void Use(Tensor tensor)
        {
            if (tensor.Storage is { } storage) used.Add(storage);
        }

        int Moved(int value) => value >= firstValue ? value - firstValue + leaves.Count : leaves.GetValueOrDefault(value, -1);

        // Watched tensors keep their number in their leaf.
        void MoveValue(int from)
        {
            var value = memory.values[from];
            if (value.Number == from && value.Owner is Tape) value.Number = Moved(from);
            memory.values[Moved(from)] = value;
        }

        void MoveEntry(int from, int to, int operandStart) =>
            (memory.operations[to], memory.valueStarts[to], memory.operandStarts[to]) =
                (memory.operations[from], Moved(memory.valueStarts[from]), memory.operandStarts[from] - operandStart);

        void MoveOperand(int from, int to)
        {
            var (tensor, number) = (memory.operands[from], memory.operandNumbers[from]);
            memory.operandNumbers[to] = number < 0 ? -1 : Moved(number);
            memory.operands[to] = tensor.Owner == TensorOwner.Forgotten ? Given(tensor) : tensor;
        }

        // The same values without a history, for the rules of the entries that use it.
        Tensor Given(Tensor tensor)
        {
            if (!given.TryGetValue(tensor, out var same))
                given[tensor] = same =
                    new Tensor(tensor.ElementType, tensor.Shape, tensor.Storage, tensor.Offset) { Origin = tensor.Origin };
            return same;
        }

        void MoveSteps(int lower)
        {
            int last = memory.Steps.FindLastIndex(step => step.Position <= first);
            if (last > 0) memory.Steps.RemoveRange(0, last);
            for (int i = 0; i < memory.Steps.Count; i++)
                memory.Steps[i] = (Math.Max(leaves.Count, memory.Steps[i].Position - lower), memory.Steps[i].Step);
        }
    }
}
