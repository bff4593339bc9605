namespace Autograd.Scan;

/// <summary>Finds what a traced step computes from data of the step alone, and which of its data the rest of the program needs.</summary>
sealed class StepSchedule
{
    readonly Tape tape;
    readonly int batch;
    readonly Dictionary<Tensor, StepData?> data = new(ReferenceEqualityComparer.Instance);
    readonly List<(Tensor Symbol, StepData Source)> needed = [];

    /// <param name="tape">The trace.</param>
    /// <param name="x">The input of the step.</param>
    /// <param name="results">The output and the next states.</param>
    public StepSchedule(Tape tape, Tensor x, IEnumerable<Tensor> results)
    {
        this.tape = tape;
        batch = x.Rank > 0 ? x.Shape[0] : 1;
        foreach (var (symbol, source) in tape.StepData) data.Add(symbol, source);
        for (int entry = 0; entry < tape.Memory.EntryCount; entry++)
        {
            if (tape.Memory.OperationOf(entry) is not { } operation) continue;
            if (IsDerivable(entry, operation, x.ElementType)) data.Add(tape.Memory.ResultsOf(entry)[0], null);
            else foreach (var operand in tape.Memory.OperandsOf(entry)) Need(operand);
        }
        foreach (var result in results) Need(result);
    }

    /// <summary>Data of the step that the program needs, drawn or derived.</summary>
    public IReadOnlyList<(Tensor Symbol, StepData Source)> Needed => needed;

    /// <summary>Whether a value is no part of the program.</summary>
    public bool IsDerived(Tensor value) => data.ContainsKey(value);

    bool IsDerivable(int entry, RecordedOperation operation, ElementType type)
    {
        if (operation is not Operation { HasGradientHook: false, IsCustom: false }) return false;
        var result = tape.Memory.ResultsOf(entry)[0];
        // What has rows is part of fused passes.
        if (result.ElementType != type || result.Rank > 1 || (result.Rank == 1 && result.Shape[0] == batch)) return false;
        foreach (var operand in tape.Memory.OperandsOf(entry))
            if (operand.ElementType != type || !(data.ContainsKey(operand) || IsConstant(operand)))
                return false;
        return true;
    }

    bool IsConstant(Tensor operand) => !operand.IsSymbolic && operand is not Parameter && !tape.IsFromOutside(operand);

    void Need(Tensor value)
    {
        if (!data.TryGetValue(value, out var source) || needed.Exists(known => ReferenceEquals(known.Symbol, value))) return;
        needed.Add((value, source ?? Derive(value)));
    }

    // Operands come before what is computed from them, so going down the entries finds each once.
    DerivedData Derive(Tensor value)
    {
        var entries = new SortedSet<int> { EntryOf(value) };
        var (sources, constants) = (new List<Tensor>(), new List<Tensor>());
        for (int entry = entries.Max; entry >= entries.Min; entry--)
        {
            if (!entries.Contains(entry)) continue;
            foreach (var operand in tape.Memory.OperandsOf(entry))
            {
                if (!data.TryGetValue(operand, out var source)) AddOnce(constants, operand);
                else if (source is not null) AddOnce(sources, operand);
                else entries.Add(EntryOf(operand));
            }
        }
        Tensor[] values = [.. sources, .. constants, .. entries.Select(entry => tape.Memory.ResultsOf(entry)[0])];
        var numbers = new Dictionary<Tensor, int>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < values.Length; i++) numbers.Add(values[i], i);
        var nodes = new StepNode[values.Length];
        int given = sources.Count + constants.Count;
        for (int i = 0; i < nodes.Length; i++)
        {
            int[] operands = i < given ? []
                : Array.ConvertAll(tape.Memory.OperandsOf(EntryOf(values[i])).ToArray(), operand => numbers[operand]);
            nodes[i] = new StepNode(i < given ? null : (Operation)tape.Memory.OperationOf(EntryOf(values[i]))!, operands, values[i].Shape);
        }
        return new DerivedData([.. sources.Select(source => data[source]!)], [.. constants], nodes);
    }

    int EntryOf(Tensor value) => tape.Memory.EntryOf(value.Number);

    static void AddOnce(List<Tensor> list, Tensor tensor)
    {
        if (!list.Exists(known => ReferenceEquals(known, tensor))) list.Add(tensor);
    }
}
