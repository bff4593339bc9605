using static Autograd.Functions;

namespace Autograd.Tests.Layers.Golden;

/// <summary>The value and the gradient of a parameter, from a case.</summary>
readonly record struct TorchWeight(string Path, Tensor Value, Tensor Gradient);

/// <summary>
/// PyTorch's recurrent weights in this library's parameters. PyTorch stacks the gates as rows, <c>[gates·hidden, inputs]</c>, in the order
/// i, f, g, o for an LSTM and r, z, n for a GRU; here each gate has a matrix <c>[inputs, hidden]</c> of its own, so blocks of rows are
/// taken and transposed. Its two biases act only as their sum, except in the GRU's n, and have the same gradient. Its z is the complement
/// of the one here, so z changes sign.
/// </summary>
static class TorchWeights
{
    internal static IEnumerable<TorchWeight> Lstm(GoldenCase torch, string path = "cell.", string suffix = "_l0") =>
        Gates(torch, path, suffix, "i", "f", "c", "o").SelectMany(gate => gate.All);

    internal static IEnumerable<TorchWeight> Rnn(GoldenCase torch)
    {
        var only = Gates(torch, "cell.", "_l0", "").Single();
        return [only.Input with { Path = "cell.W" }, only.Recurrent with { Path = "cell.R" }, only.Bias with { Path = "cell.B" }];
    }

    internal static IEnumerable<TorchWeight> Gru(GoldenCase torch)
    {
        var gates = Gates(torch, "cell.", "_l0", "r", "z", "h").ToArray();
        var separate = new TorchWeight(
            "cell.Bhh", Part(torch["bias_hh_l0"], 2, 3), Part(torch["bias_hh_l0.grad"], 2, 3));
        var own = new TorchWeight("cell.Bh", Part(torch["bias_ih_l0"], 2, 3), Part(torch["bias_ih_l0.grad"], 2, 3));
        return [.. gates[0].All, .. gates[1].All.Select(Negated), gates[2].Input, gates[2].Recurrent, own, separate];
    }

    internal static IEnumerable<TorchWeight> Peephole(GoldenCase torch)
    {
        string[] names = ["i", "f", "c", "o"];
        for (int i = 0; i < names.Length; i++)
        {
            yield return Matrix(torch, "weight_ih", "cell.Wx" + names[i], i, 4);
            yield return Matrix(torch, "weight_hh", "cell.Wh" + names[i], i, 4);
            yield return new("cell.B" + names[i], Part(torch["bias"], i, 4), Part(torch["bias.grad"], i, 4));
        }
        string[] peepholes = ["Pi", "Pf", "Po"];
        for (int i = 0; i < peepholes.Length; i++)
            yield return new("cell." + peepholes[i], At(torch["peephole"], i), At(torch["peephole.grad"], i));
    }

    readonly record struct Gate(TorchWeight Input, TorchWeight Recurrent, TorchWeight Bias)
    {
        public TorchWeight[] All => [Input, Recurrent, Bias];
    }

    static IEnumerable<Gate> Gates(GoldenCase torch, string path, string suffix, params string[] names)
    {
        for (int i = 0; i < names.Length; i++)
        {
            var bias = Part(torch["bias_ih" + suffix], i, names.Length) + Part(torch["bias_hh" + suffix], i, names.Length);
            yield return new Gate(
                Matrix(torch, "weight_ih" + suffix, $"{path}Wx{names[i]}", i, names.Length),
                Matrix(torch, "weight_hh" + suffix, $"{path}Wh{names[i]}", i, names.Length),
                new($"{path}B{names[i]}", bias, Part(torch[$"bias_ih{suffix}.grad"], i, names.Length)));
        }
    }

    static TorchWeight Matrix(GoldenCase torch, string key, string path, int gate, int gates) =>
        new(path, Transpose(Part(torch[key], gate, gates)), Transpose(Part(torch[key + ".grad"], gate, gates)));

    static Tensor Part(Tensor stacked, int gate, int gates)
    {
        int rows = stacked.Shape[0] / gates;
        return Slice(stacked, 0, gate * rows, rows);
    }

    static TorchWeight Negated(TorchWeight weight) => weight with { Value = -weight.Value, Gradient = -weight.Gradient };
}
