namespace Autograd;

/// <summary>The comparisons of one input or parameter, at one order.</summary>
/// <param name="Name">Name of the parameter or input.</param>
/// <param name="Order">Order of the derivative.</param>
/// <param name="Shape">Shape of the parameter or input.</param>
/// <param name="Comparisons">What was compared, at least one.</param>
public sealed record GradientBlock(string Name, int Order, Shape Shape, IReadOnlyList<GradientComparison> Comparisons)
{
    /// <summary>The comparison with the largest error relative to what is allowed, failures first.</summary>
    public GradientComparison Worst { get; } = Comparisons is { Count: > 0 }
        ? Require.NoNull(nameof(GradientBlock), nameof(Comparisons), Comparisons)
            .OrderByDescending(comparison => comparison.Verdict == Verdict.Fail)
            .ThenByDescending(comparison => comparison.Severity).First()
        : throw new ArgumentException("GradientBlock: there are no comparisons; at least one is needed.", nameof(Comparisons));

    /// <summary>Fail if a comparison failed; otherwise Inconclusive if one is; otherwise Pass.</summary>
    public Verdict Verdict => Worst.Verdict != Verdict.Pass ? Worst.Verdict
        : Comparisons.Any(comparison => comparison.Verdict == Verdict.Inconclusive) ? Verdict.Inconclusive
        : Verdict.Pass;

    /// <summary>
    /// Whether the block passed only because there was nothing to see: every number in it is smaller than what rounding in the function
    /// could produce, without being exactly 0. This is typical of the first steps of a long sequence; use another point, shorter sequences
    /// or a larger loss.
    /// </summary>
    public bool IsVacuous =>
        Comparisons.All(comparison => Math.Max(Math.Abs(comparison.Analytic), Math.Abs(comparison.Numeric)) <= comparison.Noise)
        && Comparisons.Any(comparison => comparison.Analytic != 0);
}
