using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// Units that feed back only to themselves (Mozer 1989, focused back-propagation): s = d ⊙ s + f(x·W + b), with a learned decay d of each
/// unit. The output is the state.
/// </summary>
public sealed class FocusedCell : Cell<Tensor>
{
    readonly Parameter W, B, D;
    readonly Func<Tensor, Tensor> f;

    /// <summary>Creates the cell. Weights are uniform in ±1/√hidden, the bias is 0.</summary>
    /// <param name="inputs">Number of inputs.</param>
    /// <param name="hidden">Number of units.</param>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="decay">Initial decay; 0.9 by default.</param>
    /// <param name="activation">f; tanh by default.</param>
    public FocusedCell(int inputs, int hidden, RandomKey key, double decay = 0.9, Func<Tensor, Tensor>? activation = null)
        : base(key, hidden)
    {
        Weight(out W, inputs, hidden); Bias(out B, hidden); Bias(out D, hidden, decay);
        f = activation ?? Tanh;
    }

    /// <inheritdoc/>
    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
    {
        var s = D * state + f(MatMul(x, W) + B);
        return (s, s);
    }
}
