namespace Autograd.Layers;

/// <summary>
/// A function of one tensor as a layer, for use between others in a <see cref="Sequential"/>: <c>new Activation(Functions.Relu)</c>.
/// </summary>
public sealed class Activation : Module, ILayer
{
    readonly Func<Tensor, Tensor> function;

    /// <summary>Creates the layer.</summary>
    /// <param name="function">Any function without parameters of its own.</param>
    public Activation(Func<Tensor, Tensor> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        this.function = function;
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x) => function(x);
}
