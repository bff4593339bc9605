using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>Where the reset gate of a <see cref="GruCell"/> acts.</summary>
public enum GruReset
{
    /// <summary>On the state, before the product: (r ⊙ h)·Whh + Bh (Cho et al. 2014, equation 8).</summary>
    BeforeProduct,

    /// <summary>On the product and a bias of its own: r ⊙ (h·Whh + Bhh). The form that most frameworks store.</summary>
    AfterProduct,
}

/// <summary>
/// Gated recurrent unit (Cho et al. 2014), in the form of Chung et al. 2014: h = (1 − z) ⊙ h + z ⊙ h̃. Frameworks that write z ⊙ h + (1 −
/// z) ⊙ h̃ mean the complement: negate Wxz, Whz and Bz to convert.
/// </summary>
public sealed class GruCell : Cell<Tensor>
{
    readonly Parameter Wxr, Whr, Br, Wxz, Whz, Bz, Wxh, Whh, Bh;
    readonly Parameter? Bhh;

    /// <summary>Creates the cell. Weights are uniform in ±1/√hidden, biases are 0.</summary>
    /// <param name="inputs">Number of inputs.</param>
    /// <param name="hidden">Number of hidden units.</param>
    /// <param name="key">Where the initial weights come from.</param>
    /// <param name="reset">Where the reset gate acts; before the product by default, as published.</param>
    public GruCell(int inputs, int hidden, RandomKey key, GruReset reset = GruReset.BeforeProduct)
        : base(key, hidden)
    {
        Weight(out Wxr, inputs, hidden); Weight(out Whr, hidden, hidden); Bias(out Br, hidden);
        Weight(out Wxz, inputs, hidden); Weight(out Whz, hidden, hidden); Bias(out Bz, hidden);
        Weight(out Wxh, inputs, hidden); Weight(out Whh, hidden, hidden); Bias(out Bh, hidden);
        if (reset == GruReset.AfterProduct) Bias(out Bhh, hidden);
    }

    /// <inheritdoc/>
    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
    {
        var r = Sigmoid(MatMul(x, Wxr) + MatMul(state, Whr) + Br);
        var z = Sigmoid(MatMul(x, Wxz) + MatMul(state, Whz) + Bz);
        var recurrent = Bhh is null ? MatMul(r * state, Whh) : r * (MatMul(state, Whh) + Bhh);
        var h = (1 - z) * state + z * Tanh(MatMul(x, Wxh) + recurrent + Bh);
        return (h, h);
    }
}
