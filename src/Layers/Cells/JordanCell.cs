using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// Jordan network (Jordan 1986, "Serial order"): the output is fed back, a = f(x·W + y·R + b), y = g(a·V + d). The state is the last output
/// y, <c>[batch, outputs]</c>; the hidden units a carry nothing over. It is the case T_y = 1, T_x = 0 of <see cref="NarxCell"/> with
/// predicted feedback.
/// </summary>
public sealed class JordanCell : Cell<Tensor>
{
    readonly Parameter W, R, B, V, D;
    readonly Func<Tensor, Tensor> f, g;

    /// <summary>Creates the cell. Weights are uniform in ±1/√(their number of outputs), biases are 0.</summary>
    /// <param name="inputs">Number of inputs, at least 1.</param>
    /// <param name="hidden">Number of hidden units, at least 1.</param>
    /// <param name="outputs">Number of outputs, at least 1.</param>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="activation">f; the logistic function by default.</param>
    /// <param name="outputActivation">g; the identity by default. What is fed back is y after g.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public JordanCell(
        int inputs, int hidden, int outputs, RandomKey key, Func<Tensor, Tensor>? activation = null,
        Func<Tensor, Tensor>? outputActivation = null)
        : base(key, outputs)
    {
        Weight(out W, inputs, hidden); Weight(out R, outputs, hidden); Bias(out B, hidden);
        Weight(out V, hidden, outputs); Bias(out D, outputs);
        f = activation ?? Sigmoid;
        g = outputActivation ?? (y => y);
    }

    /// <inheritdoc/>
    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
    {
        var a = f(MatMul(x, W) + MatMul(state, R) + B);
        var y = g(MatMul(a, V) + D);
        return (y, y);
    }
}
