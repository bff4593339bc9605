namespace Autograd.Layers;

/// <summary>
/// Weights in the names and layouts of Keras (keras.io, <c>keras.layers</c>), both ways: <c>kernel</c>, <c>recurrent_kernel</c> and
/// <c>bias</c> of <c>SimpleRNN</c>, <c>LSTM</c> and <c>GRU</c>, <c>kernel</c> and <c>bias</c> of <c>Dense</c>, <c>embeddings</c> of
/// <c>Embedding</c>, <c>gamma</c> and <c>beta</c> of <c>LayerNormalization</c>.
/// </summary>
/// <remarks>
/// In Keras, the gates are blocks of columns: i, f, c, o; z, r, h. The update gate z of a GRU is the share of the old state in Keras and
/// that of the new one here, so its weights are negated. With <c>reset_after</c>, the default in Keras, a GRU is
/// <see cref="GruReset.AfterProduct"/>, and the bias is <c>[2, 3 · units]</c>, for the input and for the state; without it
/// <see cref="GruReset.BeforeProduct"/>.
/// </remarks>
public static class Keras
{
    static readonly string[] LstmGates = ["i", "f", "c", "o"], GruGates = ["-z", "r", "h"];

    /// <summary>The weights of a module.</summary>
    /// <param name="module">The module.</param>
    /// <param name="prefix">Before every name, such as <c>"lstm/"</c>.</param>
    /// <exception cref="ArgumentException">There is no such layer in Keras.</exception>
    public static IReadOnlyList<(string Name, Tensor Value)> Export(Module module, string prefix = "") => Map(module).Write(prefix);

    /// <summary>Imports the weights of a module.</summary>
    /// <param name="module">The module, of which either all parameters are changed or none.</param>
    /// <param name="tensors">The weights by name; other tensors are ignored. A missing bias is taken as 0.</param>
    /// <param name="prefix">Before every name.</param>
    /// <exception cref="ArgumentException"> There is no such layer in Keras; or tensors are missing or of the wrong shape, which the
    /// message lists.
    /// </exception>
    public static void Import(Module module, IReadOnlyDictionary<string, Tensor> tensors, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(tensors);
        Parameter.AssignAll(Map(module).Read("Keras.Import", tensors, prefix));
    }

    static ForeignWeights Map(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return module switch
        {
            Linear when HasParameter(module, "bias") => new ForeignWeights().Add("kernel", module["weight"]).Add("bias", module["bias"]),
            Linear => new ForeignWeights().Add("kernel", module["weight"]),
            Embedding => new ForeignWeights().Add("embeddings", module["table"]),
            LayerNorm => new ForeignWeights().Add("gamma", module["gain"]).Add("beta", module["bias"]),
            RnnCell => Gates(module, [""], "W", "R"),
            LstmCell { IsStandard: true } => Gates(module, LstmGates, "Wx", "Wh"),
            GruCell { Reset: GruReset.AfterProduct, IsStandard: true } => ResetAfter(module),
            GruCell { IsStandard: true } => Gates(module, GruGates, "Wx", "Wh"),
            LstmCell or GruCell => throw new ArgumentException(
                $"Keras: a {module.GetType().Name} with functions of its own has no such layer here.", nameof(module)),
            _ => throw new ArgumentException($"Keras: there is no layer for {module.GetType().Name}.", nameof(module)),
        };
    }

    static bool HasParameter(Module module, string name) => module.NamedParameters().Any(named => named.Path == name);

    static ForeignWeights Gates(Module cell, string[] order, string input, string recurrent)
    {
        var gates = new GateBlocks(cell, order, hasRows: false);
        var map = Matrices(gates, input, recurrent);
        return !gates.Has("B")
            ? map
            : map.Add("bias", gates.VectorShape("B"), () => gates.Vector("B"), value => gates.TakeVector("B", value), isOptional: true);
    }

    static ForeignWeights Matrices(GateBlocks gates, string input, string recurrent) => new ForeignWeights()
        .Add("kernel", gates.MatrixShape(input), () => gates.Matrix(input), value => gates.TakeMatrix(input, value))
        .Add("recurrent_kernel", gates.MatrixShape(recurrent), () => gates.Matrix(recurrent), value => gates.TakeMatrix(recurrent, value));

    static ForeignWeights ResetAfter(Module cell)
    {
        var gates = new GateBlocks(cell, GruGates, hasRows: false);
        if (!HasParameter(cell, "Bhh")) return Matrices(gates, "Wx", "Wh");
        var bhh = cell["Bhh"];
        int units = bhh.ElementCount;
        return Matrices(gates, "Wx", "Wh").Add(
            "bias", [2, 3 * units],
            () => Functions.Stack([gates.Vector("B"), Functions.Concatenate(0, Tensor.Zeros([2 * units]), bhh)]),
            value =>
            [
                .. gates.TakeVector("B", value[0] + Functions.Concatenate(0, value[1][..(2 * units)], Tensor.Zeros([units]))),
                (bhh, value[1][(2 * units)..]),
            ],
            isOptional: true);
    }
}
