namespace Autograd.Scan;

/// <summary>
/// Recognises a known program in what a tape recorded, so that a step that does what it did before is not written down anew: as a rule
/// that is so, and tracing is most of what a run of a few steps costs.
/// </summary>
/// <param name="tape">The tape of the trace.</param>
/// <param name="inputs">What stands for input, states and sequences.</param>
/// <param name="expected">The program.</param>
sealed class StepMatch(Tape tape, Tensor[] inputs, StepProgram expected)
{
    // Each leaf is looked for among those before it; beyond so many a table would be faster, and the program is made anew.
    const int MostLeaves = 64;

    readonly TapeMemory memory = tape.Memory;
    readonly Tensor[] leaves = new Tensor[expected.Leaves];

    // The number on the tape of each computed value.
    readonly int[] values = new int[expected.Nodes.Length - expected.FirstComputed];
    int known, computed;

    /// <summary>The leaves of the program, if it is what the tape recorded and these are its results; else null.</summary>
    public Tensor[]? Find(Tensor[] results)
    {
        if (leaves.Length > MostLeaves || !expected.Takes(inputs)) return null;
        for (int entry = 0; entry < memory.EntryCount; entry++)
            if (memory.OperationOf(entry) is { } operation && !IsNext(operation, entry))
                return null;
        if (computed != values.Length || results.Length != 1 + expected.Next.Length || !Is(results[0], expected.Output)) return null;
        for (int i = 1; i < results.Length; i++)
            if (!Is(results[i], expected.Next[i - 1]))
                return null;
        return leaves;
    }

    bool IsNext(RecordedOperation operation, int entry)
    {
        if (computed == values.Length) return false;
        ref readonly var node = ref expected.Nodes[expected.FirstComputed + computed];
        var operands = memory.OperandsOf(entry);
        if (operands.Length != node.Operands.Length || !node.Operation!.IsSameAs(operation)) return false;
        var result = memory.ResultsOf(entry)[0];
        if (result.ElementType != expected.ElementType || !node.Shape.Equals(result.Shape)) return false;
        for (int i = 0; i < operands.Length; i++)
            if (!Is(operands[i], node.Operands[i]))
                return false;
        values[computed++] = memory.FirstValueOf(entry);
        return true;
    }

    // Whether a tensor is the value of the program that has a number. Leaves are numbered in the order in which they are met.
    bool Is(Tensor tensor, int number)
    {
        if (number >= expected.FirstComputed)
            return tensor.Owner == tape && number - expected.FirstComputed < computed
                && tensor.Number == values[number - expected.FirstComputed];
        if (number < inputs.Length) return ReferenceEquals(tensor, inputs[number]);
        int leaf = number - inputs.Length;
        return leaf < known ? ReferenceEquals(tensor, leaves[leaf]) : IsNewLeaf(tensor, number);
    }

    bool IsNewLeaf(Tensor tensor, int number)
    {
        if (tensor.IsSymbolic || !expected.Nodes[number].Shape.Equals(tensor.Shape)) return false;
        for (int i = 0; i < known; i++)
            if (ReferenceEquals(leaves[i], tensor))
                return false;
        leaves.AsSpan()[known++] = tensor;
        return true;
    }
}
