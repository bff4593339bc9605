namespace Autograd;

/// <summary>
/// A function of tensors as a list of operations with memory of their own, recorded once from tensors without data: running it again
/// computes into the same memory and allocates nothing. Parameters are read where they are, so their changes show.
/// </summary>
public sealed class RecordedProgram
{
    readonly Action[] steps;

    // Where the results are formed: this may be the memory of an argument, and several results may share one place.
    readonly Tensor[] results;
    readonly bool hasReadNumbers;
    readonly long changes;

    RecordedProgram(Action[] steps, Tensor[] inputs, Tensor[] results, bool hasReadNumbers, long changes)
    {
        this.steps = steps;
        this.results = results;
        this.hasReadNumbers = hasReadNumbers;
        this.changes = changes;
        Inputs = inputs;
        Outputs = Array.ConvertAll(results, result => Tensor.Zeros(result.Shape, result.ElementType));
    }

    /// <summary>
    /// Whether the program still is the function's. It is not when numbers of parameters were read, or a computation with them was left out
    /// of the record, as it was recorded, and a parameter has changed since: they are part of it as they were.
    /// </summary>
    public bool IsCurrent => !hasReadNumbers || changes == Parameter.Changes;

    /// <summary>
    /// Whether values stand for parameters on the tape of this thread (<see cref="Tape.Bind"/>): a program reads the parameters themselves.
    /// </summary>
    public static bool MissesBindings => Recorder.Current is { HasBindings: true };

    /// <summary>The arguments, as they are now.</summary>
    public IReadOnlyList<Tensor> Inputs { get; }

    /// <summary>The results of the last run: memory of their own, so that they stay when the arguments are written.</summary>
    public IReadOnlyList<Tensor> Outputs { get; }

    /// <summary>Writes an argument.</summary>
    /// <exception cref="ShapeException">It has another shape.</exception>
    /// <exception cref="ElementTypeException">It has another element type.</exception>
    public void SetInput(int number, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var input = Inputs[Require.Within(nameof(SetInput), nameof(number), number, Inputs.Count)];
        if (value.Shape != input.Shape)
            throw new ShapeException($"SetInput: argument {number} is {input.Shape}, the value is {value.Shape}.");
        if (value.ElementType != input.ElementType)
            throw new ElementTypeException($"SetInput: argument {number} is {input.ElementType}, the value is {value.ElementType}.");
        value.CheckOwner(nameof(SetInput));
        if (value.IsSymbolic) throw new SymbolicReadException($"SetInput: the value for argument {number}, {value.Shape}, has no data.");
        Accumulation.Copy(value, input);
    }

    /// <summary>Writes an argument from its elements in row-major order.</summary>
    /// <exception cref="ShapeException">There are more or fewer than it has.</exception>
    public void SetInput<T>(int number, ReadOnlySpan<T> elements)
        where T : unmanaged
    {
        var input = Inputs[Require.Within(nameof(SetInput), nameof(number), number, Inputs.Count)];
        if (elements.Length != input.AsSpan<T>().Length)
            throw new ShapeException($"SetInput: {elements.Length} elements were given for argument {number}, {input.Shape}.");
        elements.CopyTo(input.WriteSpan<T>());
    }

    /// <summary>
    /// The program of a function, or null if it cannot be recorded: it reads values, changes parameters, needs a tape of its own,
    /// hides what it uses, uses other random data at every step, or does something else at another call. What else it throws passes
    /// through.
    /// </summary>
    public static RecordedProgram? Of(Func<Tensor[], Tensor[]> function, IReadOnlyList<(Shape Shape, ElementType Type)> inputs)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(inputs);
        try
        {
            return Traced(function, inputs) is { } results && IsPure(function, inputs, results) ? Recorded(function, inputs) : null;
        }
        catch (Exception error) when (error is SymbolicReadException or TapeException)
        {
            return null;
        }
    }

    /// <summary>Computes the results of what is in the inputs.</summary>
    public void Run()
    {
        foreach (var step in steps) step();
        for (int i = 0; i < results.Length; i++) Accumulation.Copy(results[i], Outputs[i]);
    }

    static Tensor[] Called(Func<Tensor[], Tensor[]> function, Tensor[] arguments)
    {
        var results = Require.Result(nameof(RecordedProgram), function(arguments));
        return results.Length > 0 ? [.. Require.NoNull(nameof(RecordedProgram), nameof(results), results)]
            : throw new ShapeException("RecordedProgram: the function gave no tensors; at least one is needed.");
    }

    // Its results; null if it did what only values allow, or uses data of each step, where a usual tape would take the data of one step
    // for all.
    static Tensor[]? Traced(Func<Tensor[], Tensor[]> function, IReadOnlyList<(Shape Shape, ElementType Type)> inputs)
    {
        using var trace = Tape.BeginTrace();
        using var step = TimeStep.BeginTraced(trace);
        var results = Called(function, Symbols(trace, inputs));
        return trace.Refusal is null && trace.StepData.Count == 0 ? results : null;
    }

    // As of a step that is compiled: see StepHistory. A step has as many results as arguments, and at least one, so that what is missing
    // of either is filled up.
    static bool IsPure(
        Func<Tensor[], Tensor[]> function, IReadOnlyList<(Shape Shape, ElementType Type)> inputs, Tensor[] known)
    {
        var missing = Tensor.Symbolic(Shape.Scalar, known[0].ElementType);
        Tensor[] symbols = [.. inputs.Select(input => Tensor.Symbolic(input.Shape, input.Type)),
            .. Enumerable.Repeat(missing, Math.Max(known.Length - inputs.Count, 0))];
        bool hasAsMany = true;
        var first = Trace();
        for (int i = 0; i < StepHistory.FirstRepeats && first.Program is not null; i++)
            if (StepComparison.Difference(first, Trace()) is not null)
                return false;
        return hasAsMany;

        StepTrace Trace() => StepTrace.Of(Step, symbols, symbols.Length - 1);

        (Tensor Output, Tensor[] Next) Step(Tensor x, Tensor[] states, Tensor[] sequences)
        {
            var results = Called(function, [.. states.Prepend(x).Take(inputs.Count)]);
            hasAsMany &= results.Length == known.Length;
            return (results[0], hasAsMany ? [.. results[1..], .. states[(results.Length - 1)..]] : states);
        }
    }

    static RecordedProgram? Recorded(Func<Tensor[], Tensor[]> function, IReadOnlyList<(Shape Shape, ElementType Type)> inputs)
    {
        using var tape = Tape.BeginIsolated();
        var symbols = Symbols(tape, inputs);
        int start = tape.Position;
        long changes = Parameter.Changes;
        var outputs = Called(function, symbols);
        return new Binding(symbols, tape.WasRead, changes).Build(Entries(tape.Memory, start), outputs);
    }

    static Tensor[] Symbols(Tape tape, IReadOnlyList<(Shape Shape, ElementType Type)> inputs) =>
        [.. inputs.Select(input => tape.Watch(Tensor.Symbolic(input.Shape, input.Type)))];

    static IEnumerable<(RecordedOperation? Operation, Tensor[] Operands, Tensor Result)> Entries(TapeMemory memory, int since)
    {
        for (int entry = since; entry < memory.EntryCount; entry++)
            yield return (memory.OperationOf(entry), memory.OperandsOf(entry).ToArray(), memory.ResultsOf(entry)[0]);
    }

    /// <summary>Gives every recorded tensor memory.</summary>
    sealed class Binding
    {
        readonly Dictionary<Tensor, Tensor> memory = new(ReferenceEqualityComparer.Instance);
        readonly List<Action> steps = [];

        // What a run writes.
        readonly HashSet<Tensor> changing = new(ReferenceEqualityComparer.Instance);
        readonly Tensor[] inputs;
        readonly long changes;
        bool hasReadNumbers;

        public Binding(Tensor[] symbols, bool hasReadNumbers, long changes)
        {
            this.changes = changes;
            inputs = Array.ConvertAll(symbols, Fresh);
            this.hasReadNumbers = hasReadNumbers;
        }

        public RecordedProgram? Build(
            IEnumerable<(RecordedOperation? Operation, Tensor[] Operands, Tensor Result)> recorded, Tensor[] outputs)
        {
            foreach (var (operation, operands, result) in recorded)
            {
                if (operation is null) continue;
                // Operations with several results, and those that call back, are left to the usual way.
                if (operation is not Operation { IsCustom: false } single || Bound(operands) is not { } bound) return null;
                if (single.View(bound, result.Shape) is { } view) Keep(result, view, changing.Overlaps(bound));
                else steps.Add(single.Repeated(bound, Array.ConvertAll(bound, operand => !changing.Contains(operand)), Fresh(result)));
            }
            return Bound(outputs) is { } slices ? new RecordedProgram([.. steps], inputs, slices, hasReadNumbers, changes) : null;
        }

        // Null where a tensor without data came from nothing that was recorded.
        Tensor[]? Bound(Tensor[] tensors)
        {
            var bound = new Tensor[tensors.Length];
            for (int i = 0; i < bound.Length; i++)
            {
                if (memory.TryGetValue(tensors[i], out var known)) bound[i] = known;
                else if (tensors[i] is Parameter) bound[i] = tensors[i];
                else if (tensors[i].IsSymbolic) return null;
                else
                {
                    // What was computed, and not recorded, may come from a parameter.
                    hasReadNumbers |= tensors[i].Origin is not null || tensors[i].Storage is { IsMutable: true };
                    bound[i] = memory[tensors[i]] = tensors[i].Detach();
                }
            }
            return bound;
        }

        Tensor Fresh(Tensor recorded) => Keep(recorded, Tensor.Zeros(recorded.Shape, recorded.ElementType), isChanging: true);

        Tensor Keep(Tensor recorded, Tensor slice, bool isChanging)
        {
            if (isChanging) changing.Add(slice);
            return memory[recorded] = slice;
        }
    }
}
