using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// Elman network in the form in which the context enters unweighted: s = x·W + a, a = f(s), y = g(a·V). Each context unit is copied back to
/// its own hidden unit with weight 1: an <see cref="ElmanCell"/> whose recurrent matrix is fixed at the identity and that has no biases.
/// The state is a,
/// <c>[batch, hidden]</c>; the output is y, <c>[batch, outputs]</c>.
/// </summary>
public sealed class CopyBackCell : Cell<Tensor>
{
    readonly Parameter W, V;
    readonly Func<Tensor, Tensor> f, g;

    /// <summary>Creates the cell. Weights are uniform in ±1/√(their number of outputs).</summary>
    /// <param name="inputs">Number of inputs, at least 1.</param>
    /// <param name="hidden">Number of hidden units, at least 1.</param>
    /// <param name="outputs">Number of outputs, at least 1.</param>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="activation">f; tanh by default.</param>
    /// <param name="outputActivation">g; the identity by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public CopyBackCell(
        int inputs, int hidden, int outputs, RandomKey key, Func<Tensor, Tensor>? activation = null,
        Func<Tensor, Tensor>? outputActivation = null)
        : base(key, hidden)
    {
        Weight(out W, inputs, hidden);
        Weight(out V, hidden, outputs);
        f = activation ?? Tanh;
        g = outputActivation ?? (y => y);
    }

    /// <inheritdoc/>
    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
    {
        var a = f(MatMul(x, W) + state);
        return (g(MatMul(a, V)), a);
    }
}
