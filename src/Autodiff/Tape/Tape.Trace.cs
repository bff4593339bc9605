namespace Autograd;

public sealed partial class Tape
{
    readonly Tape? outer;

    // A tape of its own, on top of the one under way, which goes on afterwards.
    Tape(bool isTrace)
    {
        outer = Current;
        IsTrace = isTrace;
        memory = TapeMemory.Rent();
        current = this;
    }

    /// <summary>
    /// Whether this tape records a program and not a computation: what depends on symbolic tensors is recorded here, and everything else is
    /// computed and recorded outside, by the tape under way, so that values which the program refers to keep their gradients.
    /// </summary>
    internal bool IsTrace { get; }

    /// <summary>Data of each step that the program asked for while it was traced.</summary>
    internal List<(Tensor Symbol, StepData Source)> StepData { get; } = [];

    internal TapeMemory Memory => memory;

    /// <summary>A tensor that stands for data of each step; the same one for the same data.</summary>
    internal Tensor AddStepData(StepData data, ElementType type)
    {
        Alive(nameof(TimeStep));
        foreach (var (known, source) in StepData)
            if (known.ElementType == type && source.Equals(data))
                return known;
        var symbol = Watch(new Tensor(type, data.Shape, null));
        StepData.Add((symbol, data));
        return symbol;
    }

    internal static Tape BeginTrace() => new(isTrace: true);

    /// <summary>A tape that has nothing to do with the one under way.</summary>
    internal static Tape BeginIsolated() => new(isTrace: false);

    internal Tensor ApplyOutside(Operation operation, ReadOnlySpan<Tensor> operands)
    {
        current = outer;
        try
        {
            return Engine.Apply(operation, operands);
        }
        finally
        {
            current = this;
        }
    }

    /// <summary>Whether the tape around a trace tracks a tensor.</summary>
    internal bool IsFromOutside(Tensor tensor) =>
        IsTrace && outer is not null && !tensor.IsSymbolic && ((tensor.Tape == outer && tensor.Entry >= 0) || outer.memory.Leaves.ContainsKey(tensor));
}
