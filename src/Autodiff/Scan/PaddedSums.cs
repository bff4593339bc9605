namespace Autograd.Scan;

/// <summary>
/// Finds sums of values that are each padded with zeros to different columns of one matrix: what the gradients of slices come to. Such a sum is the
/// values side by side.
/// </summary>
internal static class PaddedSums
{
    /// <summary>Values that take the place of sums, with their numbers.</summary>
    public static List<StepValue> Find(StepGraph graph)
    {
        var found = new List<StepValue>();
        if (!Array.Exists(graph.Values, value => value.Operation is PadOperation)) return found;
        var uses = Uses(graph);
        foreach (var value in graph.Values)
        {
            if (!IsSum(value) || (uses[value.Number] == 1 && IsPartOfSum(graph, value))) continue;
            var parts = new List<StepValue>();
            if (Collect(value, value, uses, parts) && Cover(parts, value.Shape[^1])) found.Add(Joined(value, parts));
        }
        return found;
    }

    static bool IsSum(StepValue value) => value.Operation is BinaryOperation<AddFunction> && value.Shape.Rank == 2;

    static bool IsPartOfSum(StepGraph graph, StepValue value) => Array.Exists(graph.Values, user => IsSum(user) && user.Operands.Contains(value) && user.Shape.Equals(value.Shape));

    static bool Collect(StepValue root, StepValue value, int[] uses, List<StepValue> parts)
    {
        foreach (var operand in value.Operands)
        {
            if (uses[operand.Number] != 1 || !operand.Shape.Equals(root.Shape)) return false;
            if (operand.Operation is PadOperation { Range: (1, _, 1, _) }) parts.Add(operand);
            else if (!IsSum(operand) || !Collect(root, operand, uses, parts)) return false;
        }
        return true;
    }

    static bool Cover(List<StepValue> parts, int width)
    {
        parts.Sort((a, b) => StartOf(a).CompareTo(StartOf(b)));
        int end = 0;
        foreach (var part in parts)
        {
            if (StartOf(part) != end) return false;
            end += part.Operands[0].Shape[^1];
        }
        return end == width;
    }

    static int StartOf(StepValue part) => ((PadOperation)part.Operation!).Range.Start;

    static StepValue Joined(StepValue sum, List<StepValue> parts) =>
        new(sum.Number, Role.Computed, 0, new ConcatenateOperation(1), [.. parts.Select(part => part.Operands[0])], sum.Shape, sum.IsBackward);

    static int[] Uses(StepGraph graph)
    {
        var uses = new int[graph.Values.Length];
        foreach (var value in graph.Values)
            foreach (var operand in value.Operands) uses[operand.Number]++;
        foreach (var result in graph.Results) uses[result.Number]++;
        return uses;
    }
}
