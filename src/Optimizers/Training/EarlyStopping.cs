using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// Tells when further training no longer helps: after <c>patience</c> observations in a row, such as validation losses, without improvement
/// (Prechelt 1998, criterion UP, applied to the best value so far). Used by <see cref="TrainingLoop"/>, or in a hand-written loop:
/// <code>
/// var stopping = new EarlyStopping(patience: 5);
/// for (int epoch = 0; epoch &lt; 100; epoch++)
/// {
///     Train(optimizer);
///     if (stopping.Observe(ValidationLoss())) break;
/// }
/// </code>
/// A value improves on the best so far if it is below it by more than threshold · |best|, or above it by as much where larger is better.
/// NaN never improves.
/// <para>Not safe for use from several threads at once.</para>
/// </summary>
public sealed class EarlyStopping : ISaved
{
    readonly BestValue best;
    long failures;

    /// <summary>Begins without a best value.</summary>
    /// <param name="patience">How many observations in a row must fail to improve; at least 1.</param>
    /// <param name="threshold">Smallest improvement relative to the best; not negative; 0 by default.</param>
    /// <param name="largerIsBetter">Whether the observed value should grow, as an accuracy does; false by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public EarlyStopping(long patience, double threshold = 0, bool largerIsBetter = false)
    {
        Patience = Require.AtLeast(nameof(EarlyStopping), nameof(patience), patience, 1);
        best = new BestValue(Require.NotNegative(nameof(EarlyStopping), nameof(threshold), threshold), largerIsBetter);
    }

    /// <summary>How many observations in a row must fail to improve.</summary>
    public long Patience { get; }

    /// <summary>Whether the observed value should grow.</summary>
    public bool LargerIsBetter => best.LargerIsBetter;

    /// <summary>The best value observed; null before the first that is not NaN.</summary>
    public double? Best => best.Value;

    /// <summary>How many observations have failed since the best.</summary>
    public long Failures => failures;

    /// <summary>Whether it is time to stop. A later improvement resets it.</summary>
    public bool IsOver => failures >= Patience;

    /// <summary>Records a value.</summary>
    /// <param name="value">The value; NaN and infinities are allowed.</param>
    /// <returns>Whether it is time to stop.</returns>
    public bool Observe(double value)
    {
        failures = best.Observe(value) ? 0 : failures + 1;
        return IsOver;
    }

    /// <summary>The best value and the failures since.</summary>
    void ISaved.Describe(SavedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        best.Describe(state, "best");
        state.Add("failures", () => failures, value => failures = Require.AtLeast(nameof(EarlyStopping), nameof(failures), value, 0));
    }

    /// <summary>Failures and patience: <c>EarlyStopping: 2 of 5 observations without improvement on 1.25</c>.</summary>
    public override string ToString() => best.Value is { } value
        ? Invariant($"{nameof(EarlyStopping)}: {failures} of {Patience} observations without improvement on {value}")
        : Invariant($"{nameof(EarlyStopping)}: {failures} of {Patience} observations without a value");
}
