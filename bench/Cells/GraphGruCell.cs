using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench.Cells;

/// <summary>
/// Gated graph network (Li, Tarlow, Brockschmidt and Zemel 2016, equations 2 to 6), with an input for each node at each step: a GRU whose
/// input is what a node's neighbours send. The rows of the batch are the nodes, so a step mixes them.
/// </summary>
sealed class GraphGruCell : Cell<Tensor>
{
    readonly Parameter M, Bm, Wz, Rz, Xz, Bz, Wr, Rr, Xr, Br, Wh, Rh, Xh, Bh;
    readonly Tensor edges;

    /// <param name="inputs">Number of inputs of a node.</param>
    /// <param name="hidden">Number of hidden units of a node.</param>
    /// <param name="edges">Weights of the edges, <c>[to, from]</c>.</param>
    /// <param name="key">Where the initial weights come from.</param>
    public GraphGruCell(int inputs, int hidden, Tensor edges, RandomKey key)
        : base(key, hidden)
    {
        Weight(out M, hidden, hidden); Bias(out Bm, hidden);
        Weight(out Wz, hidden, hidden); Weight(out Rz, hidden, hidden); Weight(out Xz, inputs, hidden); Bias(out Bz, hidden);
        Weight(out Wr, hidden, hidden); Weight(out Rr, hidden, hidden); Weight(out Xr, inputs, hidden); Bias(out Br, hidden);
        Weight(out Wh, hidden, hidden); Weight(out Rh, hidden, hidden); Weight(out Xh, inputs, hidden); Bias(out Bh, hidden);
        this.edges = edges;
    }

    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor h)
    {
        var a = MatMul(edges.As(x.ElementType), MatMul(h, M)) + Bm;
        var z = Sigmoid(MatMul(a, Wz) + MatMul(h, Rz) + MatMul(x, Xz) + Bz);
        var r = Sigmoid(MatMul(a, Wr) + MatMul(h, Rr) + MatMul(x, Xr) + Br);
        var next = (1 - z) * h + z * Tanh(MatMul(a, Wh) + MatMul(r * h, Rh) + MatMul(x, Xh) + Bh);
        return (next, next);
    }
}
