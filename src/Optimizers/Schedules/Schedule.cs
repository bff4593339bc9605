using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// The learning rate as a function of the step, so that training continues from a checkpoint as if it had never stopped. Implementations
/// override <see cref="Rate"/>. They are immutable, or describe in <see cref="Describe"/> what else the rate depends on, which is saved and
/// loaded with the optimizer.
/// </summary>
public abstract class Schedule : ISaved
{
    /// <summary>What <see cref="Describe"/> adds.</summary>
    void ISaved.Describe(SavedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Describe(state);
    }

    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">Number of steps done before, so 0 for the first. May lie beyond the schedule's end.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    /// <exception cref="InvalidOperationException">The schedule gives a rate that is negative, infinite or NaN.</exception>
    public double At(long step)
    {
        // The name of the type is fetched only for the error: the runtime drops it at collections and creates it anew.
        if (step < 0) Require.AtLeast(GetType().Name, nameof(step), step, 0);
        double rate = Rate(step);
        if (!double.IsFinite(rate) || rate < 0) throw Unusable(step, rate);
        return rate;
    }

    /// <summary>
    /// Called by <see cref="TrainingLoop"/> with the result of each validation. Does nothing by default; a schedule around another one
    /// passes it on.
    /// </summary>
    /// <param name="value">The value, such as a loss; may be NaN or infinite.</param>
    public virtual void Validated(double value)
    {
    }

    /// <summary>A constant rate, where a schedule is expected.</summary>
    /// <param name="rate">The rate; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative, infinite or NaN.</exception>
    public static implicit operator Schedule(double rate) => FromDouble(rate);

    /// <inheritdoc cref="op_Implicit(double)"/>
    public static Schedule FromDouble(double rate) => new Constant(rate);

    /// <summary>The learning rate of a step, which is not negative. The rate must be finite and not negative.</summary>
    protected abstract double Rate(long step);

    /// <summary>
    /// Adds what the rate depends on besides the step, and the schedules inside this one. Nothing by default.
    /// </summary>
    /// <param name="state">To which it is added.</param>
    protected virtual void Describe(SavedState state)
    {
    }

    InvalidOperationException Unusable(long step, double rate) => new(
        Invariant($"{GetType().Name}: the learning rate of step {step} must be finite and not negative; it is {rate}."));
}
