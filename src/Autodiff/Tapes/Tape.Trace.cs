namespace Autograd;

public sealed partial class Tape
{
    List<(Tensor Symbol, StepData Source)>? stepData;

    // A tape of its own, on top of the one under way, which goes on afterwards.
    Tape(bool isTrace)
    {
        IsTrace = isTrace;
        memory = TapeMemory.Rent();
        Begin();
    }

    /// <summary>Data of each step that the program asked for while it was traced.</summary>
    internal IReadOnlyList<(Tensor Symbol, StepData Source)> StepData => stepData ?? (IReadOnlyList<(Tensor, StepData)>)[];

    internal static Tape BeginTrace() => new(isTrace: true);

    /// <summary>A tape that has nothing to do with the one under way.</summary>
    internal static Tape BeginIsolated() => new(isTrace: false);

    /// <summary>A tensor that stands for data of each step; the same one for the same data.</summary>
    internal override Tensor AddStepData(StepData data, ElementType type)
    {
        Alive(nameof(TimeStep));
        foreach (var (known, source) in StepData)
            if (known.ElementType == type && source.Equals(data))
                return known;
        var symbol = Watch(new Tensor(type, data.Shape, null));
        (stepData ??= []).Add((symbol, data));
        return symbol;
    }

    // In a program a value that no entry made would be lost.
    internal override Tensor? DetachSymbolic(Tensor tensor) => IsTrace ? Functions.StopGradient(tensor) : null;

    /// <summary>Whether the tape around a trace tracks a tensor.</summary>
    internal bool IsFromOutside(Tensor tensor) =>
        IsTrace && Outer is Tape outer && !tensor.IsSymbolic && ((tensor.Owner == outer && tensor.Number >= 0) || outer.memory.Leaves.ContainsKey(tensor));
}
