using System.Globalization;

namespace Autograd.Layers;

/// <summary>
/// Layers applied one after the other. Layers over sequences receive the lengths as well, so recurrent and feed-forward layers can be mixed
/// freely.
/// </summary>
public sealed class Sequential : Module, ILayer, ISequenceLayer
{
    readonly Module[] layers;

    /// <summary>Creates the chain.</summary>
    /// <param name="layers">Modules that are <see cref="ILayer"/> or <see cref="ISequenceLayer"/>.</param>
    /// <exception cref="ArgumentException">A module is neither; the message names it.</exception>
    public Sequential(params Module[] layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        for (int i = 0; i < layers.Length; i++)
        {
            if (layers[i] is not (ILayer or ISequenceLayer))
                throw new ArgumentException(
                    $"Sequential: layer {i} is a {layers[i]?.GetType().Name ?? "null"}; it must be an ILayer or an ISequenceLayer.",
                    nameof(layers));
            Part(layers[i], i.ToString(CultureInfo.InvariantCulture));
        }
        this.layers = layers;
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x) => Forward(x, []);

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, ReadOnlySpan<int> lengths)
    {
        foreach (var layer in layers) x = layer is ISequenceLayer sequence ? sequence.Forward(x, lengths) : ((ILayer)layer).Forward(x);
        return x;
    }
}
