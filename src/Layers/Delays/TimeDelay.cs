namespace Autograd.Layers;

/// <summary>
/// Time-delay layer (Waibel et al. 1989): y_t = f(Σₖ x_{t−Dₖ}·weight[k] + bias), each connection with one weight for every given delay Dₖ.
/// Inputs before the first step are 0, so there are as many outputs as inputs, and none of them looks ahead. The response is finite: x_t
/// affects only y_t to y_{t+max D}. With delays 0…n it is a convolution over time of width n + 1 (<see cref="Functions.Convolution"/> with
/// the kernel reversed, after n zeros).
/// </summary>
public sealed class TimeDelay : Module, ISequenceLayer
{
    readonly Parameter weight, bias;
    readonly int[] delays;
    readonly Func<Tensor, Tensor> f;

    /// <summary>Creates the layer. Weights are Glorot-uniform over all delays unless another initialiser is given, the bias is 0.</summary>
    /// <param name="inputs">Number of inputs, at least 1.</param>
    /// <param name="outputs">Number of outputs, at least 1.</param>
    /// <param name="delays">The delays, in steps: at least one, none negative or repeated, in any order.</param>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="activation">f; the identity by default.</param>
    /// <param name="initializer">How the weights <c>[delays, inputs, outputs]</c> are drawn.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or a delay is negative.</exception>
    /// <exception cref="ArgumentException">No delay is given, or one is repeated.</exception>
    public TimeDelay(
        int inputs, int outputs, int[] delays, RandomKey key, Func<Tensor, Tensor>? activation = null, Initializer? initializer = null)
    {
        Require.AtLeast(nameof(TimeDelay), nameof(inputs), inputs, 1);
        Require.AtLeast(nameof(TimeDelay), nameof(outputs), outputs, 1);
        this.delays = Lags.Check(nameof(TimeDelay), delays, least: 0);
        Parameter(out weight, (initializer ?? Initializer.Glorot).Create([delays.Length, inputs, outputs], key.For(nameof(weight))));
        Parameter(out bias, Tensor.Zeros([outputs]));
        f = activation ?? (y => y);
    }

    /// <summary>The delays, in the order of the weights' first axis.</summary>
    public IReadOnlyList<int> Delays => delays;

    /// <summary>The outputs of all steps, <c>[time, batch, outputs]</c>; 0 beyond a sequence's length.</summary>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
    /// <param name="lengths">The length of each sequence; none means that all are full. Nothing depends on what the padding holds.</param>
    /// <exception cref="ShapeException">The shape or a length does not fit, or a delay is not below the number of steps.</exception>
    public Tensor Forward(Tensor x, ReadOnlySpan<int> lengths = default)
    {
        Lengths.CheckSequences(nameof(TimeDelay), x, lengths);
        Lags.CheckWithin(nameof(TimeDelay), delays.Max(), x);
        return DelayLine.Apply(x, lengths, delays, k => weight[k], sum => f(sum + bias));
    }
}
