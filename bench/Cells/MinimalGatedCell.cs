using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench.Cells;

/// <summary>Minimal gated unit (Zhou, Wu, Zhang and Zhou 2016, table 1): one gate both forgets and resets.</summary>
sealed class MinimalGatedCell : Cell<Tensor>
{
    readonly Parameter Wf, Rf, Bf, Wh, Rh, Bh;

    public MinimalGatedCell(int inputs, int hidden, RandomKey key)
        : base(key, hidden)
    {
        Weight(out Wf, inputs, hidden); Weight(out Rf, hidden, hidden); Bias(out Bf, hidden);
        Weight(out Wh, inputs, hidden); Weight(out Rh, hidden, hidden); Bias(out Bh, hidden);
    }

    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor h)
    {
        var f = Sigmoid(MatMul(x, Wf) + MatMul(h, Rf) + Bf);
        var next = (1 - f) * h + f * Tanh(MatMul(x, Wh) + MatMul(f * h, Rh) + Bh);
        return (next, next);
    }
}
