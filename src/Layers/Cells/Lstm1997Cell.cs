using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>What an <see cref="Lstm1997Cell"/> propagates backward in time.</summary>
public enum Lstm1997Gradient
{
    /// <summary>The exact gradient.</summary>
    Full,

    /// <summary>
    /// Errors flow back in time through the memory cells only: they are cut where they would enter the recurrent weights (Hochreiter and
    /// Schmidhuber 1997, appendix A.1). Then ∂c_T/∂c_t is exactly the identity.
    /// </summary>
    Truncated,
}

/// <summary>
/// Long short-term memory as first published (Hochreiter and Schmidhuber 1997, section 4): an input and an output gate, no forget gate, and
/// a memory cell that only accumulates, c = c + i ⊙ g(…), h = o ⊙ ĥ(c), with logistic squashers scaled to g in [−2, 2] and ĥ in [−1, 1]
/// (appendix A.1): g(x) = 4σ(x) − 2, ĥ(x) = 2σ(x) − 1.
/// </summary>
public sealed class Lstm1997Cell : Cell<LstmState>
{
    readonly Parameter Wxi, Whi, Bi, Wxc, Whc, Bc, Wxo, Who, Bo;
    readonly Lstm1997Gradient gradient;

    /// <summary>Creates the cell. Weights are uniform in ±1/√hidden, biases are 0, except those of the gates.</summary>
    /// <param name="inputs">Number of inputs, at least 1.</param>
    /// <param name="hidden">Number of memory cells, each with gates of its own (blocks of size 1), at least 1.</param>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="gradient">Exact, or truncated as published; exact by default.</param>
    /// <param name="inputBias">Initial bias of the input gate; 0 by default.</param>
    /// <param name="outputBias">Initial bias of the output gate; 0 by default. Negative values keep the cell closed at first.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1 or a bias is not finite.</exception>
    public Lstm1997Cell(
        int inputs, int hidden, RandomKey key, Lstm1997Gradient gradient = Lstm1997Gradient.Full, double inputBias = 0,
        double outputBias = 0)
        : base(key, hidden)
    {
        Weight(out Wxi, inputs, hidden); Weight(out Whi, hidden, hidden); Bias(out Bi, hidden, inputBias);
        Weight(out Wxc, inputs, hidden); Weight(out Whc, hidden, hidden); Bias(out Bc, hidden);
        Weight(out Wxo, inputs, hidden); Weight(out Who, hidden, hidden); Bias(out Bo, hidden, outputBias);
        this.gradient = Require.Defined(nameof(Lstm1997Cell), nameof(gradient), gradient);
    }

    /// <inheritdoc/>
    public override (Tensor Output, LstmState Next) Step(Tensor x, LstmState s)
    {
        var past = gradient == Lstm1997Gradient.Truncated ? StopGradient(s.H) : s.H;
        var i = Sigmoid(MatMul(x, Wxi) + MatMul(past, Whi) + Bi);
        var o = Sigmoid(MatMul(x, Wxo) + MatMul(past, Who) + Bo);
        var c = s.C + i * (4 * Sigmoid(MatMul(x, Wxc) + MatMul(past, Whc) + Bc) - 2);
        var h = o * (2 * Sigmoid(c) - 1);
        return (h, new LstmState(h, c));
    }
}
