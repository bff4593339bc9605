namespace Autograd.Layers;

/// <summary>
/// A function of tensors as a list of operations with memory of their own, recorded once from tensors without data: running it again computes into the same
/// memory and allocates nothing. Parameters are read where they are, so their changes show.
/// </summary>
internal sealed class StreamProgram
{
    readonly (Operation Operation, Tensor[] Operands, Tensor Result)[] steps;

    StreamProgram((Operation, Tensor[], Tensor)[] steps, Tensor[] inputs, Tensor[] outputs) => (this.steps, Inputs, Outputs) = (steps, inputs, outputs);

    /// <summary>Where the arguments go.</summary>
    public IReadOnlyList<Tensor> Inputs { get; }

    /// <summary>Where the results are after a run.</summary>
    public IReadOnlyList<Tensor> Outputs { get; }

    /// <summary>The program of a function, or null if it cannot be recorded: it reads values, or hides what it uses.</summary>
    public static StreamProgram? Of(Func<Tensor[], Tensor[]> function, IReadOnlyList<(Shape Shape, ElementType Type)> inputs)
    {
        using var tape = new Tape();
        Tensor[] symbols = [.. inputs.Select(input => tape.Watch(Tensor.Symbolic(input.Shape, input.Type)))];
        int start = tape.Position;
        Tensor[] outputs;
        try
        {
            outputs = function(symbols);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
        return new Binding(symbols).Build(Entries(tape.Memory, start), outputs);
    }

    /// <summary>Computes the results of what is in the inputs.</summary>
    public void Run()
    {
        foreach (var (operation, operands, result) in steps) operation.Compute(operands, result);
    }

    static IEnumerable<(RecordedOperation? Operation, Tensor[] Operands, Tensor Result)> Entries(TapeMemory memory, int since)
    {
        for (int entry = since; entry < memory.EntryCount; entry++)
            yield return (memory.OperationOf(entry), memory.OperandsOf(entry).ToArray(), memory.ResultsOf(entry)[0]);
    }

    /// <summary>Gives every recorded tensor memory.</summary>
    sealed class Binding
    {
        readonly Dictionary<Tensor, Tensor> memory = new(ReferenceEqualityComparer.Instance);
        readonly List<(Operation, Tensor[], Tensor)> steps = [];
        readonly Tensor[] inputs;

        public Binding(Tensor[] symbols)
        {
            inputs = Array.ConvertAll(symbols, symbol => memory[symbol] = Fresh(symbol));
        }

        public StreamProgram? Build(IEnumerable<(RecordedOperation? Operation, Tensor[] Operands, Tensor Result)> recorded, Tensor[] outputs)
        {
            foreach (var (operation, operands, result) in recorded)
            {
                if (operation is null) continue;
                // Operations with several results, and those that call back, are left to the usual way.
                if (operation is not Operation single || operation is CustomAdapter || Bound(operands) is not { } bound) return null;
                if (single.View(bound, result.Shape) is { } view) memory[result] = view;
                else steps.Add((single, bound, memory[result] = Fresh(result)));
            }
            return Bound(outputs) is { } places ? new StreamProgram([.. steps], inputs, places) : null;
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
                else bound[i] = memory[tensors[i]] = tensors[i].Detach();
            }
            return bound;
        }

        static Tensor Fresh(Tensor like) => Tensor.Zeros(like.Shape, like.ElementType);
    }
}
