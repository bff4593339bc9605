namespace Autograd.Scan;

/// <summary>Where a value of a step comes from.</summary>
enum Role
{
    /// <summary>The input x of the step.</summary>
    Input,

    /// <summary>A tensor of the state before the step.</summary>
    State,

    /// <summary>Other data given for each step.</summary>
    Sequence,

    /// <summary>A parameter, captured tensor or constant, or computed from such alone: the same at every step.</summary>
    Leaf,

    /// <summary>The cotangent of the output.</summary>
    OutputCotangent,

    /// <summary>The cotangent of a tensor of the state after the step.</summary>
    StateCotangent,

    /// <summary>A number that a derivative rule wrote.</summary>
    Constant,

    /// <summary>Computed by an operation.</summary>
    Computed,
}

/// <summary>A value of the forward or the backward step.</summary>
sealed class StepValue(int number, Role role, int index, Operation? operation, StepValue[] operands, Shape shape, bool isBackward)
{
    public int Number => number;

    public Role Role => role;

    /// <summary>Which state, sequence or leaf.</summary>
    public int Index => index;

    public Operation? Operation => operation;

    /// <summary>What the operation does.</summary>
    public OperationForm? Form { get; } = operation?.Form;

    public StepValue[] Operands => operands;

    public Shape Shape => shape;

    /// <summary>Whether it belongs to the backward step.</summary>
    public bool IsBackward => isBackward;

    /// <summary>The data of a constant.</summary>
    public double[] Constant { get; init; } = [];

    /// <summary>A constant's data as a tensor.</summary>
    public Tensor ConstantTensor(ElementType type) => Tensor.From(Constant, shape, type);

    /// <summary>A short name for reading plans.</summary>
    public string Name => role switch
    {
        Role.Input => "x",
        Role.State => FormattableString.Invariant($"s{index}"),
        Role.Sequence => FormattableString.Invariant($"q{index}"),
        Role.Leaf => FormattableString.Invariant($"leaf {index}"),
        Role.OutputCotangent => "dy",
        Role.StateCotangent => FormattableString.Invariant($"ds{index}'"),
        Role.Constant => "constant",
        _ => FormattableString.Invariant($"{(isBackward ? "b" : "v")}{number}"),
    };

    public override string ToString() => $"{number}: {operation?.Name ?? role.ToString()} {shape}";
}

/// <summary>
/// A value that is computed from leaves alone, as a derivative may be: once for each run, as a leaf behind those of the program, instead of
/// at each step. What the step itself computes so is computed outside of it already.
/// </summary>
/// <param name="Value">The leaf that it is.</param>
/// <param name="Operation">What computes it.</param>
/// <param name="Operands">Leaves before it, and constants.</param>
sealed record LoopInvariant(StepValue Value, Operation Operation, StepValue[] Operands);

/// <summary>
/// A step and its derivative as one graph: the program is run with tensors that have no data, and the tape is swept backward over it with
/// cotangents that have none either. Rules are operations, so what the sweep records is the program of the backward step.
/// </summary>
sealed class StepGraph
{
    public required StepProgram Program { get; init; }

    /// <summary>All values, operands before what uses them.</summary>
    public required StepValue[] Values { get; init; }

    /// <summary>What is computed once for each run, operands before what uses them.</summary>
    public required LoopInvariant[] Invariants { get; init; }

    public required StepValue Output { get; init; }

    public required StepValue[] Next { get; init; }

    /// <summary>Gradient of the input; null where it is 0 or was not asked for.</summary>
    public StepValue? InputGradient { get; init; }

    public StepValue?[] StateGradients { get; init; } = [];

    /// <summary>What each step adds to the gradients of the leaves.</summary>
    public StepValue?[] LeafGradients { get; init; } = [];

    /// <summary>Everything that is asked of the graph.</summary>
    public IEnumerable<StepValue> Results =>
        Next.Append(Output).Concat(Gradients);

    /// <summary>The gradients that are asked for.</summary>
    public IEnumerable<StepValue> Gradients => StateGradients.Append(InputGradient).Concat(LeafGradients).OfType<StepValue>();

    /// <summary>How often each value is used, by number: by other values, and as a result.</summary>
    public int[] Uses()
    {
        var uses = new int[Values.Length];
        foreach (var value in Values)
            foreach (var operand in value.Operands) uses[operand.Number]++;
        foreach (var result in Results) uses[result.Number]++;
        return uses;
    }

    /// <summary>The forward step alone.</summary>
    public static StepGraph Forward(StepProgram program)
    {
        using var tape = Tape.BeginIsolated();
        return new StepGraphBuilder(tape, program).Build(null);
    }

    /// <summary>The forward and the backward step.</summary>
    /// <param name="program">The forward step.</param>
    /// <param name="inputGradient">Whether the gradient of the input is needed.</param>
    /// <param name="leafGradients">Which leaves' gradients are needed.</param>
    public static StepGraph WithGradients(StepProgram program, bool inputGradient, bool[] leafGradients)
    {
        using var tape = Tape.BeginIsolated();
        return new StepGraphBuilder(tape, program).Build((inputGradient, leafGradients));
    }
}

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
        if (needed is not { } wanted)
            return new StepGraph
            {
                Program = program, Values = [.. values], Invariants = [.. invariants], Output = known[output],
                Next = Array.ConvertAll(next, tensor => known[tensor])
            };
        var gradients = Gradients(leaves, [output, .. next], wanted.Input, wanted.Leaves);
        return new StepGraph
        {
            Program = program,
            Values = [.. values],
            Invariants = [.. invariants],
            Output = known[output],
            Next = Array.ConvertAll(next, tensor => known[tensor]),
            InputGradient = gradients[0],
            StateGradients = gradients[1..(1 + program.States)],
            LeafGradients = gradients[(1 + program.States)..],
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

    // What a derivative computes again that the step or another derivative has: a deviation, a quotient.
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

    // What is only repeated is read where it is.
    static bool IsInvariant(Operation operation, StepValue[] operands) => operation.Form != OperationForm.Repetition
        && operands.Length > 0 && Array.TrueForAll(operands, operand => operand.Role is Role.Leaf or Role.Constant);

    StepValue ValueOf(Tensor tensor)
    {
        if (known.TryGetValue(tensor, out var value)) return value;
        if (tensor.IsSymbolic)
            throw new SymbolicReadException($"the derivative of the step uses a value {tensor.Shape} that was not recorded.");
        return Add(tensor, Role.Constant, 0, true);
    }

    // What the other operand gives out over a shape need not be given out before.
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
