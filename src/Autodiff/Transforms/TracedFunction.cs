namespace Autograd.Transforms;

/// <summary>A value of a traced function.</summary>
/// <param name="Shape">Its shape.</param>
/// <param name="Type">Its element type.</param>
readonly record struct TracedValue(Shape Shape, ElementType Type);

/// <summary>An operation of a traced function: its results have the numbers from <paramref name="First"/> on.</summary>
/// <param name="Operation">The operation, with its attributes.</param>
/// <param name="Operands">Numbers of the values it is computed from.</param>
/// <param name="First">Number of the first result.</param>
/// <param name="Results">Number of results.</param>
sealed record TracedCall(RecordedOperation Operation, int[] Operands, int First, int Results);

/// <summary>
/// A function of tensors as the list of its operations, whatever they are: for others to read. Unlike a <see cref="StepProgram"/> it may
/// have values of both element types, operations with several results, and recurrences; it holds the tensors that it uses from outside.
/// </summary>
/// <param name="Values">First the inputs, then data of each step, then the leaves, then what is computed, in order.</param>
/// <param name="Calls">The operations, in order.</param>
/// <param name="Inputs">Number of inputs.</param>
/// <param name="StepData">Data of each step.</param>
/// <param name="Leaves">Parameters, constants, and values of the traces around this one.</param>
/// <param name="Results">Numbers of the results.</param>
sealed record TracedFunction(
    TracedValue[] Values, TracedCall[] Calls, int Inputs, StepData[] StepData, Tensor[] Leaves, int[] Results)
{
    public int FirstLeaf => Inputs + StepData.Length;

    public int FirstComputed => FirstLeaf + Leaves.Length;

    /// <summary>Whether another function does the same with values of the same shapes, whatever its leaves are.</summary>
    public bool IsSameAs(TracedFunction other)
    {
        bool isAlike = Calls.Length == other.Calls.Length && Leaves.Length == other.Leaves.Length
            && Values.AsSpan().SequenceEqual(other.Values)
            && StepData.AsSpan().SequenceEqual(other.StepData) && Results.AsSpan().SequenceEqual(other.Results);
        return isAlike && Calls.Zip(other.Calls).All(pair =>
            pair.First.Operation.IsSameAs(pair.Second.Operation) && pair.First.Operands.AsSpan().SequenceEqual(pair.Second.Operands));
    }

    /// <summary>Runs a function once with tensors without data, and keeps what it did.</summary>
    /// <param name="like">Tensors whose shapes and types the inputs get.</param>
    /// <param name="function">From the inputs to the results.</param>
    /// <param name="isStep">Whether it is a step that stands for all steps of a recurrence.</param>
    /// <exception cref="SymbolicReadException">The function reads a value or changes a parameter.</exception>
    /// <exception cref="TapeException">It computes where nothing is recorded.</exception>
    public static TracedFunction Of(Tensor[] like, Func<Tensor[], Tensor[]> function, bool isStep)
    {
        using var tape = Tape.BeginTrace(keepsRecurrences: true);
        using var time = isStep ? TimeStep.BeginTraced(tape) : TimeStep.Begin(TimeStep.Capture());
        var inputs = Array.ConvertAll(like, tensor => tape.Input(tensor.ElementType, tensor.Shape));
        var results = function(inputs);
        return tape.Refusal is { } refusal ? throw new SymbolicReadException(refusal)
            : new Builder(tape).Build(inputs, Array.ConvertAll(results, Recorder.Actual));
    }

    sealed class Builder(Tape tape)
    {
        readonly Dictionary<Tensor, int> numbers = new(ReferenceEqualityComparer.Instance);
        readonly List<Tensor> leaves = [];
        readonly List<TracedValue> values = [];
        readonly List<TracedCall> calls = [];

        public TracedFunction Build(Tensor[] inputs, Tensor[] results)
        {
            foreach (var input in inputs) Add(input);
            foreach (var (symbol, _) in tape.StepData) Add(symbol);
            var memory = tape.Memory;
            for (int entry = 0; entry < memory.EntryCount; entry++)
                if (memory.OperationOf(entry) is { } operation)
                    foreach (var operand in memory.OperandsOf(entry)) AddLeaf(operand, operation.Name);
            foreach (var result in results) AddLeaf(result, "a result");
            for (int entry = 0; entry < memory.EntryCount; entry++)
            {
                if (memory.OperationOf(entry) is not { } operation) continue;
                int[] operands = Array.ConvertAll(memory.OperandsOf(entry).ToArray(), operand => numbers[operand]);
                calls.Add(new(operation, operands, values.Count, memory.ResultsOf(entry).Length));
                foreach (var result in memory.ResultsOf(entry)) Add(result);
            }
            return new TracedFunction(
                [.. values], [.. calls], inputs.Length, [.. tape.StepData.Select(data => data.Source)], [.. leaves],
                Array.ConvertAll(results, result => numbers[result]));
        }

        void Add(Tensor value)
        {
            numbers.Add(value, values.Count);
            values.Add(new(value.Shape, value.ElementType));
        }

        void AddLeaf(Tensor tensor, string use)
        {
            if (numbers.ContainsKey(tensor) || (tensor.Owner == tape && tensor.Number >= 0)) return;
            var parameter = tape.ParameterOf(tensor);
            if (tensor.IsSymbolic && parameter is null && !tape.IsFromOutside(tensor))
                throw new TapeException(
                    $"A tensor {tensor.Shape}{tensor.MadeBy()} that {use} uses was computed where nothing is recorded.");
            Add(tensor);
            leaves.Add(parameter ?? tensor);
        }
    }
}
