using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// Simple recurrent cell (Elman 1990): h = f(x·W + h·R + b), with f = tanh unless another function is given. The output is the state.
/// </summary>
public sealed class RnnCell : Cell<Tensor>
{
    readonly Parameter W, R;
    readonly Parameter? B;
    readonly Func<Tensor, Tensor> f;

    /// <summary>Creates the cell. Weights are uniform in ±1/√hidden, the bias is 0.</summary>
    /// <param name="inputs">Number of inputs.</param>
    /// <param name="hidden">Number of hidden units.</param>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="activation">f; tanh by default.</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    public RnnCell(int inputs, int hidden, RandomKey key, Func<Tensor, Tensor>? activation = null, bool hasBias = true)
        : base(key, hidden)
    {
        Weight(out W, inputs, hidden);
        Weight(out R, hidden, hidden);
        if (hasBias) Bias(out B, hidden);
        f = activation ?? Tanh;
    }

    /// <inheritdoc/>
    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
    {
        var h = f(Biased(MatMul(x, W) + MatMul(state, R), B));
        return (h, h);
    }
}
