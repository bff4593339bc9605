using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench.Cells;

/// <summary>
/// Selective state space (Gu and Dao 2023, equations 2 and 4 and algorithm 2), in a gated block: h = exp(Δ·A) ⊙ h + Δ·B·u, y = h·C + D ⊙
/// u, where the step Δ, B and C are functions of the input. Each of the hidden units has a diagonal memory of its own; the state is
/// <c>[batch, hidden, memory]</c>.
/// </summary>
sealed class SelectiveStateSpaceCell : Cell<Tensor>
{
    readonly Parameter Wu, Wg, Wb, Wc, Wr, Wd, Bd, LogA, D;
    readonly int hidden, memory;

    public SelectiveStateSpaceCell(int inputs, int hidden, int memory, RandomKey key)
        : base(key)
    {
        int rank = Math.Max(1, hidden / 16);
        Weight(out Wu, inputs, hidden); Weight(out Wg, inputs, hidden); Weight(out Wb, hidden, memory); Weight(out Wc, hidden, memory);
        Weight(out Wr, hidden, rank); Weight(out Wd, rank, hidden); Bias(out Bd, hidden, -2);
        Parameter(out LogA, BroadcastTo(Log(CumulativeSum(Tensor.Ones([memory]), 0)), [hidden, memory]));
        Parameter(out D, Tensor.Ones([hidden]));
        (this.hidden, this.memory) = (hidden, memory);
    }

    public override Tensor Initial(int batch, ElementType type) => Tensor.Zeros([batch, hidden, memory], type);

    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor h)
    {
        int batch = x.Shape[0];
        var u = MatMul(x, Wu);
        var delta = Softplus(MatMul(MatMul(u, Wr), Wd) + Bd);
        var (b, c) = (MatMul(u, Wb).Reshape(batch, 1, memory), MatMul(u, Wc).Reshape(batch, 1, memory));
        h = Exp(delta.Reshape(batch, hidden, 1) * -Exp(LogA)) * h + (delta * u).Reshape(batch, hidden, 1) * b;
        var y = Sum(h * c, 2) + D * u;
        return (y * Silu(MatMul(x, Wg)), h);
    }
}
