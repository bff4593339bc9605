using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// Long short-term memory with coupled gates, i = 1 − f: the gate that forgets makes room for what is written (variant CIFG of Greff et al.
/// 2017, section 3). It has a quarter fewer weights than <see cref="LstmCell"/>, and a memory cell that starts within [−1, 1] stays there.
/// </summary>
public sealed class CoupledLstmCell : Cell<LstmState>
{
    readonly Parameter Wxf, Whf, Bf, Wxc, Whc, Bc, Wxo, Who, Bo;

    /// <summary>Creates the cell. Weights are uniform in ±1/√hidden; biases are 0, except that of the forget gate.</summary>
    /// <param name="inputs">Number of inputs, at least 1.</param>
    /// <param name="hidden">Number of hidden units, at least 1.</param>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="forgetBias">Initial bias of the forget gate; 1 by default, so that memory is kept at first.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1 or the bias is not finite.</exception>
    public CoupledLstmCell(int inputs, int hidden, RandomKey key, double forgetBias = 1)
        : base(key, hidden)
    {
        Weight(out Wxf, inputs, hidden); Weight(out Whf, hidden, hidden); Bias(out Bf, hidden, forgetBias);
        Weight(out Wxc, inputs, hidden); Weight(out Whc, hidden, hidden); Bias(out Bc, hidden);
        Weight(out Wxo, inputs, hidden); Weight(out Who, hidden, hidden); Bias(out Bo, hidden);
    }

    /// <inheritdoc/>
    public override (Tensor Output, LstmState Next) Step(Tensor x, LstmState s)
    {
        var f = Sigmoid(MatMul(x, Wxf) + MatMul(s.H, Whf) + Bf);
        var o = Sigmoid(MatMul(x, Wxo) + MatMul(s.H, Who) + Bo);
        var c = f * s.C + (1 - f) * Tanh(MatMul(x, Wxc) + MatMul(s.H, Whc) + Bc);
        var h = o * Tanh(c);
        return (h, new LstmState(h, c));
    }
}
