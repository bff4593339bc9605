using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// Layer-normalised long short-term memory (Ba, Kiros and Hinton 2016, supplementary material): (f, i, o, c̃) = N₁(h·Wh) + N₂(x·Wx) + b, c
/// = σ(f) ⊙ c + σ(i) ⊙ tanh(c̃), h = σ(o) ⊙ tanh(N₃(c)). Each N has a gain and a bias of its own. N₁ and N₂ are taken over all four gates
/// together, as in the paper, which is why the four share a matrix here.
/// </summary>
public sealed class LayerNormLstmCell : Cell<LstmState>
{
    readonly Parameter Wx, Wh, Bf, Bi, Bo, Bc;
    readonly LayerNorm inputNorm, stateNorm, cellNorm;
    readonly int hidden;

    /// <summary>Creates the cell. Weights are uniform in ±1/√hidden, gains 1, biases 0, except that of the forget gate.</summary>
    /// <param name="inputs">Number of inputs, at least 1.</param>
    /// <param name="hidden">Number of hidden units, at least 1.</param>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="forgetBias">Initial bias of the forget gate; 1 by default, so that memory is kept at first.</param>
    /// <param name="epsilon">ε, added to every variance; 10⁻⁵ by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, the bias is not finite, or ε is not positive.</exception>
    public LayerNormLstmCell(int inputs, int hidden, RandomKey key, double forgetBias = 1, double epsilon = 1e-5)
        : base(key, hidden)
    {
        Weight(out Wx, inputs, 4 * hidden, Initializer.UniformOverRoot(hidden));
        Weight(out Wh, hidden, 4 * hidden, Initializer.UniformOverRoot(hidden));
        Bias(out Bf, hidden, forgetBias); Bias(out Bi, hidden); Bias(out Bo, hidden); Bias(out Bc, hidden);
        inputNorm = Part(new LayerNorm(4 * hidden, epsilon), nameof(inputNorm));
        stateNorm = Part(new LayerNorm(4 * hidden, epsilon), nameof(stateNorm));
        cellNorm = Part(new LayerNorm(hidden, epsilon), nameof(cellNorm));
        this.hidden = hidden;
    }

    /// <inheritdoc/>
    public override (Tensor Output, LstmState Next) Step(Tensor x, LstmState s)
    {
        var sums = stateNorm.Forward(MatMul(s.H, Wh)) + inputNorm.Forward(MatMul(x, Wx));
        var f = Sigmoid(Gate(sums, 0) + Bf);
        var i = Sigmoid(Gate(sums, 1) + Bi);
        var o = Sigmoid(Gate(sums, 2) + Bo);
        var c = f * s.C + i * Tanh(Gate(sums, 3) + Bc);
        var h = o * Tanh(cellNorm.Forward(c));
        return (h, new LstmState(h, c));
    }

    Tensor Gate(Tensor sums, int gate) => Slice(sums, -1, gate * hidden, hidden);
}
