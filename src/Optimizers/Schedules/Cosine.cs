using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// Half a cosine from one rate to another (Loshchilov, Hutter 2017, equation 5, without restarts):
/// final + (initial − final) · (1 + cos(π · step / steps)) / 2, and the final rate from step <c>steps</c> on.
/// </summary>
public sealed class Cosine : Schedule
{
    readonly double initial, final;
    readonly long steps;

    /// <summary>Creates the schedule.</summary>
    /// <param name="initial">The rate of the first step; not negative.</param>
    /// <param name="steps">Number of steps until the final rate; at least 1.</param>
    /// <param name="final">The rate at the end and after it; not negative; 0 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public Cosine(double initial, long steps, double final = 0)
    {
        this.initial = Require.NotNegative(nameof(Cosine), nameof(initial), initial);
        this.steps = Require.AtLeast(nameof(Cosine), nameof(steps), steps, 1);
        this.final = Require.NotNegative(nameof(Cosine), nameof(final), final);
    }

    /// <inheritdoc/>
    protected override double Rate(long step) => Between(initial, final, step >= steps ? 1 : (double)step / steps);

    /// <summary>What the schedule does.</summary>
    public override string ToString() => Invariant($"cosine from {initial} to {final} in {steps} steps");

    /// <summary>Half a cosine from a start (progress 0) to an end (progress 1), both reached exactly.</summary>
    internal static double Between(double start, double end, double progress)
    {
        double weight = (1 + Elementary.Cos(Math.PI * progress)) / 2;
        return start * weight + end * (1 - weight);
    }
}
