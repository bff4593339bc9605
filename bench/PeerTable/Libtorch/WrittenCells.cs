using Autograd.Layers;
using TorchTensor = TorchSharp.torch.Tensor;
using static TorchSharp.torch;

namespace Autograd.PeerTable;

/// <summary>The cells of the table that libtorch does not have, by kind.</summary>
static class WrittenCells
{
    // What most compute ahead.
    const string Sums = "torch.matmul(x, wx) + b";

    public static readonly IReadOnlyDictionary<string, WrittenCell> All = new Dictionary<string, WrittenCell>
    {
        [Kinds.GruBefore] = GruBefore(),
        [Kinds.Peephole] = Peephole(),
        [Kinds.Coupled] = Coupled(),
        [Kinds.LayerNorm] = LayerNorm(),
        [Kinds.Projected] = Projected(),
    };

    static WrittenCell GruBefore() => new(
        "gru_before",
        cell => [Columns(cell, "Wxr", "Wxz", "Wxh"), Columns(cell, "Br", "Bz", "Bh"), Columns(cell, "Whr", "Whz"), Columns(cell, "Whh")],
        ["wx", "b", "wg", "wn"],
        Sums,
        [
            "n = h.size(1)",
            "r, z = torch.chunk(torch.sigmoid(torch.addmm(a[:, :2 * n], h, wg)), 2, 1)",
            "h = (1 - z) * h + z * torch.tanh(torch.addmm(a[:, 2 * n:], r * h, wn))",
        ],
        Affine,
        (ahead, h, c, w) =>
        {
            long n = h.shape[1];
            var gates = sigmoid(Added(ahead.narrow(1, 0, 2 * n), h, w[2])).chunk(2, 1);
            var candidate = tanh(Added(ahead.narrow(1, 2 * n, n), gates[0] * h, w[3]));
            return ((1 - gates[1]) * h + gates[1] * candidate, c);
        });

    static WrittenCell Peephole() => new(
        "peephole",
        cell => [.. Gates(cell, "i", "f", "c", "o"), Columns(cell, "Pi"), Columns(cell, "Pf"), Columns(cell, "Po")],
        ["wx", "b", "wh", "pi", "pf", "po"],
        Sums,
        [
            "i, f, g, o = torch.chunk(torch.addmm(a, h, wh), 4, 1)",
            "c = torch.sigmoid(f + pf * c) * c + torch.sigmoid(i + pi * c) * torch.tanh(g)",
            "h = torch.sigmoid(o + po * c) * torch.tanh(c)",
        ],
        Affine,
        (ahead, h, c, w) =>
        {
            var sums = Added(ahead, h, w[2]).chunk(4, 1);
            var next = sigmoid(sums[1] + w[4] * c) * c + sigmoid(sums[0] + w[3] * c) * tanh(sums[2]);
            return (sigmoid(sums[3] + w[5] * next) * tanh(next), next);
        });

    static WrittenCell Coupled() => new(
        "coupled",
        cell => Gates(cell, "f", "c", "o"),
        ["wx", "b", "wh"],
        Sums,
        [
            "f, g, o = torch.chunk(torch.addmm(a, h, wh), 3, 1)",
            "f = torch.sigmoid(f)",
            "c = f * c + (1 - f) * torch.tanh(g)",
            "h = torch.sigmoid(o) * torch.tanh(c)",
        ],
        Affine,
        (ahead, h, c, w) =>
        {
            var sums = Added(ahead, h, w[2]).chunk(3, 1);
            var f = sigmoid(sums[0]);
            var next = f * c + (1 - f) * tanh(sums[1]);
            return (sigmoid(sums[2]) * tanh(next), next);
        });

    static WrittenCell LayerNorm() => new(
        "layer_norm_lstm",
        cell =>
        [
            Columns(cell, "Wx"), Columns(cell, "inputNorm.gain"), Columns(cell, "inputNorm.bias"), Columns(cell, "Bf", "Bi", "Bo", "Bc"),
            Columns(cell, "Wh"), Columns(cell, "stateNorm.gain"), Columns(cell, "stateNorm.bias"), Columns(cell, "cellNorm.gain"),
            Columns(cell, "cellNorm.bias"),
        ],
        ["wx", "gx", "bx", "b", "wh", "gh", "bh", "gc", "bc"],
        "torch.layer_norm(torch.matmul(x, wx), gx.size(), gx, bx) + b",
        [
            "f, i, o, g = torch.chunk(a + torch.layer_norm(torch.matmul(h, wh), gh.size(), gh, bh), 4, 1)",
            "c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)",
            "h = torch.sigmoid(o) * torch.tanh(torch.layer_norm(c, gc.size(), gc, bc))",
        ],
        (x, w) => Normalised(matmul(x, w[0]), w[1], w[2]) + w[3],
        (ahead, h, c, w) =>
        {
            var sums = (ahead + Normalised(matmul(h, w[4]), w[5], w[6])).chunk(4, 1);
            var next = sigmoid(sums[0]) * c + sigmoid(sums[1]) * tanh(sums[3]);
            return (sigmoid(sums[2]) * tanh(Normalised(next, w[7], w[8])), next);
        });

    static WrittenCell Projected() => new(
        "projected",
        cell => [.. Gates(cell, "i", "f", "c", "o"), Columns(cell, "Wp")],
        ["wx", "b", "wh", "wp"],
        Sums,
        [
            "i, f, g, o = torch.chunk(torch.addmm(a, h, wh), 4, 1)",
            "c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)",
            "h = torch.matmul(torch.sigmoid(o) * torch.tanh(c), wp)",
        ],
        Affine,
        (ahead, h, c, w) =>
        {
            var sums = Added(ahead, h, w[2]).chunk(4, 1);
            var next = sigmoid(sums[1]) * c + sigmoid(sums[0]) * tanh(sums[2]);
            return (matmul(sigmoid(sums[3]) * tanh(next), w[3]), next);
        });

    static TorchTensor Added(TorchTensor sum, TorchTensor x, TorchTensor w) => addmm(sum, x, w, 1, 1);

    static TorchTensor Affine(TorchTensor x, TorchTensor[] w) => matmul(x, w[0]) + w[1];

    static TorchTensor Normalised(TorchTensor x, TorchTensor gain, TorchTensor bias) =>
        nn.functional.layer_norm(x, gain.shape, gain, bias);

    // Input weights, biases and recurrent weights of gates, each side by side.
    static TorchTensor[] Gates(Module cell, params string[] gates)
    {
        string[] Names(string kind) => [.. gates.Select(gate => kind + gate)];
        return [Columns(cell, Names("Wx")), Columns(cell, Names("B")), Columns(cell, Names("Wh"))];
    }

    // Parameters side by side, as one.
    static TorchTensor Columns(Module cell, params string[] names) =>
        cat([.. names.Select(name => Libtorch.Copy(cell[name]))], -1).requires_grad_();
}
