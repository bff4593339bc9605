namespace Autograd;

/// <summary>The outcome of a gradient check: every element that was compared, in blocks, and the tests that need no step size.</summary>
public sealed class GradientCheckReport
{
    internal GradientCheckReport(IReadOnlyList<GradientComparison> comparisons, IReadOnlyList<StepFreeTest> stepFree, Fitness fitness)
    {
        Comparisons = comparisons;
        StepFree = stepFree;
        Fitness = fitness;
        Blocks =
        [
            .. comparisons.GroupBy(comparison => (comparison.Order, comparison.Name, comparison.Shape))
                .Select(block => new GradientBlock(block.Key.Name, block.Key.Order, block.Key.Shape, [.. block])),
        ];
    }

    /// <summary>
    /// Why the function cannot be checked, found before anything was compared: it is not deterministic, changes its shape or its arguments,
    /// does not depend on any input, or is not finite. Null if it can be checked.
    /// </summary>
    public string? Problem => Fitness.Problem;

    /// <summary>
    /// Parameters that were given but that nothing depends on: a term may have been forgotten. The check is then Inconclusive.
    /// </summary>
    public IReadOnlyList<string> UnusedParameters => Fitness.UnusedParameters;

    /// <summary>Inputs that nothing depends on.</summary>
    public IReadOnlyList<string> UnusedInputs => Fitness.UnusedInputs;

    /// <summary>Parameters that the result was computed from but that were not given, and were therefore not checked.</summary>
    public IReadOnlyList<string> Unchecked => Fitness.Unchecked;

    /// <summary>One entry for each input and parameter at each order.</summary>
    public IReadOnlyList<GradientBlock> Blocks { get; }

    /// <summary>The tests that need no step size.</summary>
    public IReadOnlyList<StepFreeTest> StepFree { get; }

    /// <summary>All comparisons: by order, then by input and parameter, then by position.</summary>
    public IReadOnlyList<GradientComparison> Comparisons { get; }

    /// <summary>
    /// Fail if the function cannot be checked or anything failed; otherwise Inconclusive if anything is or a parameter is unused; otherwise
    /// Pass. Skipped tests do not count.
    /// </summary>
    public Verdict Verdict
    {
        get
        {
            var verdicts = Blocks.Select(block => block.Verdict).Concat(StepFree.Select(test => test.Verdict)).ToHashSet();
            if (Problem is not null || verdicts.Contains(Verdict.Fail)) return Verdict.Fail;
            return verdicts.Contains(Verdict.Inconclusive) || UnusedParameters.Count > 0 ? Verdict.Inconclusive : Verdict.Pass;
        }
    }

    /// <summary>Whether the verdict is Pass.</summary>
    public bool Passed => Verdict == Verdict.Pass;

    /// <summary>The comparison with the largest error relative to what is allowed; null if nothing was compared.</summary>
    public GradientComparison? Worst => Comparisons.MaxBy(comparison => comparison.Severity);

    internal Fitness Fitness { get; }

    /// <summary>The report on a function that cannot be checked: the verdict is Fail.</summary>
    /// <param name="problem">The reason, worded to follow "FAILED: ".</param>
    public static GradientCheckReport Unfit(string problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return new([], [], new Fitness(problem, [], [], []));
    }

    /// <summary>Returns this report with further tests.</summary>
    public GradientCheckReport With(IEnumerable<StepFreeTest> tests)
    {
        ArgumentNullException.ThrowIfNull(tests);
        return new(Comparisons, [.. StepFree, .. tests], Fitness);
    }

    /// <summary>Returns this report if the check passed.</summary>
    /// <exception cref="GradientCheckException">It failed or is inconclusive; the message names the worst element of every faulty
    /// gradient.</exception>
    public GradientCheckReport ThrowIfFailed() => Passed ? this : throw new GradientCheckException(this);

    /// <summary>The verdict, and a table with the worst element of each gradient.</summary>
    public override string ToString() => GradientCheckText.Write(this);

    /// <summary>
    /// The report as JSON, for programs: the verdict, each gradient with its worst element, and the tests. Numbers that are not finite are
    /// strings.
    /// </summary>
    public string ToJson() => GradientCheckJson.Write(this);

    /// <summary>
    /// The report as a picture, a self-contained SVG document: for every comparison, the error against the magnitude of the derivative, and
    /// the error allowed. Correct gradients lie at the bottom; a wrong rule shows as a line along the diagonal.
    /// </summary>
    /// <param name="title">The title; the verdict by default.</param>
    public string ToSvg(string? title = null) => GradientCheckPicture.Draw(Comparisons, title ?? GradientCheckText.Headline(this));
}

/// <summary>A gradient check did not pass.</summary>
public sealed class GradientCheckException : Exception
{
    internal GradientCheckException(GradientCheckReport report, string where = "")
        : base($"Gradient check {where}{GradientCheckText.WriteFaults(report)}")
        => Report = report;

    /// <summary>What was compared.</summary>
    public GradientCheckReport Report { get; }
}
