namespace Autograd;

public sealed partial class Tape
{
    // A tape of its own, on top of the one under way, which goes on afterwards.
    Tape(bool isTrace)
    {
        IsTrace = isTrace;
        memory = TapeMemory.Rent();
        Begin();
    }

    /// <summary>Per-step data that the program asked for while it was traced.</summary>
    internal List<(Tensor Symbol, StepMask Source)> StepMasks { get; } = [];

    internal static Tape BeginTrace() => new(isTrace: true);

    /// <summary>A tape that has nothing to do with the one under way.</summary>
    internal static Tape BeginIsolated() => new(isTrace: false);

    /// <summary>A tensor that stands for random data of each step.</summary>
    internal Tensor AddStepMask(StepMask mask, ElementType type)
    {
        var symbol = Watch(new Tensor(type, mask.Shape, null));
        StepMasks.Add((symbol, mask));
        return symbol;
    }

    /// <summary>Whether the tape around a trace tracks a tensor.</summary>
    bool IsFromOutside(Tensor tensor) =>
        IsTrace && Outer is Tape outer && !tensor.IsSymbolic && ((tensor.Owner == outer && tensor.Number >= 0) || outer.memory.Leaves.ContainsKey(tensor));
}
