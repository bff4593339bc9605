using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// Another schedule, faded in linearly (Goyal et al. 2017): inner(step) · min(1, (step + 1) / steps). The inner schedule counts from the
/// first step, so its end does not move. No step is wasted on a rate of 0, and step <c>steps − 1</c> is the first at the full rate.
/// </summary>
public sealed class WarmUp : Schedule
{
    readonly Schedule inner;
    readonly long steps;

    /// <summary>Creates the schedule.</summary>
    /// <param name="inner">The schedule to be faded in.</param>
    /// <param name="steps">Number of steps until it applies in full; at least 1, which changes nothing.</param>
    /// <exception cref="ArgumentNullException">There is no inner schedule.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is below 1.</exception>
    public WarmUp(Schedule inner, long steps)
    {
        ArgumentNullException.ThrowIfNull(inner);
        this.inner = inner;
        this.steps = Require.AtLeast(nameof(WarmUp), nameof(steps), steps, 1);
    }

    /// <inheritdoc/>
    public override void Validated(double value) => inner.Validated(value);

    /// <inheritdoc/>
    protected override double Rate(long step) => step >= steps - 1 ? inner.At(step) : inner.At(step) * ((step + 1.0) / steps);

    /// <inheritdoc/>
    protected override void Describe(SavedState state) => state.Add("inner", inner);

    /// <summary>What the schedule does.</summary>
    public override string ToString() => Invariant($"{inner}, warmed up over {steps} steps");
}
