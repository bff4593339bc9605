using Autograd.Layers;
using Autograd.Onnx.Proto;

namespace Autograd.Onnx.Writing;

/// <summary>
/// Recurrences for which ONNX has an operator. They are not recognised by name: the step of the library's cell that corresponds to the
/// operator is traced with the same sizes, and must be equal. A user's cell that computes the same is thus recognised as well.
/// </summary>
static class NativeRecurrence
{
    /// <summary>Writes the operator, or gives null if there is none for this step.</summary>
    /// <param name="call">The recurrence in the function around it.</param>
    /// <param name="recurrence">What it is in the first trial.</param>
    /// <param name="wanted">Which results are needed.</param>
    public static string?[]? TryWrite(OnnxCall call, Recurrence recurrence, bool[] wanted)
    {
        // The operators do not give the states of all steps.
        if (wanted.AsSpan(1 + recurrence.States).Contains(true)) return null;
        var step = recurrence.Step;
        if (step.Values[0].Shape is not { Rank: 2 } x || step.Values[1].Shape is not { Rank: 2 } state) return null;
        if (recurrence.Sequences > 1
            || (recurrence.Sequences == 1 && !call.Context.Masks.ContainsKey(call[1 + recurrence.States]))) return null;
        int[] lengths = recurrence.Sequences == 1 ? [2, .. Enumerable.Repeat(1, x[0] - 1)] : [];
        foreach (var native in NativeCell.All.Where(native => native.States == recurrence.States))
        {
            foreach (bool hasBias in native.Peepholes is [] ? (bool[])[true, false] : [true])
            {
                var made = Trace(native.Cell(x[1], state[1], hasBias), x[0], lengths);
                var found = made.Calls.Single(one => one.Operation is Recurrence);
                if (((Recurrence)found.Operation).Step.IsSameAs(step))
                    return Write(native, call, recurrence, new Weights(call, Names(call, made, found, recurrence), state[1]));
            }
        }
        return null;
    }

    // Those of the cell's own parameters, by what they are called in the cell of this library.
    static Dictionary<string, string> Names(OnnxCall call, TracedFunction made, TracedCall found, Recurrence recurrence)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 1 + recurrence.States + recurrence.Sequences; i < found.Operands.Length; i++)
            if (made.Leaves[found.Operands[i] - made.FirstLeaf] is Parameter parameter)
                names.Add(parameter.Name.Split('.')[^1], call[i]);
        return names;
    }

    static string?[] Write(NativeCell native, OnnxCall call, Recurrence recurrence, Weights weights)
    {
        int states = native.States;
        string lengths = recurrence.Sequences == 0 ? "" : call.Graph.Cast(call.Context.Masks[call[1 + states]], OnnxType.Int32);
        var inputs = new List<string>
        {
            call[0], weights.Rows(native.Matrices.Input, native.Gates), weights.Rows(native.Matrices.Recurrent, native.Gates),
            weights.Biases(native), lengths,
        };
        for (int i = 0; i < states; i++) inputs.Add(call.Add("Unsqueeze", call[1 + i], call.Whole(0)));
        if (native.Peepholes is not []) inputs.Add(weights.Vectors(native.Peepholes.Select(gate => "P" + gate)));
        string[] outputs = [call.Graph.NewName("outputs"), .. Enumerable.Range(0, states).Select(_ => call.Graph.NewName("final"))];
        List<OnnxAttribute> attributes =
            [OnnxAttribute.Of("hidden_size", weights.Hidden), OnnxAttribute.Of("activations", native.Activations)];
        if (native.Operator == "GRU") attributes.Add(OnnxAttribute.Of("linear_before_reset", native.ResetsAfter ? 1 : 0));
        call.Graph.AddNode(native.Operator, [.. inputs], outputs, [.. attributes]);
        var results = new string?[1 + 2 * states];
        results[0] = call.Add("Squeeze", outputs[0], call.Whole(1));
        for (int i = 1; i <= states; i++) results[i] = call.Add("Squeeze", outputs[i], call.Whole(0));
        return results;
    }

    static TracedFunction Trace(Module cell, int batch, int[] lengths) =>
        cell is Cell<LstmState> lstm ? Trace(lstm, batch, lengths) : Trace((Cell<Tensor>)cell, batch, lengths);

    // Traces the layer over a cell for a batch.
    static TracedFunction Trace<TState>(Cell<TState> cell, int batch, int[] lengths)
    {
        var layer = Recurrent.Over(cell);
        int inputs = cell.Parameters[0].Shape[0];
        Tensor[] like = [Tensor.Symbolic([2, batch, inputs]), .. State.Tensors(cell.Initial(batch, ElementType.Float32))];
        return TracedFunction.Of(
            like,
            symbols =>
            {
                int next = 1;
                return [layer.Run(symbols[0], State.Map(cell.Initial(batch, ElementType.Float32), _ => symbols[next++]), lengths).Outputs];
            },
            isStep: false);
    }

    /// <summary>The weights of a cell by their names; of a gate with a minus in front they are negated, an empty name is zeros.</summary>
    sealed class Weights(OnnxCall call, Dictionary<string, string> names, int hidden)
    {
        public int Hidden => hidden;

        /// <summary>Matrices [inputs, units] of gates as the rows of one [1, gates · units, inputs].</summary>
        public string Rows(string part, string[] gates) =>
            Joined([.. gates.Select(gate => call.Add("Transpose", Signed(gate, names[part + gate.TrimStart('-')])))]);

        public string Vectors(IEnumerable<string> all) => Joined([.. all.Select(Vector)]);

        /// <summary>Those for the input, and zeros for the state, but for one that is reset; none where the cell has none.</summary>
        public string Biases(NativeCell native)
        {
            if (!names.ContainsKey("B" + native.Gates[^1])) return "";
            var input = native.Gates.Select(gate => gate[..^gate.TrimStart('-').Length] + "B" + gate.TrimStart('-'));
            var state = native.Gates.Select((_, i) => native.ResetsAfter && i == native.Gates.Length - 1 ? "Bhh" : "");
            return Vectors(input.Concat(state));
        }

        string Joined(string[] parts)
        {
            string joined = parts.Length == 1 ? parts[0] : call.Graph.Add("Concat", parts, OnnxAttribute.Of("axis", 0));
            return call.Add("Unsqueeze", joined, call.Whole(0));
        }

        string Vector(string name) => name is ""
            ? call.Graph.Constants.Of(Tensor.Zeros([hidden], call.Type), "zeros") : Signed(name, names[name.TrimStart('-')]);

        string Signed(string gate, string value) => gate.StartsWith('-') ? call.Add("Neg", value) : value;
    }
}
