namespace Autograd.Scan;

/// <summary>One value of a step: how it is computed from earlier ones. Without an operation it comes from outside.</summary>
/// <param name="Operation">The operation, or null for a leaf.</param>
/// <param name="Operands">Numbers of the values it is computed from.</param>
/// <param name="Shape">Its shape.</param>
readonly record struct StepNode(Operation? Operation, int[] Operands, Shape Shape)
{
    /// <summary>Whether both do the same with values of the same numbers.</summary>
    public bool IsSameAs(in StepNode other) => IsSameAs(other, static (one, two) => one.IsSameAs(two));

    /// <summary>Whether both have the same shape and operands, and operations that are the same in some sense.</summary>
    public bool IsSameAs(in StepNode other, Func<Operation, Operation, bool> isSame) =>
        Shape.Equals(other.Shape) && Operands.AsSpan().SequenceEqual(other.Operands)
        && (Operation is null ? other.Operation is null : other.Operation is not null && isSame(Operation, other.Operation));
}

/// <summary>
/// One step of a recurrence as a list of operations: (input, states, per-step data, leaves) to (output, next states). The leaves are what
/// the step uses from outside: parameters, captured tensors and constants. They are not part of the program, so one program serves every
/// training step.
/// </summary>
/// <param name="ElementType">Element type of every value.</param>
/// <param name="Nodes">First the leaves in the order input, states, per-step data, the others; then the computed values in order.</param>
/// <param name="States">Number of state tensors.</param>
/// <param name="Sequences">Number of tensors that are given for each step beside the input.</param>
/// <param name="Leaves">Number of other leaves.</param>
/// <param name="Output">Number of the output.</param>
/// <param name="Next">Numbers of the next states.</param>
sealed record StepProgram(ElementType ElementType, StepNode[] Nodes, int States, int Sequences, int Leaves, int Output, int[] Next)
{
    public int FirstSequence => 1 + States;

    public int FirstLeaf => 1 + States + Sequences;

    public int FirstComputed => FirstLeaf + Leaves;

    /// <summary>Tells most programs apart at once, but for their plain numbers.</summary>
    public int Hash { get; } = HashOf(Nodes);

    /// <summary>Whether a user wrote one of its operations.</summary>
    public bool HasCustomOperation { get; } = Array.Exists(Nodes, node => node.Operation is { IsCustom: true });

    /// <summary>Whether another program computes the same.</summary>
    public bool IsSameAs(StepProgram other) => IsSameAs(other, static (one, two) => one.IsSameAs(two));

    /// <summary>Whether another program differs in plain numbers at most.</summary>
    public bool IsSameApartFromNumbers(StepProgram other) => IsSameAs(other, static (one, two) => one.IsSameApartFromNumbers(two));

    bool IsSameAs(StepProgram other, Func<Operation, Operation, bool> isSame)
    {
        if (ReferenceEquals(this, other)) return true;
        if (Hash != other.Hash || ElementType != other.ElementType || Nodes.Length != other.Nodes.Length || States != other.States
            || Sequences != other.Sequences
            || Leaves != other.Leaves || Output != other.Output || !Next.AsSpan().SequenceEqual(other.Next))
            return false;
        for (int i = 0; i < Nodes.Length; i++)
            if (!Nodes[i].IsSameAs(other.Nodes[i], isSame))
                return false;
        return true;
    }

    /// <summary>
    /// Whether another program has operations of the same kinds in the same places, for an input and states of whatever shapes.
    /// </summary>
    public bool IsSameApartFromShapes(StepProgram other)
    {
        if (Nodes.Length != other.Nodes.Length || FirstComputed != other.FirstComputed || Output != other.Output
            || !Next.AsSpan().SequenceEqual(other.Next)) return false;
        for (int i = FirstComputed; i < Nodes.Length; i++)
            if (Nodes[i].Operation!.GetType() != other.Nodes[i].Operation!.GetType()
                || !Nodes[i].Operands.AsSpan().SequenceEqual(other.Nodes[i].Operands))
                return false;
        return true;
    }

    /// <summary>Whether it takes an input, states and sequences like these, and nothing else for each step.</summary>
    public bool Takes(ReadOnlySpan<Tensor> given)
    {
        if (given.Length != FirstLeaf || given[0].ElementType != ElementType) return false;
        for (int i = 0; i < given.Length; i++)
            if (!Nodes[i].Shape.Equals(given[i].Shape))
                return false;
        return true;
    }

    /// <summary>Whether another program takes an input and states of the same shapes.</summary>
    public bool TakesTheSameAs(StepProgram other)
    {
        if (ElementType != other.ElementType || FirstSequence != other.FirstSequence) return false;
        for (int i = 0; i < FirstSequence; i++)
            if (!Nodes[i].Shape.Equals(other.Nodes[i].Shape))
                return false;
        return true;
    }

    /// <summary>Runs the program operation by operation: what it means.</summary>
    /// <param name="values">The leaves, in order.</param>
    /// <returns>Every value.</returns>
    public Tensor[] Run(ReadOnlySpan<Tensor> values)
    {
        var all = new Tensor[Nodes.Length];
        values.CopyTo(all);
        for (int i = FirstComputed; i < all.Length; i++)
            all[i] = Dispatcher.Apply(Nodes[i].Operation!, Array.ConvertAll(Nodes[i].Operands, operand => all[operand]));
        return all;
    }

    static int HashOf(StepNode[] nodes)
    {
        int hash = nodes.Length;
        foreach (ref readonly var node in nodes.AsSpan())
        {
            hash = hash * 31 + node.Shape.ElementCount;
            if (node.Operation is { } operation) hash = hash * 31 + operation.GetType().GetHashCode();
        }
        return hash;
    }
}
