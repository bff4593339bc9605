namespace Autograd.Checking;

/// <summary>Draws reports: the error of every comparison over the magnitude of the derivative.</summary>
static class GradientCheckPicture
{
    // What is smaller is drawn here: 0 has no place on a logarithmic axis.
    const double LeastMagnitude = 1e-16, LeastError = 1e-18;

    public static string Draw(IReadOnlyList<GradientComparison> comparisons, string title)
    {
        var chart = new Chart(title, "magnitude of the derivative", "absolute error") { LogX = true, LogY = true };
        foreach (var verdict in (ReadOnlySpan<Verdict>)[Verdict.Pass, Verdict.Fail, Verdict.Inconclusive])
        {
            var some = comparisons.Where(comparison => comparison.Verdict == verdict).ToList();
            if (some.Count > 0) chart.Points(GradientCheckText.Word(verdict), some.Select(Magnitude), some.Select(Error));
        }
        var allowed = comparisons.Where(comparison => comparison.Tolerance > 0).OrderBy(Magnitude).ToList();
        if (allowed.Count > 0) chart.Points("allowed", allowed.Select(Magnitude), allowed.Select(comparison => comparison.Tolerance));
        return chart.ToSvg();
    }

    static double Magnitude(GradientComparison comparison) =>
        Math.Max(LeastMagnitude, Math.Max(Math.Abs(comparison.Analytic), Math.Abs(comparison.Numeric)));

    static double Error(GradientComparison comparison) => Math.Max(LeastError, comparison.AbsoluteError);
}
