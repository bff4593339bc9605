using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// Elman network (Elman 1990, "Finding structure in time"): h = f(x·W + h·R + b), y = g(h·V + d). The context units are a copy of the
/// previous hidden units, so the state is h, <c>[batch, hidden]</c>; the output is y, <c>[batch, outputs]</c>. <see cref="RnnCell"/> is the
/// same without the output layer.
/// </summary>
public sealed class ElmanCell : Cell<Tensor>
{
    readonly Parameter W, R, B, V, D;
    readonly Func<Tensor, Tensor> f, g;

    /// <summary>Creates the cell. Weights are uniform in ±1/√(their number of outputs), biases are 0.</summary>
    /// <param name="inputs">Number of inputs, at least 1.</param>
    /// <param name="hidden">Number of hidden units, at least 1.</param>
    /// <param name="outputs">Number of outputs, at least 1.</param>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="activation">f; the logistic function by default, as published.</param>
    /// <param name="outputActivation">g; the identity by default, so that losses take y as logits.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public ElmanCell(
        int inputs, int hidden, int outputs, RandomKey key, Func<Tensor, Tensor>? activation = null,
        Func<Tensor, Tensor>? outputActivation = null)
        : base(key, hidden)
    {
        Weight(out W, inputs, hidden); Weight(out R, hidden, hidden); Bias(out B, hidden);
        Weight(out V, hidden, outputs); Bias(out D, outputs);
        f = activation ?? Sigmoid;
        g = outputActivation ?? (y => y);
    }

    /// <inheritdoc/>
    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
    {
        var h = f(MatMul(x, W) + MatMul(state, R) + B);
        return (g(MatMul(h, V) + D), h);
    }
}
