using System.Globalization;
using System.Text;
using Autograd.Charts;
using static System.FormattableString;

namespace Autograd.Checking;

/// <summary>Writes reports for people: a verdict, a table of the gradients, the tests that need no step.</summary>
static class GradientCheckText
{
    public static string Write(GradientCheckReport report)
    {
        var text = new StringBuilder(Headline(report));
        if (report.Blocks.Count > 0) Table(text, report.Blocks);
        else if (report.Problem is null)
            text.AppendLine().Append("warning: the inputs and parameters have no elements, so nothing was compared");
        foreach (var test in report.StepFree) text.AppendLine().Append(Line(test));
        foreach (string line in Remarks(report)) text.AppendLine().Append(line);
        return text.ToString();
    }

    public static string WriteFaults(GradientCheckReport report)
    {
        var text = new StringBuilder(Headline(report));
        foreach (var block in report.Blocks.Where(block => block.Verdict != Verdict.Pass)) text.AppendLine().Append(block.Worst);
        foreach (var test in report.StepFree.Where(test => test.Verdict is not (Verdict.Pass or Verdict.Skipped)))
            text.AppendLine().Append(Line(test));
        return text.ToString();
    }

    public static string Headline(GradientCheckReport report)
    {
        if (report.Problem is { } problem) return $"FAILED: {problem}";
        int agree = report.Comparisons.Count(comparison => comparison.Passed),
            beside = report.Comparisons.Count(comparison => comparison.IsBeside);
        string where = beside == 0 ? "" : Invariant($", {beside} of them judged beside a kink or edge");
        string missing = report.UnusedParameters.Count == 0 ? "" : $"; nothing depends on {string.Join(", ", report.UnusedParameters)}";
        return Invariant($"{Word(report.Verdict)}: {agree} of {report.Comparisons.Count} elements agree{where}{missing}");
    }

    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Pass => "passed",
        Verdict.Fail => "FAILED",
        Verdict.Skipped => "skipped",
        _ => "INCONCLUSIVE",
    };

    static IEnumerable<string> Remarks(GradientCheckReport report)
    {
        foreach (var block in report.Blocks.Where(block => block.IsVacuous))
            yield return Invariant(
                $"warning: order {block.Order} of {block.Name} is below what rounding lets differences see; that it agrees says nothing");
        foreach (string name in report.UnusedParameters)
            yield return $"warning: nothing depends on {name}: a term may be missing, or the parameter be superfluous";
        foreach (string name in report.UnusedInputs) yield return $"warning: nothing depends on {name}";
        foreach (string name in report.Unchecked)
            yield return $"warning: {name} takes part and was not checked: it is not among the parameters given";
    }

    static void Table(StringBuilder text, IReadOnlyList<GradientBlock> blocks)
    {
        string[] header = ["order", "parameter", "shape", "worst", "analytic", "numeric", "error", "allowed", "verdict"];
        foreach (string line in TextColumns.Lines(header, blocks.Select(Row))) text.AppendLine().Append(line);
    }

    static string[] Row(GradientBlock block)
    {
        var worst = block.Worst;
        return
        [
            block.Order.ToString(CultureInfo.InvariantCulture), block.Name, block.Shape.ToString(),
            worst.Position < 0 ? "direction" : worst.Index,
            Number(worst.Analytic, "G6"), Number(worst.Numeric, "G6"), Number(worst.AbsoluteError, "G2"), Number(worst.Tolerance, "G2"),
            Outcome(block),
        ];
    }

    static string Outcome(GradientBlock block) => block.Verdict switch
    {
        Verdict.Pass when block.IsVacuous => "pass (nothing to see)",
        Verdict.Pass when block.Comparisons.FirstOrDefault(comparison => comparison.IsBeside) is { } beside =>
        $"pass (beside: {beside.Reason})",
        Verdict.Pass => "pass",
        Verdict.Fail => "FAIL",
        _ => $"inconclusive: {block.Comparisons.First(comparison => comparison.Verdict == Verdict.Inconclusive).Reason}",
    };

    static string Line(StepFreeTest test) => $"{Mark(test.Verdict)} {test.Name}: {test.Detail}";

    static string Mark(Verdict verdict) =>
        verdict switch { Verdict.Pass => "ok  ", Verdict.Fail => "FAIL", Verdict.Skipped => "skip", _ => "??? " };

    static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
