namespace Autograd.Scan;

/// <summary>
/// A pass from program to program: what a step computes element by element from its number or its noise and from parameters, without a row
/// for each sequence, gets one, so that it is part of fused passes, and its gradients are sums over rows. It costs a few instructions more
/// in each row.
/// </summary>
sealed class StepRows
{
    readonly StepProgram program;
    readonly int batch;
    readonly bool[] isSpread;
    readonly List<StepNode> nodes = [];
    readonly int[] numbers;

    StepRows(StepProgram program)
    {
        this.program = program;
        batch = BatchOf(program);
        isSpread = new bool[program.Nodes.Length];
        numbers = new int[program.Nodes.Length];
    }

    /// <summary>The program with rows, or itself where nothing is without.</summary>
    public static StepProgram Of(StepProgram program)
    {
        var pass = new StepRows(program);
        return pass.Find() ? pass.Write() : program;
    }

    static int BatchOf(StepProgram program)
    {
        for (int i = 0; i < program.FirstSequence; i++)
            if (program.Nodes[i].Shape is { Rank: >= 2 } shape)
                return shape[0];
        return 1;
    }

    bool IsGivenWithoutRows(int number) =>
        number >= program.FirstSequence && number < program.FirstComputed
        && !(program.Nodes[number].Shape is { Rank: > 1 } shape && shape[0] == batch);

    // Values that depend on nothing with rows, and are used element by element alone.
    bool Find()
    {
        for (int i = program.FirstComputed; i < isSpread.Length; i++)
            isSpread[i] = program.Nodes[i] is { Operation: ElementwiseOperation } node
                && Array.TrueForAll(node.Operands, operand => IsFitting(operand, node.Shape));
        isSpread[program.Output] = false;
        foreach (int next in program.Next) isSpread[next] = false;
        // What cannot be spread takes with it what it is computed from, and what is computed from it.
        for (bool isChanged = true; isChanged;)
        {
            isChanged = false;
            for (int i = program.FirstComputed; i < isSpread.Length; i++)
                foreach (int operand in program.Nodes[i].Operands)
                    if (operand >= program.FirstComputed && !AreTogether(i, operand))
                        (isSpread[i], isSpread[operand], isChanged) = (false, false, true);
        }
        return isSpread.Contains(true);
    }

    bool IsFitting(int operand, Shape shape) => operand >= program.FirstComputed
        ? isSpread[operand]
        : IsGivenWithoutRows(operand)
            && (operand < program.FirstLeaf || program.Nodes[operand].Shape.Rank <= StepForms.Inner(shape.Lengths).Length + 1);

    bool AreTogether(int user, int operand)
    {
        if (isSpread[user] == isSpread[operand]) return true;
        var (shape, core) = (program.Nodes[user].Shape, StepForms.Inner(program.Nodes[operand].Shape.Lengths).Length);
        return isSpread[operand] && program.Nodes[user].Operation is ElementwiseOperation && shape.Rank > core && shape[0] == batch;
    }

    StepProgram Write()
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            var node = program.Nodes[i];
            int rank = isSpread[i] ? StepForms.Inner(node.Shape.Lengths).Length + 1 : node.Shape.Rank;
            int[] operands =
                Array.ConvertAll(node.Operands, operand => isSpread[i] || isSpread[operand] ? Spread(operand, rank) : numbers[operand]);
            numbers[i] = Add(new StepNode(node.Operation, operands, isSpread[i] ? WithRows(node.Shape, rank) : node.Shape));
        }
        return program with
        {
            Nodes = [.. nodes],
            Output = numbers[program.Output],
            Next = Array.ConvertAll(program.Next, next => numbers[next])
        };
    }

    // An operand with a row for each sequence, and as many axes as what is computed from it. Leaves need none: their gradients are summed
    // over rows anyhow.
    int Spread(int operand, int rank)
    {
        if (operand >= program.FirstLeaf && operand < program.FirstComputed) return numbers[operand];
        var shape = WithRows(program.Nodes[operand].Shape, rank);
        if (isSpread[operand])
            return nodes[numbers[operand]].Shape.Equals(shape) ? numbers[operand]
                : Add(new StepNode(new ReshapeOperation(shape), [numbers[operand]], shape));
        if (operand >= program.FirstComputed || !IsGivenWithoutRows(operand)) return numbers[operand];
        return Add(new StepNode(new BroadcastToOperation(shape), [numbers[operand]], shape));
    }

    Shape WithRows(Shape shape, int rank)
    {
        var core = StepForms.Inner(shape.Lengths);
        return Shape.Create([batch, .. Enumerable.Repeat(1, rank - 1 - core.Length), .. core]);
    }

    int Add(StepNode node)
    {
        nodes.Add(node);
        return nodes.Count - 1;
    }
}
