using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>Long short-term memory with a forget gate (Hochreiter and Schmidhuber 1997; Gers, Schmidhuber and Cummins 2000).</summary>
public sealed class LstmCell : Cell<LstmState>
{
    readonly Parameter Wxf, Whf, Wxi, Whi, Wxc, Whc, Wxo, Who;
    readonly Parameter? Bf, Bi, Bc, Bo;
    readonly Func<Tensor, Tensor> gate, activation;

    /// <summary>Creates the cell. Weights are uniform in ±1/√hidden; biases are 0 except that of the forget gate.</summary>
    /// <param name="inputs">Number of inputs.</param>
    /// <param name="hidden">Number of hidden units.</param>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="forgetBias">
    /// Initial bias of the forget gate; 1 by default, so that memory is kept at first. Not used without biases.
    /// </param>
    /// <param name="hasBias">Whether there are biases.</param>
    /// <param name="gate">The function of the gates, with values from 0 to 1; the logistic function by default.</param>
    /// <param name="activation">The other function; tanh by default.</param>
    public LstmCell(
        int inputs, int hidden, RandomKey key, double forgetBias = 1, bool hasBias = true, Func<Tensor, Tensor>? gate = null,
        Func<Tensor, Tensor>? activation = null)
        : base(key, hidden)
    {
        Weight(out Wxf, inputs, hidden); Weight(out Whf, hidden, hidden); if (hasBias) Bias(out Bf, hidden, forgetBias);
        Weight(out Wxi, inputs, hidden); Weight(out Whi, hidden, hidden); if (hasBias) Bias(out Bi, hidden);
        Weight(out Wxc, inputs, hidden); Weight(out Whc, hidden, hidden); if (hasBias) Bias(out Bc, hidden);
        Weight(out Wxo, inputs, hidden); Weight(out Who, hidden, hidden); if (hasBias) Bias(out Bo, hidden);
        this.gate = gate ?? Sigmoid;
        this.activation = activation ?? Tanh;
        IsStandard = gate is null && activation is null;
    }

    /// <summary>Whether the functions are the usual ones, which other libraries know.</summary>
    internal bool IsStandard { get; }

    /// <inheritdoc/>
    public override (Tensor Output, LstmState Next) Step(Tensor x, LstmState s)
    {
        var f = gate(Biased(MatMul(x, Wxf) + MatMul(s.H, Whf), Bf));
        var i = gate(Biased(MatMul(x, Wxi) + MatMul(s.H, Whi), Bi));
        var o = gate(Biased(MatMul(x, Wxo) + MatMul(s.H, Who), Bo));
        var c = f * s.C + i * activation(Biased(MatMul(x, Wxc) + MatMul(s.H, Whc), Bc));
        var h = o * activation(c);
        return (h, new LstmState(h, c));
    }
}
