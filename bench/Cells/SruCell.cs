using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench.Cells;

/// <summary>
/// Simple recurrent unit (Lei, Zhang, Wang, Dai and Artzi 2018, equations 1 to 4): gates see the memory elementwise only, so that every
/// matrix product can be formed for all steps at once. The highway input is projected, since inputs and hidden units may differ in
/// number.
/// </summary>
sealed class SruCell : Cell<Tensor>
{
    readonly Parameter W, Wf, Vf, Bf, Wr, Vr, Br, Wx;

    public SruCell(int inputs, int hidden, RandomKey key)
        : base(key, hidden)
    {
        Weight(out W, inputs, hidden); Weight(out Wx, inputs, hidden);
        Weight(out Wf, inputs, hidden); Diagonal(out Vf, hidden); Bias(out Bf, hidden);
        Weight(out Wr, inputs, hidden); Diagonal(out Vr, hidden); Bias(out Br, hidden);
    }

    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor c)
    {
        var f = Sigmoid(MatMul(x, Wf) + Vf * c + Bf);
        var next = f * c + (1 - f) * MatMul(x, W);
        var r = Sigmoid(MatMul(x, Wr) + Vr * c + Br);
        var h = r * next + (1 - r) * MatMul(x, Wx);
        return (h, next);
    }
}
