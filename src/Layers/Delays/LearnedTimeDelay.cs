namespace Autograd.Layers;

/// <summary>
/// Time-delay layer that learns its delays: every connection from input i to output o has one weight and a softmax over all delays 1…max,
/// y_t,o = f(Σᵢ weight_io Σ_d s_d,io x_{t−d,i} + bias_o) with s = softmax_d(logits). Learning drives the shares s towards a single delay
/// for each connection, and so selects it. Inputs before the first step are 0.
/// </summary>
public sealed class LearnedTimeDelay : Module, ISequenceLayer
{
    readonly Parameter weight, logits, bias;
    readonly int[] delays;
    readonly Func<Tensor, Tensor> f;

    /// <summary>Creates the layer. Weights are Glorot-uniform; the logits are 0, so all delays are equal; the bias is 0.</summary>
    /// <param name="inputs">Number of inputs, at least 1.</param>
    /// <param name="outputs">Number of outputs, at least 1.</param>
    /// <param name="longest">The longest delay, at least 1.</param>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="activation">f; the identity by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or the longest delay is below 1.</exception>
    public LearnedTimeDelay(int inputs, int outputs, int longest, RandomKey key, Func<Tensor, Tensor>? activation = null)
    {
        Require.AtLeast(nameof(LearnedTimeDelay), nameof(inputs), inputs, 1);
        Require.AtLeast(nameof(LearnedTimeDelay), nameof(outputs), outputs, 1);
        Require.AtLeast(nameof(LearnedTimeDelay), nameof(longest), longest, 1);
        Parameter(out weight, Initializer.Glorot.Create([inputs, outputs], key.For(nameof(weight))));
        Parameter(out logits, Tensor.Zeros([longest, inputs, outputs]));
        Parameter(out bias, Tensor.Zeros([outputs]));
        delays = [.. Enumerable.Range(1, longest)];
        f = activation ?? (y => y);
    }

    /// <summary>
    /// The share of every delay in every connection, <c>[delays, inputs, outputs]</c>: sums to 1 over the first axis, where index 0 is
    /// delay 1.
    /// </summary>
    public Tensor Shares => Functions.Softmax(logits, 0);

    /// <summary>
    /// The delay with the largest share for every connection, <c>[inputs, outputs]</c>; if shares are equal, the shortest delay.
    /// </summary>
    public int[,] Selected()
    {
        var shares = Shares.Detach();
        var selected = new int[shares.Shape[1], shares.Shape[2]];
        for (int i = 0; i < shares.Shape[1]; i++)
            for (int o = 0; o < shares.Shape[2]; o++)
                selected[i, o] = delays.MaxBy(delay => shares.At(delay - 1, i, o));
        return selected;
    }

    /// <summary>The outputs of all steps, <c>[time, batch, outputs]</c>; 0 beyond a sequence's length.</summary>
    /// <inheritdoc cref="TimeDelay.Forward(Tensor, ReadOnlySpan{int})"/>
    public Tensor Forward(Tensor x, ReadOnlySpan<int> lengths = default)
    {
        Lengths.CheckSequences(nameof(LearnedTimeDelay), x, lengths);
        Lags.CheckWithin(nameof(LearnedTimeDelay), delays.Length, x);
        var kernel = weight * Shares;
        return DelayLine.Apply(x, lengths, delays, k => kernel[k], sum => f(sum + bias));
    }
}
