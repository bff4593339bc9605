using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// Fully recurrent network: every hidden unit feeds every hidden unit, s = x·W + a·R, a = f(s), y = g(a·V), without biases (add a constant
/// input for them). The state is a, <c>[batch, hidden]</c>; the output is y, <c>[batch, outputs]</c>. With V a selection of units this is
/// the network of Williams and Zipser 1989, some of whose units are the outputs.
/// </summary>
public sealed class FullyRecurrentCell : Cell<Tensor>
{
    readonly Parameter W, R, V;
    readonly Func<Tensor, Tensor> f, g;

    /// <summary>Creates the cell. Weights are uniform in ±1/√(their number of outputs).</summary>
    /// <param name="inputs">Number of inputs, at least 1.</param>
    /// <param name="hidden">Number of hidden units, at least 1.</param>
    /// <param name="outputs">Number of outputs, at least 1.</param>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="activation">f; tanh by default.</param>
    /// <param name="outputActivation">g; the identity by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public FullyRecurrentCell(
        int inputs, int hidden, int outputs, RandomKey key, Func<Tensor, Tensor>? activation = null,
        Func<Tensor, Tensor>? outputActivation = null)
        : base(key, hidden)
    {
        Weight(out W, inputs, hidden); Weight(out R, hidden, hidden); Weight(out V, hidden, outputs);
        f = activation ?? Tanh;
        g = outputActivation ?? (y => y);
    }

    /// <inheritdoc/>
    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
    {
        var a = f(MatMul(x, W) + MatMul(state, R));
        return (g(MatMul(a, V)), a);
    }
}
