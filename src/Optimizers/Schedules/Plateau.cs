using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// Another schedule, reduced when a watched value no longer improves:
/// <code>
/// var plateau = new Plateau(new Constant(0.1), factor: 0.5, patience: 3);
/// var optimizer = new Sgd(parameters, plateau);
/// for (int epoch = 0; epoch &lt; 100; epoch++)
/// {
///     Train(optimizer);
///     plateau.Observe(ValidationLoss());
/// }
/// </code>
/// <see cref="TrainingLoop"/> does this automatically. The rate is max(inner(step) · factorʳ, min(minimum, inner(step))) after r
/// reductions. A value improves on the best so far if it is below it by more than threshold · |best|, or above it by as much where larger
/// is better; NaN never improves. After more than <c>patience</c> observations in a row without improvement, r grows by 1; the
/// <c>coolDown</c> observations that follow do not count as failures. These are the rules of PyTorch's <c>ReduceLROnPlateau</c>, except for
/// negative values, where its relative threshold points the other way.
/// <para>
/// What was observed is saved with the optimizer that uses this schedule, directly or inside a <see cref="WarmUp"/>. Not safe for use from
/// several threads at once.
/// </para>
/// </summary>
public sealed class Plateau : Schedule
{
    readonly Schedule inner;
    readonly double factor, minimum;
    readonly long patience, coolDown;
    readonly BestValue best;
    long failures, resting, reductions;

    /// <summary>Creates the schedule.</summary>
    /// <param name="inner">The schedule to be reduced.</param>
    /// <param name="factor">What the rate is multiplied by; positive and at most 1; 0.1 by default.</param>
    /// <param name="patience">How many observations in a row may fail to improve; not negative; 10 by default.</param>
    /// <param name="threshold">Smallest improvement relative to the best; not negative; 1e-4 by default.</param>
    /// <param name="coolDown">How many observations after a reduction do not count; not negative; 0 by default.</param>
    /// <param name="minimum">The rate below which it is not reduced; not negative; 0 by default.</param>
    /// <param name="largerIsBetter">Whether the watched value should grow, as an accuracy does; false by default.</param>
    /// <exception cref="ArgumentNullException">There is no inner schedule.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public Plateau(
        Schedule inner, double factor = 0.1, long patience = 10, double threshold = 1e-4, long coolDown = 0, double minimum = 0,
        bool largerIsBetter = false)
    {
        ArgumentNullException.ThrowIfNull(inner);
        this.inner = inner;
        this.factor = Require.Share(nameof(Plateau), nameof(factor), factor);
        this.patience = Require.AtLeast(nameof(Plateau), nameof(patience), patience, 0);
        best = new BestValue(Require.NotNegative(nameof(Plateau), nameof(threshold), threshold), largerIsBetter);
        this.coolDown = Require.AtLeast(nameof(Plateau), nameof(coolDown), coolDown, 0);
        this.minimum = Require.NotNegative(nameof(Plateau), nameof(minimum), minimum);
    }

    /// <summary>How often the rate has been reduced.</summary>
    public long Reductions => reductions;

    /// <summary>The best value observed; null before the first that is not NaN.</summary>
    public double? Best => best.Value;

    /// <summary>Records the watched value, for example after each epoch, and reduces the rate if it is time.</summary>
    /// <param name="value">The value; NaN and infinities are allowed.</param>
    /// <returns>Whether the rate was reduced.</returns>
    public bool Observe(double value)
    {
        bool improved = best.Observe(value);
        failures = improved || resting > 0 ? 0 : failures + 1;
        if (resting > 0) resting--;
        if (failures <= patience) return false;
        (failures, resting) = (0, coolDown);
        reductions++;
        return true;
    }

    /// <summary>Observes the value of a validation in <see cref="TrainingLoop"/>.</summary>
    public override void Validated(double value) => Observe(value);

    /// <inheritdoc/>
    protected override double Rate(long step)
    {
        double rate = inner.At(step);
        return Math.Max(rate * Elementary.Pow(factor, reductions), Math.Min(minimum, rate));
    }

    /// <inheritdoc/>
    protected override void Describe(SavedState state)
    {
        best.Describe(state, "best");
        state.Add("failures", () => failures, value => failures = Loaded(nameof(failures), value));
        state.Add("resting", () => resting, value => resting = Loaded(nameof(resting), value));
        state.Add("reductions", () => reductions, value => reductions = Loaded(nameof(reductions), value));
        state.Add("inner", inner);
    }

    /// <summary>What the schedule does.</summary>
    public override string ToString() => Invariant($"{inner}, times {factor} after {patience} observations without improvement");

    static long Loaded(string name, long value) => Require.AtLeast(nameof(Plateau), name, value, 0);
}
