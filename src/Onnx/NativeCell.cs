using Autograd.Layers;

namespace Autograd.Onnx;

/// <summary>
/// A cell of this library for which ONNX has an operator, and where the operator keeps its weights. Gates are blocks of rows; one whose
/// name begins with a minus means the opposite there: the update gate z of a GRU is the share of the old state there and that of the new
/// one here, and 1 − σ(a) = σ(−a).
/// </summary>
/// <param name="Operator">Name of the operator.</param>
/// <param name="Gates">Its gates in order, as ends of names of parameters.</param>
/// <param name="Activations">Its functions.</param>
/// <param name="Cell">Makes the cell from numbers of inputs and units and whether it has biases.</param>
sealed record NativeCell(string Operator, string[] Gates, string[] Activations, Func<int, int, bool, Module> Cell)
{
    static readonly string[] LstmGates = ["i", "o", "f", "c"], GruGates = ["-z", "r", "h"];

    static readonly Dictionary<string, Func<Tensor, Tensor>> Functions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Tanh"] = Autograd.Functions.Tanh,
        ["Relu"] = Autograd.Functions.Relu,
        ["Sigmoid"] = Autograd.Functions.Sigmoid,
        ["Softsign"] = Autograd.Functions.Softsign,
        ["Softplus"] = Autograd.Functions.Softplus,
    };

    /// <summary>Gates with a weight from the cell, in the order of the operator; none for most.</summary>
    public string[] Peepholes { get; init; } = [];

    /// <summary>Whether the candidate's bias for the state is apart, since it is reset with its product.</summary>
    public bool ResetsAfter { get; init; }

    /// <summary>Number of states.</summary>
    public int States => Operator == "LSTM" ? 2 : 1;

    /// <summary>Beginnings of the names of matrices for the input and for the state.</summary>
    public (string Input, string Recurrent) Matrices => Operator == "RNN" ? ("W", "R") : ("Wx", "Wh");

    public static IReadOnlyList<NativeCell> All { get; } =
    [
        new("LSTM", LstmGates, ["Sigmoid", "Tanh", "Tanh"], (inputs, units, hasBias) =>
            new LstmCell(inputs, units, default, hasBias: hasBias)),
        new("LSTM", LstmGates, ["Sigmoid", "Tanh", "Tanh"], (inputs, units, _) => new PeepholeLstmCell(inputs, units, default))
        {
            Peepholes = ["i", "o", "f"],
        },
        new("GRU", GruGates, ["Sigmoid", "Tanh"], (inputs, units, hasBias) => new GruCell(inputs, units, default, hasBias: hasBias)),
        new("GRU", GruGates, ["Sigmoid", "Tanh"],
            (inputs, units, hasBias) => new GruCell(inputs, units, default, GruReset.AfterProduct, hasBias)) { ResetsAfter = true },
        .. Functions.Select(function => new NativeCell(
            "RNN", [""], [function.Key], (inputs, units, hasBias) => new RnnCell(inputs, units, default, function.Value, hasBias))),
    ];
}
