namespace Autograd;

/// <summary>The outcome of a gradient check: every element that was compared, by blocks, and the tests that need no step.</summary>
public sealed class GradientCheckReport
{
    internal GradientCheckReport(
        IReadOnlyList<GradientComparison> comparisons, IReadOnlyList<StepFreeTest> stepFree, string? problem = null)
    {
        Comparisons = comparisons;
        StepFree = stepFree;
        Problem = problem;
        Blocks =
        [
            .. comparisons.GroupBy(comparison => (comparison.Order, comparison.Name, comparison.Shape))
                .Select(block => new GradientBlock(block.Key.Name, block.Key.Order, block.Key.Shape, [.. block])),
        ];
    }

    /// <summary>
    /// What makes the function unfit for a check, found before anything was compared: it is not deterministic, changes its shape, does not depend on any
    /// input, or is not finite. Null if nothing does.
    /// </summary>
    public string? Problem { get; }

    /// <summary>One entry for each input and parameter at each order.</summary>
    public IReadOnlyList<GradientBlock> Blocks { get; }

    /// <summary>The tests that need no step.</summary>
    public IReadOnlyList<StepFreeTest> StepFree { get; }

    /// <summary>All comparisons: by order, then by input and parameter, then by position.</summary>
    public IReadOnlyList<GradientComparison> Comparisons { get; }

    /// <summary>Fail if the function is unfit or anything failed, else Inconclusive if anything is, else Pass.</summary>
    public Verdict Verdict
    {
        get
        {
            var verdicts = Blocks.Select(block => block.Verdict).Concat(StepFree.Select(test => test.Verdict)).ToHashSet();
            if (Problem is not null || verdicts.Contains(Verdict.Fail)) return Verdict.Fail;
            return verdicts.Contains(Verdict.Inconclusive) ? Verdict.Inconclusive : Verdict.Pass;
        }
    }

    /// <summary>Whether the verdict is Pass.</summary>
    public bool Passed => Verdict == Verdict.Pass;

    /// <summary>The comparison with the largest error in terms of what is allowed; null if nothing was compared.</summary>
    public GradientComparison? Worst => Comparisons.MaxBy(comparison => comparison.Severity);

    /// <summary>Returns this report if the check passed.</summary>
    /// <exception cref="GradientCheckException">It failed or is inconclusive; the message names the worst element of every faulty gradient.</exception>
    public GradientCheckReport ThrowIfFailed() => Passed ? this : throw new GradientCheckException(this);

    /// <summary>The verdict, and a table with the worst element of each gradient.</summary>
    public override string ToString() => GradientCheckText.Write(this);
}

/// <summary>A gradient check did not pass.</summary>
public sealed class GradientCheckException : Exception
{
    internal GradientCheckException(GradientCheckReport report)
        : base($"Gradient check {GradientCheckText.WriteFaults(report)}")
        => Report = report;

    /// <summary>What was compared.</summary>
    public GradientCheckReport Report { get; }
}
