using System.Globalization;

namespace Autograd.Layers;

/// <summary>
/// Weights in the names and layouts of PyTorch's state dictionaries (pytorch.org, <c>torch.nn</c>), both ways; with
/// <see cref="Safetensors"/> they can be exchanged in files, which TorchSharp reads too.
/// <code>
/// var tensors = Safetensors.Read("model.safetensors");       // torch: save_file(model.state_dict(), "model.safetensors")
/// PyTorch.ImportRecurrent([lower, upper], tensors, "lstm.");
/// PyTorch.Import(head, tensors, "head.");
/// </code>
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>nn.Linear</c>, <c>nn.Embedding</c>, <c>nn.LayerNorm</c> are <see cref="Linear"/>, <see cref="Embedding"/>,
/// <see cref="LayerNorm"/>.</item>
/// <item><c>nn.RNN</c> is <see cref="RnnCell"/>, <c>nn.LSTM</c> <see cref="LstmCell"/>, and with <c>proj_size</c>
/// <see cref="ProjectedLstmCell"/>.</item>
/// <item><c>nn.GRU</c> is <see cref="GruCell"/> with <see cref="GruReset.AfterProduct"/>; its update gate z is the share of the old state
/// in PyTorch and that of the new one here, so its weights are negated.</item>
/// <item>In PyTorch, the gates are blocks of rows (i, f, g, o; r, z, n), and each has two biases, most of which are only ever added: their
/// sum and zeros are written. Missing biases (<c>bias=False</c>) are taken as 0.</item>
/// </list>
/// </remarks>
public static class PyTorch
{
    static readonly string[] LstmGates = ["i", "f", "c", "o"], GruGates = ["r", "-z", "h"];

    /// <summary>
    /// The weights of a module; of a cell under the names of <c>nn.RNNCell</c>, <c>nn.LSTMCell</c> and <c>nn.GRUCell</c>.
    /// </summary>
    /// <param name="module">The module.</param>
    /// <param name="prefix">Before every name, such as <c>"head."</c>.</param>
    /// <exception cref="ArgumentException">There is no such module in PyTorch.</exception>
    public static IReadOnlyList<(string Name, Tensor Value)> Export(Module module, string prefix = "") => Map(module, "").Write(prefix);

    /// <summary>Takes the weights of a module.</summary>
    /// <param name="module">The module, whose parameters change, all of them or none.</param>
    /// <param name="tensors">A state dictionary; other tensors in it are ignored.</param>
    /// <param name="prefix">Before every name.</param>
    /// <exception cref="ArgumentException"> There is no such module in PyTorch; or tensors are missing or of the wrong shape, which the
    /// message lists.
    /// </exception>
    public static void Import(Module module, IReadOnlyDictionary<string, Tensor> tensors, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(tensors);
        Parameter.AssignAll(Map(module, "").Read("PyTorch.Import", tensors, prefix));
    }

    /// <summary>
    /// The weights of cells under the names of <c>nn.RNN</c>, <c>nn.LSTM</c> and <c>nn.GRU</c>: <c>weight_ih_l0_reverse</c>.
    /// </summary>
    /// <param name="cells">The cells, layer by layer; within a layer, forward and then backward.</param>
    /// <param name="prefix">Before every name.</param>
    /// <param name="directions">1, or 2 for bidirectional layers.</param>
    /// <exception cref="ArgumentException">There are no such cells in PyTorch, or their number does not match the directions.</exception>
    public static IReadOnlyList<(string Name, Tensor Value)> ExportRecurrent(
        IReadOnlyList<Module> cells, string prefix = "", int directions = 1) =>
        [.. Layers(nameof(ExportRecurrent), cells, directions).SelectMany(map => map.Write(prefix))];

    /// <summary>Imports the weights of cells, all of them or none.</summary>
    /// <inheritdoc cref="ExportRecurrent"/>
    /// <param name="cells">The cells, layer by layer; within a layer, forward and then backward.</param>
    /// <param name="prefix">Before every name.</param>
    /// <param name="directions">1, or 2 for bidirectional layers.</param>
    /// <param name="tensors">A state dictionary; other tensors in it are ignored.</param>
    public static void ImportRecurrent(
        IReadOnlyList<Module> cells, IReadOnlyDictionary<string, Tensor> tensors, string prefix = "", int directions = 1)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var maps = Layers(nameof(ImportRecurrent), cells, directions);
        Parameter.AssignAll([.. maps.SelectMany(map => map.Read("PyTorch.ImportRecurrent", tensors, prefix))]);
    }

    static ForeignWeights[] Layers(string operation, IReadOnlyList<Module> cells, int directions)
    {
        ArgumentNullException.ThrowIfNull(cells);
        if (directions is not (1 or 2) || cells.Count == 0 || cells.Count % directions != 0)
            throw new ArgumentException($"PyTorch.{operation}: {cells.Count} cells do not make layers of {directions} directions.",
                nameof(cells));
        return [.. cells.Select((cell, i) => Map(cell, string.Create(
            CultureInfo.InvariantCulture, $"_l{i / directions}{(i % directions == 1 ? "_reverse" : "")}")))];
    }

    static ForeignWeights Map(Module module, string suffix)
    {
        ArgumentNullException.ThrowIfNull(module);
        return module switch
        {
            Linear => Biased(new ForeignWeights().Add(
                "weight", Turned(module["weight"].Shape), () => Functions.Transpose(module["weight"]),
                value => [(module["weight"], Functions.Transpose(value))]), module),
            Embedding => new ForeignWeights().Add("weight", module["table"]),
            LayerNorm => new ForeignWeights().Add("weight", module["gain"]).Add("bias", module["bias"]),
            RnnCell => Sums(new GateBlocks(module, [""], hasRows: true), "W", "R", suffix),
            LstmCell { IsStandard: true } => Sums(new GateBlocks(module, LstmGates, hasRows: true), "Wx", "Wh", suffix),
            ProjectedLstmCell => Sums(new GateBlocks(module, LstmGates, hasRows: true), "Wx", "Wh", suffix).Add(
                $"weight_hr{suffix}", Turned(module["Wp"].Shape), () => Functions.Transpose(module["Wp"]),
                value => [(module["Wp"], Functions.Transpose(value))]),
            GruCell { Reset: GruReset.AfterProduct, IsStandard: true } => Gru(module, suffix),
            GruCell { Reset: GruReset.BeforeProduct } => throw new ArgumentException(
                "PyTorch: its GRU resets after the product; make the cell with GruReset.AfterProduct.", nameof(module)),
            LstmCell or GruCell => throw new ArgumentException(
                $"PyTorch: its {module.GetType().Name[..^4]} has no other functions than sigmoid and tanh.", nameof(module)),
            _ => throw new ArgumentException($"PyTorch: there is no module for {module.GetType().Name}.", nameof(module)),
        };
    }

    static bool Has(Module module, string name) => module.NamedParameters().Any(named => named.Path == name);

    static ForeignWeights Biased(ForeignWeights map, Module module) =>
        Has(module, "bias") ? map.Add("bias", module["bias"]) : map;

    static ForeignWeights Matrices(GateBlocks gates, string input, string recurrent, string suffix) => new ForeignWeights()
        .Add($"weight_ih{suffix}", gates.MatrixShape(input), () => gates.Matrix(input), value => gates.TakeMatrix(input, value))
        .Add($"weight_hh{suffix}", gates.MatrixShape(recurrent), () => gates.Matrix(recurrent),
            value => gates.TakeMatrix(recurrent, value));

    // Cells in which both biases are only ever added.
    static ForeignWeights Sums(GateBlocks gates, string input, string recurrent, string suffix)
    {
        var map = Matrices(gates, input, recurrent, suffix);
        return !gates.Has("B") ? map : map.AddSum(
            $"bias_ih{suffix}", $"bias_hh{suffix}", gates.VectorShape("B"), () => gates.Vector("B"), value => gates.TakeVector("B", value));
    }

    // The bias of the candidate is reset with the product.
    static ForeignWeights Gru(Module cell, string suffix)
    {
        var gates = new GateBlocks(cell, GruGates, hasRows: true);
        var map = Matrices(gates, "Wx", "Wh", suffix);
        if (!Has(cell, "Bhh")) return map;
        var bhh = cell["Bhh"];
        int units = bhh.ElementCount;
        return map.AddPair(
            $"bias_ih{suffix}", $"bias_hh{suffix}", gates.VectorShape("B"),
            () => (gates.Vector("B"), Functions.Concatenate(0, Tensor.Zeros([2 * units]), bhh)),
            (input, recurrent) =>
            [
                .. gates.TakeVector("B", input + Functions.Concatenate(0, recurrent[..(2 * units)], Tensor.Zeros([units]))),
                (bhh, recurrent[(2 * units)..]),
            ]);
    }

    static Shape Turned(Shape shape) => [shape[1], shape[0]];
}
