namespace Autograd.Layers;

/// <summary>
/// Dropout of elements (Srivastava et al. 2014), in training only; see <see cref="Functions.Dropout"/>. The mask is a function of the key
/// and of
/// <see cref="Module.TrainingStep"/>: calling twice in one step gives the same mask.
/// </summary>
public sealed class Dropout : Module, ILayer
{
    readonly double rate;
    readonly RandomKey key;

    /// <summary>Creates the layer.</summary>
    /// <param name="rate">Probability that an element is dropped, at least 0 and below 1.</param>
    /// <param name="key">Which masks.</param>
    public Dropout(double rate, RandomKey key)
    {
        Require.Fraction(nameof(Dropout), nameof(rate), rate);
        this.rate = rate;
        this.key = key;
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return IsTraining ? Functions.Dropout(x, rate, key.At(TrainingStep)) : x;
    }
}
