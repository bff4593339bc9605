using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// The weighted mean of a stream of numbers, with equal or with fading memory of the older ones. With values v, weights w and decay δ:
/// <code>
/// s ← δ s + w v,  n ← δ n + w,  mean = s / n
/// </code>
/// With δ = 1, the default, it is the mean of everything; below 1, about the last 1 / (1 − δ) values count, without a bias towards 0 at the
/// start (Kingma, Ba 2015, section 3). Nothing is allocated. Not safe for use from several threads at once.
/// </summary>
public sealed class RunningMean : ISaved
{
    double sum, weight;
    long count;

    /// <summary>Begins without values.</summary>
    /// <param name="decay">δ, above 0 and at most 1; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The decay is outside its range.</exception>
    public RunningMean(double decay = 1) => Decay = Require.Share(nameof(RunningMean), nameof(decay), decay);

    /// <summary>δ.</summary>
    public double Decay { get; }

    /// <summary>How many values were added.</summary>
    public long Count => count;

    /// <summary>The mean; NaN if a value was.</summary>
    /// <exception cref="MetricException">Nothing was added yet, or only with a weight of 0.</exception>
    public double Value => weight > 0
        ? sum / weight
        : throw new MetricException(Invariant($"{nameof(RunningMean)}: {count} values of total weight 0 have no mean."));

    /// <summary>Adds a value.</summary>
    /// <param name="value">The value; NaN and infinities are not rejected.</param>
    /// <param name="weight">How often it counts, such as the size of its batch; not negative; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The weight is negative, infinite or NaN.</exception>
    public void Add(double value, double weight = 1)
    {
        Require.NotNegative(nameof(RunningMean), nameof(weight), weight);
        // A value with weight 0 may be anything.
        sum = Decay * sum + (weight == 0 ? 0 : weight * value);
        this.weight = Decay * this.weight + weight;
        count++;
    }

    /// <summary>Forgets all values.</summary>
    public void Reset() => (sum, weight, count) = (0, 0, 0);

    /// <summary>Sum, weight and count.</summary>
    void ISaved.Describe(SavedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Add("sum", () => sum, value => sum = value);
        state.Add("weight", () => weight, value => weight = Require.NotNegative(nameof(RunningMean), nameof(weight), value));
        state.Add("count", () => count, value => count = Require.AtLeast(nameof(RunningMean), nameof(count), value, 0));
    }

    /// <summary>Mean and count: <c>RunningMean: 1.25 of 12 values</c>.</summary>
    public override string ToString() =>
        weight > 0 ? Invariant($"{nameof(RunningMean)}: {Value} of {count} values") : $"{nameof(RunningMean)}: no values";
}
