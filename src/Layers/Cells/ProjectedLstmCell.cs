using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// Long short-term memory with a recurrent projection, LSTMP (Sak, Senior and Beaufays 2014, section 2): h = (o ⊙ tanh(c))·Wp is the output
/// and what the gates see, so the recurrent weights are projection × hidden instead of hidden × hidden. Without the peepholes of the paper,
/// as in most frameworks. The state is H <c>[batch, projection]</c> and C <c>[batch, hidden]</c>.
/// </summary>
public sealed class ProjectedLstmCell : Cell<LstmState>
{
    readonly Parameter Wxf, Whf, Bf, Wxi, Whi, Bi, Wxc, Whc, Bc, Wxo, Who, Bo, Wp;

    /// <summary>Creates the cell. Weights are uniform in ±1/√hidden; biases are 0 except that of the forget gate.</summary>
    /// <param name="inputs">Number of inputs, at least 1.</param>
    /// <param name="hidden">Number of memory cells, at least 1.</param>
    /// <param name="projection">Number of outputs, at least 1; usually below <paramref name="hidden"/>.</param>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="forgetBias">Initial bias of the forget gate; 1 by default, so that memory is kept at first.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1 or the bias is not finite.</exception>
    public ProjectedLstmCell(int inputs, int hidden, int projection, RandomKey key, double forgetBias = 1)
        : base(key, projection, hidden)
    {
        Weight(out Wxf, inputs, hidden); Weight(out Whf, projection, hidden); Bias(out Bf, hidden, forgetBias);
        Weight(out Wxi, inputs, hidden); Weight(out Whi, projection, hidden); Bias(out Bi, hidden);
        Weight(out Wxc, inputs, hidden); Weight(out Whc, projection, hidden); Bias(out Bc, hidden);
        Weight(out Wxo, inputs, hidden); Weight(out Who, projection, hidden); Bias(out Bo, hidden);
        Weight(out Wp, hidden, projection, Initializer.UniformOverRoot(hidden));
    }

    /// <inheritdoc/>
    public override (Tensor Output, LstmState Next) Step(Tensor x, LstmState s)
    {
        var f = Sigmoid(MatMul(x, Wxf) + MatMul(s.H, Whf) + Bf);
        var i = Sigmoid(MatMul(x, Wxi) + MatMul(s.H, Whi) + Bi);
        var o = Sigmoid(MatMul(x, Wxo) + MatMul(s.H, Who) + Bo);
        var c = f * s.C + i * Tanh(MatMul(x, Wxc) + MatMul(s.H, Whc) + Bc);
        var h = MatMul(o * Tanh(c), Wp);
        return (h, new LstmState(h, c));
    }
}
