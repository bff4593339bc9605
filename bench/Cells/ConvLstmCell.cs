using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench.Cells;

/// <summary>
/// Convolutional LSTM (Shi et al. 2015, equations 3): an LSTM with peepholes whose products are 3 × 3 convolutions over square images.
/// Input and output are images as vectors, <c>[batch, side·side·channels]</c>; the state is H and C, <c>[batch, side, side, filters]</c>.
/// </summary>
sealed class ConvLstmCell : Cell<LstmState>
{
    readonly Parameter Wi, Ri, Pi, Bi, Wf, Rf, Pf, Bf, Wc, Rc, Bc, Wo, Ro, Po, Bo;
    readonly int side, filters;

    public ConvLstmCell(int side, int channels, int filters, RandomKey key)
        : base(key)
    {
        int near = 9 * channels, past = 9 * filters, pixels = side * side * filters;
        Weight(out Wi, near, filters); Weight(out Ri, past, filters); Diagonal(out Pi, pixels); Bias(out Bi, filters);
        Weight(out Wf, near, filters); Weight(out Rf, past, filters); Diagonal(out Pf, pixels); Bias(out Bf, filters, 1);
        Weight(out Wo, near, filters); Weight(out Ro, past, filters); Diagonal(out Po, pixels); Bias(out Bo, filters);
        Weight(out Wc, near, filters); Weight(out Rc, past, filters); Bias(out Bc, filters);
        (this.side, this.filters) = (side, filters);
    }

    public override LstmState Initial(int batch, ElementType type) =>
        new(Tensor.Zeros([batch, side, side, filters], type), Tensor.Zeros([batch, side, side, filters], type));

    public override (Tensor Output, LstmState Next) Step(Tensor x, LstmState s)
    {
        var (near, past) = (Neighbours(x.Reshape(x.Shape[0], side, side, -1)), Neighbours(s.H));
        var i = Sigmoid(MatMul(near, Wi) + MatMul(past, Ri) + s.C * Image(Pi) + Bi);
        var f = Sigmoid(MatMul(near, Wf) + MatMul(past, Rf) + s.C * Image(Pf) + Bf);
        var c = f * s.C + i * Tanh(MatMul(near, Wc) + MatMul(past, Rc) + Bc);
        var o = Sigmoid(MatMul(near, Wo) + MatMul(past, Ro) + c * Image(Po) + Bo);
        var h = o * Tanh(c);
        return (h.Reshape(x.Shape[0], -1), new LstmState(h, c));
    }

    // The nine pixels around each, side by side: a convolution is one product then.
    static Tensor Neighbours(Tensor image) => Patches(image, WindowAxis.Centred(3), WindowAxis.Centred(3));

    Tensor Image(Tensor peephole) => peephole.Reshape(side, side, filters);
}
