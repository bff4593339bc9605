namespace Autograd.Bench;

/// <summary>How many actions of a plan are neither a fused pass nor a product, in both directions.</summary>
/// <param name="Operations">Operations that run as the tape runs them, on tensors.</param>
/// <param name="Copies">Copies between the layout of the plan and that of tensors.</param>
/// <param name="Rows">Operations that run on rows where they lie.</param>
internal readonly record struct PlanActions(int Operations, int Copies, int Rows)
{
    /// <summary>Counts them in the text of a plan.</summary>
    public static PlanActions In(string explanation)
    {
        // Actions are lines that begin with what is done; the text before the first pass and after the last has other words.
        string[] lines = explanation.Split('\n', StringSplitOptions.TrimEntries);
        return new(Count("operation  "), Count("copy "), Count("rows  "));

        int Count(string verb) => lines.Count(line => line.StartsWith(verb, StringComparison.Ordinal));
    }
}
