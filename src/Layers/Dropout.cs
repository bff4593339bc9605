namespace Autograd.Layers;

/// <summary>
/// Dropout of elements (Srivastava et al. 2014), in training only; see <see cref="Functions.Dropout"/>. The mask is a function of the key
/// and of <see cref="Module.TrainingStep"/>: calling twice in one training step gives the same mask. Hence, within the step of a cell it is
/// the same at all time steps, which is reported once as a warning of the event source <c>Autograd-Layers</c>; if this is intended, use
/// <see cref="VariationalDropout{TState}"/>.
/// </summary>
public sealed class Dropout : Module, ILayer
{
    readonly double rate;
    readonly RandomKey key;
    bool hasWarned;

    /// <summary>Creates the layer.</summary>
    /// <param name="rate">Probability that an element is dropped, at least 0 and below 1.</param>
    /// <param name="key">Determines the masks.</param>
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
        if (!IsTraining) return Functions.Dropout(x, 0, key);
        // Outside of a recurrence, and at its first step, nothing is known to be repeated.
        if (!hasWarned && rate > 0 && LayerEvents.Log.IsEnabled() && TimeStep.Current != default)
        {
            hasWarned = true;
            LayerEvents.Log.SameMaskAtAllSteps(nameof(Dropout));
        }
        return Functions.Dropout(x, rate, key.At(TrainingStep));
    }
}
