namespace Autograd.Layers;

/// <summary>y = x·weight + bias over any leading axes: <c>[…, inputs]</c> to <c>[…, outputs]</c>.</summary>
public sealed class Linear : Module, ILayer
{
    readonly Parameter weight;
    readonly Parameter? bias;

    /// <summary>Creates the layer. Weights are Glorot-uniform unless another initialiser is given, the bias is 0.</summary>
    /// <param name="inputs">Number of inputs, at least 1.</param>
    /// <param name="outputs">Number of outputs, at least 1.</param>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="initializer">How the weights are drawn.</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    public Linear(int inputs, int outputs, RandomKey key, Initializer? initializer = null, bool hasBias = true)
    {
        Require.AtLeast(nameof(Linear), nameof(inputs), inputs, 1);
        Require.AtLeast(nameof(Linear), nameof(outputs), outputs, 1);
        Parameter(out weight, (initializer ?? Initializer.Glorot).Create([inputs, outputs], key.For(nameof(weight))));
        if (hasBias) Parameter(out bias, Tensor.Zeros([outputs]));
    }

    internal Parameter Weight => weight;

    internal Parameter? Bias => bias;

    /// <inheritdoc/>
    public Tensor Forward(Tensor x) => bias is null ? Functions.MatMul(x, weight) : Functions.Affine(x, weight, bias);
}
