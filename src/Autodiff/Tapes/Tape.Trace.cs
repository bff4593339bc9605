namespace Autograd;

public sealed partial class Tape
{
    // Where a function is recorded as a whole, what depends on parameters is part of it too.
    readonly StandIns? standIns;
    List<(Tensor Symbol, StepData Source)>? stepData;
    TraceReplay? replay;

    // A tape of its own, on top of the one under way, which goes on afterwards.
    Tape(bool isTrace, bool keepsRecurrences = false, TraceReplay? replay = null)
    {
        IsTrace = isTrace;
        usedAsConstant = BeginConstants();
        KeepsRecurrences = keepsRecurrences;
        if (keepsRecurrences && Outer is not { KeepsRecurrences: true }) standIns = new();
        this.replay = replay;
        if (replay is null) memory = TapeMemory.Rent();
        Begin();
    }

    /// <summary>Data of each step that the program asked for while it was traced.</summary>
    internal IReadOnlyList<(Tensor Symbol, StepData Source)> StepData => stepData ?? (IReadOnlyList<(Tensor, StepData)>)[];

    /// <param name="keepsRecurrences">As <see cref="Recorder.KeepsRecurrences"/>.</param>
    internal static Tape BeginTrace(bool keepsRecurrences = false) => new(isTrace: true, keepsRecurrences);

    /// <summary>A trace that records nothing as long as it does what is expected.</summary>
    internal static Tape BeginTrace(TraceReplay replay) => new(isTrace: true, replay: replay);

    /// <summary>A tape that has nothing to do with the one under way.</summary>
    internal static Tape BeginIsolated() => new(isTrace: false);

    /// <summary>A tensor that stands for data of each step; the same one for the same data.</summary>
    internal override Tensor AddStepData(StepData data, ElementType type)
    {
        Alive(nameof(TimeStep));
        foreach (var (known, source) in StepData)
            if (known.ElementType == type && source.Equals(data))
                return known;
        var symbol = Input(type, data.Shape);
        (stepData ??= []).Add((symbol, data));
        return symbol;
    }

    internal override Tensor? Follow(Operation operation, ReadOnlySpan<Tensor> operands)
    {
        // What is computed outside of the program is no part of it.
        if (replay is null || !Tensor.AnyIsSymbolic(operands)) return null;
        if (replay.Next(operation, operands) is { } result) return result;
        EndReplay();
        return null;
    }

    // The trace does something else, or is asked for its entries: from here on it is a tape like any other.
    TapeMemory EndReplay()
    {
        if (replay is not { } past) throw new ObjectDisposedException(nameof(Tape), "The tape's scope has ended.");
        (replay, memory) = (null, TapeMemory.Rent());
        past.Record();
        return memory;
    }

    // In a program a value that no entry made would be lost.
    internal override Tensor? DetachSymbolic(Tensor tensor) => IsTrace ? Functions.StopGradient(tensor) : null;

    /// <summary>Whether the tape around a trace, or one further out, tracks a tensor.</summary>
    internal bool IsFromOutside(Tensor tensor) =>
        IsTrace && Outer is Tape outer && (!tensor.IsSymbolic || SeesTraces) && (outer.Holds(tensor) || outer.IsFromOutside(tensor));

    // Whether values of traces around this one are used as they are.
    bool SeesTraces => Outer is not null && (KeepsRecurrences || Outer.KeepsRecurrences);

    /// <summary>A tensor without data that the program which is traced is given. It ends with the trace, as its results do.</summary>
    internal Tensor Input(ElementType type, Shape shape) => Watch(new Tensor(type, shape, null) { Owner = this });

    /// <summary>
    /// A value of the program that is traced with the content of a tensor from anywhere, so that what is computed from it is part of the
    /// program, and has derivatives with respect to it.
    /// </summary>
    internal Tensor Symbol(Tensor tensor)
    {
        tensor = Resolve(tensor);
        var symbol = new Tensor(tensor.ElementType, tensor.Shape, null);
        var operation = new ReshapeOperation(tensor.Shape);
        Record(operation, [tensor], [symbol]);
        symbol.Origin = operation;
        return symbol;
    }

    /// <summary>Runs a function with other values in the place of parameters.</summary>
    internal Tensor RunWith(IReadOnlyList<Parameter> parameters, Tensor[] values, Func<Tensor> function)
    {
        var before = bindings;
        bindings = before is null ? [] : new(before);
        for (int i = 0; i < values.Length; i++) bindings[parameters[i]] = values[i];
        try
        {
            return Recorder.Actual(function());
        }
        finally
        {
            bindings = before;
        }
    }

    internal override bool TakesPart(ReadOnlySpan<Tensor> operands)
    {
        if (!SeesTraces) return true;
        foreach (var operand in operands)
            if (operand.IsSymbolic && !IsFromOutside(operand))
                return true;
        return false;
    }

    /// <summary>The parameter that a tensor stands for in this trace; null if it stands for none.</summary>
    internal Parameter? ParameterOf(Tensor tensor) => standIns?.Parameters.GetValueOrDefault(tensor);

    Tensor StandInFor(Parameter parameter)
    {
        if (standIns!.Symbols.TryGetValue(parameter, out var known)) return known;
        // A value that the tape around binds may have the other type.
        var type = (Outer?.Resolve(parameter) ?? parameter).ElementType;
        var symbol = Input(type, parameter.Shape);
        standIns.Parameters.Add(symbol, parameter);
        return standIns.Symbols[parameter] = symbol;
    }

    bool Holds(Tensor tensor) => (tensor.Owner == this && tensor.Number >= 0) || Memory.Leaves.ContainsKey(tensor);

    /// <summary>Tensors without data in the place of parameters.</summary>
    sealed class StandIns
    {
        public Dictionary<Parameter, Tensor> Symbols { get; } = [];

        public Dictionary<Tensor, Parameter> Parameters { get; } = new(ReferenceEqualityComparer.Instance);
    }
}
