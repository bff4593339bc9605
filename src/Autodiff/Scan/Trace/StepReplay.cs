namespace Autograd.Scan;

/// <summary>Follows a step that is traced again through the program that it had before.</summary>
/// <param name="program">The program.</param>
sealed class StepReplay(StepProgram program) : TraceReplay
{
    // Each leaf is looked for among those before it; beyond so many a table would be faster, and the step is recorded.
    const int MostLeaves = 64;

    readonly Tensor[] inputs = new Tensor[program.FirstLeaf];
    readonly Tensor[] leaves = new Tensor[program.Leaves];
    readonly Tensor[] values = new Tensor[program.Nodes.Length - program.FirstComputed];
    Tape? tape;
    int known, computed;
    bool isOver;

    /// <summary>The replay of a program, for an input, states and sequences like these; null where there is none.</summary>
    public static StepReplay? Of(StepProgram? program, Tensor[] like) =>
        program is { Leaves: <= MostLeaves } && program.Takes(like) ? new StepReplay(program) : null;

    /// <summary>Symbols for the input, the states and the sequences.</summary>
    public Tensor[] Begin(Tape trace)
    {
        tape = trace;
        for (int i = 0; i < inputs.Length; i++) inputs[i] = Symbol(i);
        return [.. inputs];
    }

    /// <inheritdoc/>
    public override Tensor? Next(Operation operation, ReadOnlySpan<Tensor> operands)
    {
        if (computed == values.Length) return null;
        int number = program.FirstComputed + computed;
        ref readonly var node = ref program.Nodes[number];
        if (operands.Length != node.Operands.Length || !node.Operation!.IsSameAs(operation)) return null;
        for (int i = 0; i < operands.Length; i++)
            if (!Is(operands[i], node.Operands[i]))
                return null;
        // The shape rule of a user's operation may follow more than its operands.
        if (operation.IsCustom && !operation.Infer(operands).Equals(node.Shape)) return null;
        var result = Symbol(number);
        result.Origin = operation;
        values.AsSpan()[computed++] = result;
        return result;
    }

    /// <summary>The leaves of the program, if it was followed to its end and these are its results; else null.</summary>
    public Tensor[]? Find(Tensor[] results)
    {
        if (isOver || computed != values.Length || results.Length != 1 + program.Next.Length) return null;
        if (!Is(results[0], program.Output)) return null;
        for (int i = 1; i < results.Length; i++)
            if (!Is(results[i], program.Next[i - 1]))
                return null;
        return leaves;
    }

    /// <inheritdoc/>
    public override void Record()
    {
        isOver = true;
        foreach (var input in inputs)
        {
            input.Number = -1;
            tape!.Watch(input);
        }
        for (int i = 0; i < computed; i++)
        {
            int[] numbers = program.Nodes[program.FirstComputed + i].Operands;
            tape!.Record((Operation)values[i].Origin!, Array.ConvertAll(numbers, ValueOf), [values[i]]);
        }
    }

    Tensor Symbol(int number) =>
        new(program.ElementType, program.Nodes[number].Shape, null) { Owner = tape, Number = number };

    Tensor ValueOf(int number) => number >= program.FirstComputed ? values[number - program.FirstComputed]
        : number >= program.FirstLeaf ? leaves[number - program.FirstLeaf] : inputs[number];

    // Whether a tensor is the value of the program that has a number.
    bool Is(Tensor? tensor, int number)
    {
        if (tensor is null) return false;
        int leaf = number - program.FirstLeaf;
        if ((uint)leaf >= (uint)leaves.Length) return tensor.Owner == tape && tensor.Number == number;
        return leaf < known ? ReferenceEquals(tensor, leaves[leaf]) : IsNextLeaf(tensor, number);
    }

    // Leaves are numbered in the order in which they are met, each once.
    bool IsNextLeaf(Tensor tensor, int number)
    {
        if (tensor.IsSymbolic || tensor.ElementType != program.ElementType) return false;
        if (!program.Nodes[number].Shape.Equals(tensor.Shape)) return false;
        for (int i = 0; i < known; i++)
            if (ReferenceEquals(leaves[i], tensor))
                return false;
        tensor.CheckOwner("Recurrent");
        leaves.AsSpan()[known++] = tensor;
        return true;
    }
}
