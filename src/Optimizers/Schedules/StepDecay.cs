using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>A rate that is multiplied by a factor at regular intervals: initial · factor^⌊step / every⌋. It tends to 0.</summary>
public sealed class StepDecay : Schedule
{
    readonly double initial, factor;
    readonly long every;

    /// <summary>Creates the schedule.</summary>
    /// <param name="initial">The rate of the first <paramref name="every"/> steps; not negative.</param>
    /// <param name="factor">What the rate is multiplied by; positive and at most 1.</param>
    /// <param name="every">Steps between two multiplications; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public StepDecay(double initial, double factor, long every)
    {
        this.initial = Require.NotNegative(nameof(StepDecay), nameof(initial), initial);
        this.factor = Require.Share(nameof(StepDecay), nameof(factor), factor);
        this.every = Require.AtLeast(nameof(StepDecay), nameof(every), every, 1);
    }

    /// <inheritdoc/>
    protected override double Rate(long step) => initial * Elementary.Pow(factor, step / every);

    /// <summary>What the schedule does.</summary>
    public override string ToString() => Invariant($"{initial}, times {factor} every {every} steps");
}
