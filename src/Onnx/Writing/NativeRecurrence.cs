using Autograd.Layers;
using Autograd.Onnx.Proto;

namespace Autograd.Onnx.Writing;

/// <summary>
/// Recurrences that ONNX has an operator for. Which they are is not known by name: the step of a cell of this library that the operator
/// stands for is traced with the same sizes, and must do the same. So a cell of a user that does the same counts as well.
/// </summary>
internal sealed class NativeRecurrence
{
    static readonly NativeRecurrence[] All =
    [
        new("LSTM", 2, Lstm, (inputs, hidden) => Trace(new LstmCell(inputs, hidden, default))),
        new("LSTM", 2, Lstm, (inputs, hidden) => Trace(new PeepholeLstmCell(inputs, hidden, default))),
        new("GRU", 1, Gru, (inputs, hidden) => Trace(new GruCell(inputs, hidden, default))),
        new("GRU", 1, Gru, (inputs, hidden) => Trace(new GruCell(inputs, hidden, default, GruReset.AfterProduct))),
        new("RNN", 1, weights => Rnn(weights, "Tanh"), (inputs, hidden) => Trace(new RnnCell(inputs, hidden, default))),
        new("RNN", 1, weights => Rnn(weights, "Relu"), (inputs, hidden) => Trace(new RnnCell(inputs, hidden, default, Functions.Relu))),
        new("RNN", 1, weights => Rnn(weights, "Sigmoid"),
            (inputs, hidden) => Trace(new RnnCell(inputs, hidden, default, Functions.Sigmoid))),
    ];

    readonly string kind;
    readonly int states;
    readonly Func<Weights, Operands> operands;
    readonly Func<int, int, Func<int, int[], TracedFunction>> reference;

    NativeRecurrence(
        string kind, int states, Func<Weights, Operands> operands, Func<int, int, Func<int, int[], TracedFunction>> reference) =>
        (this.kind, this.states, this.operands, this.reference) = (kind, states, operands, reference);

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
        foreach (var native in All)
        {
            if (native.states != recurrence.States) continue;
            var made = native.reference(x[1], state[1])(x[0], recurrence.Sequences == 1 ? [2, .. Enumerable.Repeat(1, x[0] - 1)] : []);
            var found = made.Calls.Single(one => one.Operation is Recurrence);
            if (!((Recurrence)found.Operation).Step.IsSameAs(step)) continue;
            int given = 1 + recurrence.States + recurrence.Sequences;
            var names = new Dictionary<string, string>(StringComparer.Ordinal);
            for (int i = given; i < found.Operands.Length; i++)
                if (made.Leaves[found.Operands[i] - made.FirstLeaf] is Parameter parameter)
                    names.Add(parameter.Name.Split('.')[^1], call[i]);
            return native.Write(call, recurrence, new Weights(call, names, state[1]));
        }
        return null;
    }

    string?[] Write(OnnxCall call, Recurrence recurrence, Weights weights)
    {
        var (w, r, b, p, attributes) = operands(weights);
        string lengths = recurrence.Sequences == 0 ? "" : call.Graph.Cast(call.Context.Masks[call[1 + states]], OnnxType.Int32);
        var inputs = new List<string> { call[0], w, r, b, lengths };
        for (int i = 0; i < states; i++) inputs.Add(call.Add("Unsqueeze", call[1 + i], call.Whole(0)));
        if (p is not null) inputs.Add(p);
        string[] outputs = [call.Graph.NewName("outputs"), .. Enumerable.Range(0, states).Select(_ => call.Graph.NewName("final"))];
        call.Graph.AddNode(kind, [.. inputs], outputs, [OnnxAttribute.Of("hidden_size", weights.Hidden), .. attributes]);
        var results = new string?[1 + 2 * states];
        results[0] = call.Add("Squeeze", outputs[0], call.Whole(1));
        for (int i = 1; i <= states; i++) results[i] = call.Add("Squeeze", outputs[i], call.Whole(0));
        return results;
    }

    // Rows i, o, f, c.
    static Operands Lstm(Weights weights) => new(
        weights.Rows("Wxi", "Wxo", "Wxf", "Wxc"), weights.Rows("Whi", "Who", "Whf", "Whc"),
        weights.Vectors("Bi", "Bo", "Bf", "Bc", "", "", "", ""),
        weights.Has("Pf") ? weights.Vectors("Pi", "Po", "Pf") : null, []);

    // Rows z, r, h. Here z is the share of the new state, there that of the old one: 1 − σ(a) = σ(−a).
    static Operands Gru(Weights weights) => new(
        weights.Rows("-Wxz", "Wxr", "Wxh"), weights.Rows("-Whz", "Whr", "Whh"),
        weights.Vectors("-Bz", "Br", "Bh", "", "", weights.Has("Bhh") ? "Bhh" : ""), null,
        [OnnxAttribute.Of("linear_before_reset", weights.Has("Bhh") ? 1 : 0)]);

    static Operands Rnn(Weights weights, string activation) =>
        new(weights.Rows("W"), weights.Rows("R"), weights.Vectors("B", ""), null,
            [OnnxAttribute.Of("activations", (string[])[activation])]);

    // Traces the layer over a cell for a batch.
    static Func<int, int[], TracedFunction> Trace<TState>(Cell<TState> cell) => (batch, lengths) =>
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
    };

    /// <summary>What the operator takes beside input, lengths and states.</summary>
    readonly record struct Operands(string W, string R, string B, string? P, OnnxAttribute[] Attributes);

    /// <summary>The weights of a cell by their names; one with a minus in front is negated, an empty name is zeros.</summary>
    sealed class Weights(OnnxCall call, Dictionary<string, string> names, int hidden)
    {
        public int Hidden => hidden;

        public bool Has(string name) => names.ContainsKey(name);

        /// <summary>Matrices [inputs, units] as the rows of one [1, gates · units, inputs].</summary>
        public string Rows(params string[] gates) => Joined([.. gates.Select(gate => call.Add("Transpose", Of(gate)))]);

        public string Vectors(params string[] gates) => Joined([.. gates.Select(Of)]);

        string Joined(string[] parts)
        {
            string joined = parts.Length == 1 ? parts[0] : call.Graph.Add("Concat", parts, OnnxAttribute.Of("axis", 0));
            return call.Add("Unsqueeze", joined, call.Whole(0));
        }

        string Of(string name) => name is ""
            ? call.Graph.Constants.Of(Tensor.Zeros([hidden], call.Type), "zeros")
            : name[0] == '-' ? call.Add("Neg", names[name[1..]]) : names[name];
    }
}
