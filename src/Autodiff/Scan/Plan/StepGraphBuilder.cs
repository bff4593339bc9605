namespace Autograd.Scan;

/// <summary>Runs a program and its backward sweep without data, and turns what was recorded into a graph.</summary>
sealed class StepGraphBuilder
{
    readonly Tape tape;
    readonly StepProgram program;
    readonly List<StepValue> values = [];
    readonly List<LoopInvariant> invariants = [];
    readonly Dictionary<Tensor, StepValue> known = new(ReferenceEqualityComparer.Instance);
    readonly HashSet<StepValue> computed = new(SameComputation.Instance);

    public StepGraphBuilder(Tape tape, StepProgram program)
    {
        this.tape = tape;
        this.program = program;
    }

    public StepGraph Build((bool Input, bool[] Leaves)? needed)
    {
        var leaves = new Tensor[program.FirstComputed];
        for (int i = 0; i < leaves.Length; i++) leaves[i] = Symbol(RoleOf(i), IndexOf(i), program.Nodes[i].Shape);
        var all = program.Run(leaves);
        Take(tape.Position, isBackward: false);
        var output = all[program.Output];
        var next = Array.ConvertAll(program.Next, number => all[number]);
        var gradients = needed is var (input, wanted) ? Gradients(leaves, [output, .. next], input, wanted) : null;
        return new StepGraph
        {
            Program = program,
            Values = [.. values],
            Invariants = [.. invariants],
            Output = known[output],
            Next = Array.ConvertAll(next, tensor => known[tensor]),
            InputGradient = gradients?[0],
            StateGradients = gradients?[1..(1 + program.States)] ?? [],
            LeafGradients = gradients?[(1 + program.States)..] ?? [],
        };
    }

    StepValue?[] Gradients(Tensor[] leaves, Tensor[] outputs, bool input, bool[] wantedLeaves)
    {
        var seeds = new Tensor[outputs.Length];
        for (int i = 0; i < seeds.Length; i++)
            seeds[i] = Symbol(i == 0 ? Role.OutputCotangent : Role.StateCotangent, Math.Max(i - 1, 0), outputs[i].Shape);
        Tensor?[] wanted =
        [
            input ? leaves[0] : null, .. leaves[1..(1 + program.States)],
            .. leaves[program.FirstLeaf..].Select((leaf, i) => wantedLeaves[i] ? leaf : null),
        ];
        int start = tape.Position;
        var found = tape.Gradients(outputs, seeds, [.. wanted.OfType<Tensor>()], record: true);
        Take(tape.Position, isBackward: true, start);
        var gradients = new StepValue?[wanted.Length];
        int used = 0;
        for (int i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] is null) continue;
            var gradient = found[used++];
            gradients[i] = gradient.IsSymbolic ? known[gradient] : IsZero(gradient) ? null : ValueOf(gradient);
        }
        return gradients;
    }

    Tensor Symbol(Role role, int index, Shape shape)
    {
        var symbol = tape.Input(program.ElementType, shape);
        Add(symbol, role, index, role is Role.OutputCotangent or Role.StateCotangent);
        return symbol;
    }

    void Take(int end, bool isBackward, int start = 0)
    {
        for (int entry = start; entry < end; entry++)
            if (tape.Memory.OperationOf(entry) is { } operation)
                Take(operation, tape.Memory.OperandsOf(entry).ToArray(), tape.Memory.ResultsOf(entry)[0], isBackward);
    }

    void Take(RecordedOperation recorded, Tensor[] tensors, Tensor result, bool isBackward)
    {
        var operation = recorded as Operation
            ?? throw new SymbolicReadException($"the derivative of the step uses {recorded.Name}, which has several results.");
        if (result.ElementType != program.ElementType)
            throw new SymbolicReadException($"the derivative of the step computes in {result.ElementType} ({operation.Name}).");
        int start = tape.Position;
        if (operation.Decompose(tensors) is { } decomposed)
        {
            Take(tape.Position, isBackward, start);
            known.Add(result, ValueOf(decomposed));
            return;
        }
        var operands = Array.ConvertAll(tensors, ValueOf);
        if (operation.Form == OperationForm.Multiplication || operation.Form == OperationForm.Addition)
            Narrow(operation, operands, result.Shape);
        if (IsInvariant(operation, operands))
        {
            var leaf = Add(result, Role.Leaf, program.Leaves + invariants.Count, isBackward);
            invariants.Add(new(leaf, operation, operands));
        }
        else AddComputed(result, operation, operands, isBackward);
    }

    // A derivative may need what the step or another derivative computes already, such as a deviation or a quotient: it is computed once.
    void AddComputed(Tensor result, Operation operation, StepValue[] operands, bool isBackward)
    {
        var value = new StepValue(values.Count, Role.Computed, 0, operation, operands, result.Shape, isBackward);
        if (!operation.IsCustom && computed.TryGetValue(value, out var same)) value = same;
        else
        {
            values.Add(value);
            computed.Add(value);
        }
        known.Add(result, value);
    }

    // A leaf that is only repeated is read where it lies.
    static bool IsInvariant(Operation operation, StepValue[] operands) => operation.Form != OperationForm.Repetition
        && operands.Length > 0 && Array.TrueForAll(operands, operand => operand.Role is Role.Leaf or Role.Constant);

    StepValue ValueOf(Tensor tensor)
    {
        if (known.TryGetValue(tensor, out var value)) return value;
        if (tensor.IsSymbolic)
            throw new SymbolicReadException($"the derivative of the step uses a value {tensor.Shape} that was not recorded.");
        return Add(tensor, Role.Constant, 0, true);
    }

    // An operand need not be repeated first where broadcasting it against the other gives the same shape.
    static void Narrow(Operation operation, StepValue[] operands, Shape shape)
    {
        for (int i = 0; i < operands.Length; i++)
            if (operands[i].Form == OperationForm.Repetition && operands[i].Operands is [var narrow]
                && ShapeRules.Broadcast(operation.Name, narrow.Shape, operands[1 - i].Shape).Equals(shape))
                operands[i] = narrow;
    }

    StepValue Add(Tensor tensor, Role role, int index, bool isBackward)
    {
        var value = new StepValue(values.Count, role, index, null, [], tensor.Shape, isBackward)
        {
            Constant = role == Role.Constant ? tensor.ToDoubles() : [],
        };
        values.Add(value);
        known.Add(tensor, value);
        return value;
    }

    Role RoleOf(int number) =>
        number == 0 ? Role.Input : number < program.FirstSequence ? Role.State : number < program.FirstLeaf ? Role.Sequence : Role.Leaf;

    int IndexOf(int number) => RoleOf(number) switch
    {
        Role.State => number - 1,
        Role.Sequence => number - program.FirstSequence,
        Role.Leaf => number - program.FirstLeaf,
        _ => 0,
    };

    static bool IsZero(Tensor tensor) => Array.TrueForAll(tensor.ToDoubles(), element => element == 0);
}
