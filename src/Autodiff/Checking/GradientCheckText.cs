using System.Globalization;
using System.Text;
using static System.FormattableString;

namespace Autograd.Checking;

/// <summary>Writes reports for people: a verdict, a table of the gradients, the tests that need no step.</summary>
internal static class GradientCheckText
{
    public static string Write(GradientCheckReport report)
    {
        var text = new StringBuilder(Headline(report));
        if (report.Blocks.Count > 0) Table(text, report.Blocks);
        else if (report.Problem is null) text.AppendLine().Append("warning: the inputs and parameters have no elements, so nothing was compared");
        foreach (var test in report.StepFree) text.AppendLine().Append(Line(test));
        foreach (var block in report.Blocks.Where(block => block.IsVacuous))
            text.AppendLine().Append(Invariant($"warning: order {block.Order} of {block.Name} is below what rounding lets differences see; that it agrees says nothing"));
        return text.ToString();
    }

    public static string WriteFaults(GradientCheckReport report)
    {
        var text = new StringBuilder(Headline(report));
        foreach (var block in report.Blocks.Where(block => block.Verdict != Verdict.Pass)) text.AppendLine().Append(block.Worst);
        foreach (var test in report.StepFree.Where(test => test.Verdict != Verdict.Pass)) text.AppendLine().Append(Line(test));
        return text.ToString();
    }

    static string Headline(GradientCheckReport report)
    {
        if (report.Problem is { } problem) return $"FAILED: {problem}";
        string verdict = report.Verdict switch { Verdict.Pass => "passed", Verdict.Fail => "FAILED", _ => "INCONCLUSIVE" };
        int agree = report.Comparisons.Count(comparison => comparison.Passed);
        return Invariant($"{verdict}: {agree} of {report.Comparisons.Count} elements agree");
    }

    static void Table(StringBuilder text, IReadOnlyList<GradientBlock> blocks)
    {
        string[] header = ["order", "parameter", "shape", "worst", "analytic", "numeric", "error", "allowed", "verdict"];
        var rows = blocks.Select(Row).Prepend(header).ToList();
        var widths = Enumerable.Range(0, header.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
            text.AppendLine().Append(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    static string[] Row(GradientBlock block)
    {
        var worst = block.Worst;
        return
        [
            block.Order.ToString(CultureInfo.InvariantCulture), block.Name, block.Shape.ToString(), worst.Position < 0 ? "direction" : worst.Index,
            Number(worst.Analytic, "G6"), Number(worst.Numeric, "G6"), Number(worst.AbsoluteError, "G2"), Number(worst.Tolerance, "G2"), Outcome(block),
        ];
    }

    static string Outcome(GradientBlock block) => block.Verdict switch
    {
        Verdict.Pass => block.IsVacuous ? "pass (nothing to see)" : "pass",
        Verdict.Fail => "FAIL",
        _ => block.Worst.IsKink ? "inconclusive: not differentiable here" : "inconclusive",
    };

    static string Line(StepFreeTest test) => $"{(test.Verdict == Verdict.Pass ? "ok  " : test.Verdict == Verdict.Fail ? "FAIL" : "??? ")} {test.Name}: {test.Detail}";

    static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
