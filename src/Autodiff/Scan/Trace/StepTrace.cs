namespace Autograd.Scan;

/// <summary>A traced step: its program, and what it uses from outside this time.</summary>
/// <param name="Program">The program; null if the step could not be traced.</param>
/// <param name="Leaves">The program's leaves: parameters, captured tensors, constants.</param>
/// <param name="StepData">Data of each step, the last of the program's sequences.</param>
/// <param name="Reason">Why it could not be traced.</param>
sealed record StepTrace(StepProgram? Program, Tensor[] Leaves, StepData[] StepData, string? Reason)
{
    /// <summary>Runs a step once with tensors that have shape and type but no data, and keeps what it did.</summary>
    /// <param name="step">The step.</param>
    /// <param name="like">What its input, its states and what it is given beside the input are like.</param>
    /// <param name="states">How many of them are states.</param>
    /// <param name="expected">What it did before; the trace has this very program if it does the same.</param>
    public static StepTrace Of(StepFunction step, Tensor[] like, int states, StepProgram? expected = null)
    {
        var replay = StepReplay.Of(expected, like);
        using var tape = replay is null ? Tape.BeginTrace() : Tape.BeginTrace(replay);
        using var time = TimeStep.BeginTraced(tape);
        try
        {
            var inputs = replay?.Begin(tape) ?? Array.ConvertAll(like, one => tape.Input(one.ElementType, one.Shape));
            var (output, next) = step(inputs[0], inputs[1..(1 + states)], inputs[(1 + states)..]);
            if (next?.Length != states)
                throw new ShapeException($"Recurrent: the step gave {next?.Length ?? 0} tensors of state; {states} are needed.");
            Tensor[] results = [Given(output), .. Array.ConvertAll(next, Given)];
            if (tape.Refusal is { } refusal) return Refused(refusal);
            var leaves = replay?.Find(results);
            if (leaves is not null) return new StepTrace(expected, leaves, [], null);
            return new Builder(tape, inputs, states).Build(results);
        }
        // Such as a tape of its own, or work on another thread: what is wrong in itself is so in an eager run too, which says it better.
        catch (Exception error) when (error is SymbolicReadException or TapeException)
        {
            return Refused(error.Message);
        }
    }

    static StepTrace Refused(string why) => new(null, [], [], $"the step cannot be traced: {why}");

    // A result may be a parameter or a captured tensor as it is, which no operation has looked at.
    static Tensor Given(Tensor result)
    {
        var given = Recorder.Actual(Require.Result("Recurrent", result));
        given.CheckOwner("Recurrent");
        return given;
    }

    /// <summary>Turns the entries of a tape into a program.</summary>
    sealed class Builder(Tape tape, Tensor[] inputs, int states)
    {
        readonly TapeMemory memory = tape.Memory;
        // A step with data of its own is recorded at every run: lists that grow would cost more than what they hold. The tape knows the
        // symbols and the parameters.
        readonly Dictionary<Tensor, int> leafNumbers = new(tape.Memory.Leaves.Count, ReferenceEqualityComparer.Instance);
        readonly List<Tensor> leaves = new(Math.Max(tape.Memory.Leaves.Count - inputs.Length, 0));
        readonly List<int> computed = new(tape.Memory.EntryCount);
        int[] numbers = [];

        public StepTrace Build(Tensor[] results)
        {
            if (Array.Find(results, result => result.ElementType != inputs[0].ElementType) is { } wrong)
                return new StepTrace(null, [], [], $"the step gives a result in {wrong.ElementType}, its input is {inputs[0].ElementType}");
            if (tape.StepData.FirstOrDefault(data => data.Symbol.ElementType != inputs[0].ElementType).Symbol is { } other)
                return new StepTrace(
                    null, [], [], $"the step draws numbers {other.Shape} in {other.ElementType}, its input is {inputs[0].ElementType}");
            var schedule = tape.StepData.Count > 0 ? new StepSchedule(tape, inputs[0], results) : null;
            Tensor[] symbols = schedule is null ? inputs : [.. inputs, .. schedule.Needed.Select(data => data.Symbol)];
            for (int i = 0; i < symbols.Length; i++) leafNumbers.Add(symbols[i], i);
            int given = symbols.Length;
            for (int entry = 0; entry < memory.EntryCount; entry++)
                if (schedule?.IsDerived(memory.ResultsOf(entry)[0]) != true && FindLeaves(entry, given) is { } reason)
                    return new StepTrace(null, [], [], reason);
            foreach (var result in results)
            {
                AddIfLeaf(result, given);
                if (result.IsSymbolic && !IsComputed(result) && !leafNumbers.ContainsKey(result))
                    return new StepTrace(null, [], [], $"the step gives a tensor {result.Shape} that has no data");
            }
            var nodes = new StepNode[given + leaves.Count + computed.Count];
            for (int i = 0; i < given; i++) nodes[i] = new StepNode(null, [], symbols[i].Shape);
            for (int i = 0; i < leaves.Count; i++) nodes[given + i] = new StepNode(null, [], leaves[i].Shape);
            Number(nodes, given + leaves.Count);
            var program = new StepProgram(
                inputs[0].ElementType, nodes, states, given - 1 - states, leaves.Count, NumberOf(results[0]),
                Array.ConvertAll(results[1..], NumberOf));
            return new StepTrace(program, [.. leaves], schedule is null ? [] : [.. schedule.Needed.Select(data => data.Source)], null);
        }

        // Returns why the entry cannot be part of a program.
        string? FindLeaves(int entry, int given)
        {
            if (memory.OperationOf(entry) is not { } recorded) return null;
            if (recorded is not Operation operation) return $"the step uses {recorded.Name}, which has several results";
            if (operation.HasGradientHook) return $"the step has a gradient hook ({operation.Name})";
            if (memory.ResultsOf(entry)[0].ElementType != inputs[0].ElementType)
                return $"the step computes in {memory.ResultsOf(entry)[0].ElementType} ({operation.Name}), its input is "
                    + $"{inputs[0].ElementType}";
            foreach (var operand in memory.OperandsOf(entry))
            {
                AddIfLeaf(operand, given);
                if (operand.IsSymbolic && !IsComputed(operand) && !leafNumbers.ContainsKey(operand))
                    return $"an operand {operand.Shape} of {operation.Name} was computed where nothing is recorded";
            }
            computed.Add(entry);
            return null;
        }

        void AddIfLeaf(Tensor tensor, int given)
        {
            if (IsComputed(tensor) || tensor.IsSymbolic || !leafNumbers.TryAdd(tensor, given + leaves.Count)) return;
            leaves.Add(tensor);
        }

        void Number(StepNode[] nodes, int first)
        {
            numbers = new int[memory.ValueCount];
            for (int i = 0; i < computed.Count; i++)
            {
                int entry = computed[i];
                var operands = memory.OperandsOf(entry);
                var operandNumbers = new int[operands.Length];
                for (int j = 0; j < operandNumbers.Length; j++) operandNumbers[j] = NumberOf(operands[j]);
                nodes[first + i] = new StepNode((Operation)memory.OperationOf(entry)!, operandNumbers, memory.ResultsOf(entry)[0].Shape);
                numbers[memory.FirstValueOf(entry)] = first + i;
            }
        }

        int NumberOf(Tensor tensor) => leafNumbers.TryGetValue(tensor, out int leaf) ? leaf : numbers[tensor.Number];

        bool IsComputed(Tensor tensor) => tensor.Owner == tape && tensor.Number >= 0;
    }
}
