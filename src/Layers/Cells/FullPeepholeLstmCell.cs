using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// Long short-term memory whose peepholes are full matrices, so that every gate sees every memory cell: the forget and input gates see the
/// cells before the step, the output gate after it. <see cref="PeepholeLstmCell"/> has the diagonal peepholes of Gers, Schraudolph and
/// Schmidhuber 2002.
/// </summary>
public sealed class FullPeepholeLstmCell : Cell<LstmState>
{
    readonly Parameter Wxf, Whf, Wcf, Bf, Wxi, Whi, Wci, Bi, Wxc, Whc, Bc, Wxo, Who, Wco, Bo;

    /// <summary>Creates the cell. Weights are uniform in ±1/√hidden; biases are 0 except that of the forget gate.</summary>
    /// <param name="inputs">Number of inputs, at least 1.</param>
    /// <param name="hidden">Number of hidden units, at least 1.</param>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="forgetBias">Initial bias of the forget gate; 1 by default, so that memory is kept at first.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1 or the bias is not finite.</exception>
    public FullPeepholeLstmCell(int inputs, int hidden, RandomKey key, double forgetBias = 1)
        : base(key, hidden)
    {
        Weight(out Wxf, inputs, hidden); Weight(out Whf, hidden, hidden); Weight(out Wcf, hidden, hidden); Bias(out Bf, hidden, forgetBias);
        Weight(out Wxi, inputs, hidden); Weight(out Whi, hidden, hidden); Weight(out Wci, hidden, hidden); Bias(out Bi, hidden);
        Weight(out Wxc, inputs, hidden); Weight(out Whc, hidden, hidden); Bias(out Bc, hidden);
        Weight(out Wxo, inputs, hidden); Weight(out Who, hidden, hidden); Weight(out Wco, hidden, hidden); Bias(out Bo, hidden);
    }

    /// <inheritdoc/>
    public override (Tensor Output, LstmState Next) Step(Tensor x, LstmState s)
    {
        var f = Sigmoid(MatMul(x, Wxf) + MatMul(s.H, Whf) + MatMul(s.C, Wcf) + Bf);
        var i = Sigmoid(MatMul(x, Wxi) + MatMul(s.H, Whi) + MatMul(s.C, Wci) + Bi);
        var c = f * s.C + i * Tanh(MatMul(x, Wxc) + MatMul(s.H, Whc) + Bc);
        var o = Sigmoid(MatMul(x, Wxo) + MatMul(s.H, Who) + MatMul(c, Wco) + Bo);
        var h = o * Tanh(c);
        return (h, new LstmState(h, c));
    }
}
