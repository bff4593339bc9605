using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// One rise of the rate and one long fall, to far below where it began, which allows training with very large rates (Smith, Topin 2018).
/// Both are half cosines, as is now usual, instead of the straight lines of the paper:
/// <code>
/// from maximum / initialDivisor                    at step 0
/// to   maximum                                     at step warmUpFraction · steps − 1
/// to   maximum / (initialDivisor · finalDivisor)   at step steps − 1 and after it
/// </code>
/// The opposite cycle of the momentum, as in the paper, is not implemented.
/// </summary>
public sealed class OneCycle : Schedule
{
    readonly double initial, maximum, final, peak;
    readonly long steps;

    /// <summary>Creates the schedule.</summary>
    /// <param name="maximum">The largest rate; not negative.</param>
    /// <param name="steps">Number of steps in all; at least 2.</param>
    /// <param name="warmUpFraction">The part of the steps in which the rate rises, at least 0 and below 1; 0.3 by default.</param>
    /// <param name="initialDivisor">The maximum over the first rate, at least 1; 25 by default.</param>
    /// <param name="finalDivisor">The first rate over the last, at least 1; 10,000 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public OneCycle(double maximum, long steps, double warmUpFraction = 0.3, double initialDivisor = 25, double finalDivisor = 1e4)
    {
        this.maximum = Require.NotNegative(nameof(OneCycle), nameof(maximum), maximum);
        this.steps = Require.AtLeast(nameof(OneCycle), nameof(steps), steps, 2);
        peak = Math.Max(0, Require.Fraction(nameof(OneCycle), nameof(warmUpFraction), warmUpFraction) * steps - 1);
        initial = maximum / Require.AtLeast(nameof(OneCycle), nameof(initialDivisor), initialDivisor, 1.0);
        final = initial / Require.AtLeast(nameof(OneCycle), nameof(finalDivisor), finalDivisor, 1.0);
    }

    /// <inheritdoc/>
    protected override double Rate(long step)
    {
        long last = steps - 1;
        if (step >= last) return final;
        return step < peak ? Cosine.Between(initial, maximum, step / peak) : Cosine.Between(maximum, final, (step - peak) / (last - peak));
    }

    /// <summary>What the schedule does.</summary>
    public override string ToString() => Invariant($"one cycle from {initial} over {maximum} to {final} in {steps} steps");
}
