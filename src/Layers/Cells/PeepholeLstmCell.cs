using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// Long short-term memory with diagonal peepholes (Gers, Schraudolph and Schmidhuber 2002, section 3): the forget and input gates see the
/// memory cells before the step, the output gate after it.
/// </summary>
public sealed class PeepholeLstmCell : Cell<LstmState>
{
    readonly Parameter Wxf, Whf, Pf, Bf, Wxi, Whi, Pi, Bi, Wxc, Whc, Bc, Wxo, Who, Po, Bo;

    /// <summary>Creates the cell. Weights and peepholes are uniform in ±1/√hidden; biases are 0, except that of the forget gate.</summary>
    /// <param name="inputs">Number of inputs.</param>
    /// <param name="hidden">Number of hidden units.</param>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="forgetBias">Initial bias of the forget gate; 1 by default, so that memory is kept at first.</param>
    public PeepholeLstmCell(int inputs, int hidden, RandomKey key, double forgetBias = 1)
        : base(key, hidden)
    {
        Weight(out Wxf, inputs, hidden); Weight(out Whf, hidden, hidden); Diagonal(out Pf, hidden); Bias(out Bf, hidden, forgetBias);
        Weight(out Wxi, inputs, hidden); Weight(out Whi, hidden, hidden); Diagonal(out Pi, hidden); Bias(out Bi, hidden);
        Weight(out Wxc, inputs, hidden); Weight(out Whc, hidden, hidden); Bias(out Bc, hidden);
        Weight(out Wxo, inputs, hidden); Weight(out Who, hidden, hidden); Diagonal(out Po, hidden); Bias(out Bo, hidden);
    }

    /// <inheritdoc/>
    public override (Tensor Output, LstmState Next) Step(Tensor x, LstmState s)
    {
        var f = Sigmoid(MatMul(x, Wxf) + MatMul(s.H, Whf) + s.C * Pf + Bf);
        var i = Sigmoid(MatMul(x, Wxi) + MatMul(s.H, Whi) + s.C * Pi + Bi);
        var c = f * s.C + i * Tanh(MatMul(x, Wxc) + MatMul(s.H, Whc) + Bc);
        var o = Sigmoid(MatMul(x, Wxo) + MatMul(s.H, Who) + c * Po + Bo);
        var h = o * Tanh(c);
        return (h, new LstmState(h, c));
    }
}
