using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// Layer normalisation (Ba, Kiros and Hinton 2016): gain ⊙ (x − mean)/√(variance + ε) + bias, over the innermost axis.
/// </summary>
public sealed class LayerNorm : Module, ILayer
{
    readonly Parameter gain, bias;
    readonly double epsilon;

    /// <summary>Creates the layer with gain 1 and bias 0.</summary>
    /// <param name="size">Length of the innermost axis.</param>
    /// <param name="epsilon">ε, added to the population variance; 10⁻⁵ by default.</param>
    public LayerNorm(int size, double epsilon = 1e-5)
    {
        Require.AtLeast(nameof(LayerNorm), nameof(size), size, 1);
        Require.Positive(nameof(LayerNorm), nameof(epsilon), epsilon);
        Parameter(out gain, Tensor.Ones([size]));
        Parameter(out bias, Tensor.Zeros([size]));
        this.epsilon = epsilon;
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank == 0 || x.Shape[^1] != gain.ElementCount)
            throw new ShapeException($"LayerNorm: x is {x.Shape}; its innermost axis must have length {gain.ElementCount}.");
        return Standardise(x, epsilon) * gain + bias;
    }
}
