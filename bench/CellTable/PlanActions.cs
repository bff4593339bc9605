using System.Globalization;
using System.Text.RegularExpressions;

namespace Autograd.Bench;

/// <summary>How many actions of a plan are neither a fused pass nor a product, in both directions, and what its products cost.</summary>
/// <param name="Operations">Operations that run as the tape runs them, on tensors.</param>
/// <param name="Copies">Copies between the layout of the plan and that of tensors.</param>
/// <param name="Rows">Operations that run on rows where they lie.</param>
/// <param name="Flops">Floating-point operations in the products of a step, but for those among the rows; 0 without a plan.</param>
readonly partial record struct PlanActions(int Operations, int Copies, int Rows, double Flops)
{
    /// <summary>Counts them in the text of a plan.</summary>
    public static PlanActions In(string explanation)
    {
        // Actions are lines that begin with what is done; the text before the first pass and after the last has other words.
        string[] lines = explanation.Split('\n', StringSplitOptions.TrimEntries);
        var flops = FlopsText().Match(explanation);
        return new(Count("operation  "), Count("copy "), Count("rows  "),
            flops.Success ? double.Parse(flops.Groups[1].Value, CultureInfo.InvariantCulture) : 0);

        int Count(string verb) => lines.Count(line => line.StartsWith(verb, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"(\d+) floating-point operations in products")]
    private static partial Regex FlopsText();
}
