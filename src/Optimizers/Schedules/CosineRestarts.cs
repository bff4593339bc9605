using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// Half cosines one after the other, each of which begins again at the initial rate (Loshchilov, Hutter 2017, equation 5). With c the
/// steps since the last restart, in period i = 0, 1, … of nᵢ steps:
/// <code>
/// final + (initial − final) · (1 + cos(π c / nᵢ)) / 2,  nᵢ = steps · growthⁱ
/// </code>
/// The final rate is approached but not reached: the next period begins at that step.
/// </summary>
public sealed class CosineRestarts : Schedule
{
    readonly double initial, final;
    readonly long steps, growth;

    /// <summary>Creates the schedule.</summary>
    /// <param name="initial">The rate after a restart; not negative.</param>
    /// <param name="steps">Number of steps of the first period; at least 1.</param>
    /// <param name="growth">How many times as long a period is as the one before; at least 1, the default.</param>
    /// <param name="final">The rate to which a period falls; not negative; 0 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public CosineRestarts(double initial, long steps, long growth = 1, double final = 0)
    {
        this.initial = Require.NotNegative(nameof(CosineRestarts), nameof(initial), initial);
        this.steps = Require.AtLeast(nameof(CosineRestarts), nameof(steps), steps, 1);
        this.growth = Require.AtLeast(nameof(CosineRestarts), nameof(growth), growth, 1);
        this.final = Require.NotNegative(nameof(CosineRestarts), nameof(final), final);
    }

    /// <inheritdoc/>
    protected override double Rate(long step)
    {
        if (growth == 1) return Cosine.Between(initial, final, (double)(step % steps) / steps);
        long length = steps;
        while (step >= length)
        {
            step -= length;

            // A period whose length overflows never ends.
            length = length > long.MaxValue / growth ? long.MaxValue : length * growth;
        }
        return Cosine.Between(initial, final, (double)step / length);
    }

    /// <summary>What the schedule does.</summary>
    public override string ToString() =>
        Invariant($"cosine from {initial} to {final}, restarted after {steps} steps, periods growing by {growth}");
}
