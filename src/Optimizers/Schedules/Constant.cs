using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>The same rate at every step.</summary>
public sealed class Constant : Schedule
{
    readonly double rate;

    /// <summary>Creates the schedule.</summary>
    /// <param name="rate">The rate; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative, infinite or NaN.</exception>
    public Constant(double rate) => this.rate = Require.NotNegative(nameof(Constant), nameof(rate), rate);

    /// <summary>A fixed rate given to an optimizer, whose name is in the error.</summary>
    internal static Constant Of(string operation, double learningRate) =>
        new(Require.NotNegative(operation, nameof(learningRate), learningRate));

    /// <inheritdoc/>
    protected override double Rate(long step) => rate;

    /// <summary>The rate.</summary>
    public override string ToString() => Invariant($"constant {rate}");
}
