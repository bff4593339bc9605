using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// Layer-normalised gated recurrent unit (Ba, Kiros and Hinton 2016, supplementary material): (z, r) = N₁(h·Wh) + N₂(x·Wx), with the
/// candidate h̃ = tanh(N₃(x·W) + σ(r) ⊙ N₄(h·U)) and h = (1 − σ(z)) ⊙ h + σ(z) ⊙ h̃. The reset gate acts after the product. Each N has its
/// own gain and bias; the cell has no other biases.
/// </summary>
public sealed class LayerNormGruCell : Cell<Tensor>
{
    readonly Parameter Wx, Wh, W, U;
    readonly LayerNorm gateStateNorm, gateInputNorm, inputNorm, stateNorm;
    readonly int hidden;

    /// <summary>Creates the cell. Weights are uniform in ±1/√hidden, gains 1, biases 0.</summary>
    /// <param name="inputs">Number of inputs, at least 1.</param>
    /// <param name="hidden">Number of hidden units, at least 1.</param>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="epsilon">ε, added to every variance; 10⁻⁵ by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or ε is not positive.</exception>
    public LayerNormGruCell(int inputs, int hidden, RandomKey key, double epsilon = 1e-5)
        : base(key, hidden)
    {
        Weight(out Wx, inputs, 2 * hidden, Initializer.UniformOverRoot(hidden));
        Weight(out Wh, hidden, 2 * hidden, Initializer.UniformOverRoot(hidden));
        Weight(out W, inputs, hidden); Weight(out U, hidden, hidden);
        gateStateNorm = Part(new LayerNorm(2 * hidden, epsilon), nameof(gateStateNorm));
        gateInputNorm = Part(new LayerNorm(2 * hidden, epsilon), nameof(gateInputNorm));
        inputNorm = Part(new LayerNorm(hidden, epsilon), nameof(inputNorm));
        stateNorm = Part(new LayerNorm(hidden, epsilon), nameof(stateNorm));
        this.hidden = hidden;
    }

    /// <inheritdoc/>
    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
    {
        var gates = Sigmoid(gateStateNorm.Forward(MatMul(state, Wh)) + gateInputNorm.Forward(MatMul(x, Wx)));
        var (z, r) = (Slice(gates, -1, 0, hidden), Slice(gates, -1, hidden, hidden));
        var candidate = Tanh(inputNorm.Forward(MatMul(x, W)) + r * stateNorm.Forward(MatMul(state, U)));
        var h = (1 - z) * state + z * candidate;
        return (h, h);
    }
}
