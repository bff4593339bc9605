using System.Text;
using static System.FormattableString;

namespace Autograd;

/// <summary>The outcome of gradient checks of one function at many points.</summary>
public sealed class PointsReport
{
    internal PointsReport(IReadOnlyList<GradientCheckReport> reports) => Reports = reports;

    /// <summary>The reports, in the order of the points.</summary>
    public IReadOnlyList<GradientCheckReport> Reports { get; }

    /// <summary>
    /// Fail if the check failed at any point; otherwise Inconclusive if it was so at all points; otherwise Pass: what one point leaves
    /// open, another may settle.
    /// </summary>
    public Verdict Verdict =>
        Count(Verdict.Fail) > 0 ? Verdict.Fail : Count(Verdict.Pass) == 0 && Reports.Count > 0 ? Verdict.Inconclusive : Verdict.Pass;

    /// <summary>Whether the verdict is Pass.</summary>
    public bool Passed => Verdict == Verdict.Pass;

    /// <summary>The number of points at which the check came to a verdict.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The verdict is not defined.</exception>
    public int Count(Verdict verdict)
    {
        Require.Defined(nameof(PointsReport), nameof(verdict), verdict);
        return Reports.Count(report => report.Verdict == verdict);
    }

    /// <summary>Number of the first point with the worst verdict; −1 if the check passed at all.</summary>
    public int FirstFault
    {
        get
        {
            int failed = Find(Verdict.Fail);
            return failed >= 0 ? failed : Find(Verdict.Inconclusive);
        }
    }

    /// <summary>Returns this report if the check passed.</summary>
    /// <exception cref="GradientCheckException">
    /// The check failed or was never conclusive; the message names the first such point and its errors.
    /// </exception>
    public PointsReport ThrowIfFailed() => Passed ? this
        : throw new GradientCheckException(Reports[FirstFault], Invariant($"at point {FirstFault} of {Reports.Count} "));

    /// <summary>The number of points that passed, and the report on the first that did not.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(
            Invariant($"{GradientCheckText.Word(Verdict)}: {Count(Verdict.Pass)} of {Reports.Count} points pass, ")
                + Invariant($"{Count(Verdict.Fail)} fail, ")
            + Invariant($"{Count(Verdict.Inconclusive)} are inconclusive"));
        if (FirstFault >= 0) text.AppendLine().AppendLine(Invariant($"point {FirstFault}:")).Append(Reports[FirstFault]);
        return text.ToString();
    }

    /// <inheritdoc cref="GradientCheckReport.ToJson"/>
    public string ToJson() => GradientCheckJson.Write(this);

    /// <inheritdoc cref="GradientCheckReport.ToSvg"/>
    public string ToSvg(string? title = null) => GradientCheckPicture.Draw(
        [.. Reports.SelectMany(report => report.Comparisons)], title ?? ToString().Split(Environment.NewLine)[0]);

    int Find(Verdict verdict) => Reports.TakeWhile(report => report.Verdict != verdict).Count() is var first && first < Reports.Count
        ? first : -1;
}
