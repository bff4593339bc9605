using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>Where the reset gate of a <see cref="GruCell"/> acts.</summary>
public enum GruReset
{
    /// <summary>On the state, before the product: (r ⊙ h)·Whh + Bh (Cho et al. 2014, equation 8).</summary>
    BeforeProduct,

    /// <summary>On the product and a bias of its own: r ⊙ (h·Whh + Bhh). The form used by most frameworks.</summary>
    AfterProduct,
}

/// <summary>
/// Gated recurrent unit (Cho et al. 2014), in the form of Chung et al. (2014), h ← (1 − z) ⊙ h + z ⊙ h̃, where z is the share of the new
/// state. Cho et al. and most frameworks write z ⊙ h + (1 − z) ⊙ h̃, where it is that of the old one: to convert, negate Wxz, Whz and Bz.
/// </summary>
public sealed class GruCell : Cell<Tensor>
{
    readonly Parameter Wxr, Whr, Wxz, Whz, Wxh, Whh;
    readonly Parameter? Br, Bz, Bh, Bhh;
    readonly Func<Tensor, Tensor> gate, activation;

    /// <summary>Creates the cell. Weights are uniform in ±1/√hidden, biases are 0.</summary>
    /// <param name="inputs">Number of inputs.</param>
    /// <param name="hidden">Number of hidden units.</param>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="reset">Where the reset gate acts; before the product by default, as in both papers.</param>
    /// <param name="hasBias">Whether there are biases.</param>
    /// <param name="gate">The function of the gates, with values in 0 … 1; the logistic function by default.</param>
    /// <param name="activation">The other function; tanh by default.</param>
    public GruCell(
        int inputs, int hidden, RandomKey key, GruReset reset = GruReset.BeforeProduct, bool hasBias = true,
        Func<Tensor, Tensor>? gate = null, Func<Tensor, Tensor>? activation = null)
        : base(key, hidden)
    {
        Weight(out Wxr, inputs, hidden); Weight(out Whr, hidden, hidden); if (hasBias) Bias(out Br, hidden);
        Weight(out Wxz, inputs, hidden); Weight(out Whz, hidden, hidden); if (hasBias) Bias(out Bz, hidden);
        Weight(out Wxh, inputs, hidden); Weight(out Whh, hidden, hidden); if (hasBias) Bias(out Bh, hidden);
        if (hasBias && reset == GruReset.AfterProduct) Bias(out Bhh, hidden);
        Reset = Require.Defined(nameof(GruCell), nameof(reset), reset);
        IsStandard = gate is null && activation is null;
        this.gate = gate ?? Sigmoid;
        this.activation = activation ?? Tanh;
    }

    /// <summary>Where the reset gate acts.</summary>
    public GruReset Reset { get; }

    /// <summary>Whether the functions are the usual ones, which other libraries know.</summary>
    internal bool IsStandard { get; }

    /// <inheritdoc/>
    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
    {
        var r = gate(Biased(MatMul(x, Wxr) + MatMul(state, Whr), Br));
        var z = gate(Biased(MatMul(x, Wxz) + MatMul(state, Whz), Bz));
        var recurrent = Reset == GruReset.BeforeProduct ? MatMul(r * state, Whh) : r * Biased(MatMul(state, Whh), Bhh);
        var h = (1 - z) * state + z * activation(Biased(MatMul(x, Wxh) + recurrent, Bh));
        return (h, h);
    }
}
