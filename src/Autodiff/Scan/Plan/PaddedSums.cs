namespace Autograd.Scan;

/// <summary>
/// Finds sums of values that are each padded with zeros to different columns of one matrix: what the gradients of slices come to. Such a
/// sum is the values side by side.
/// </summary>
static class PaddedSums
{
    /// <summary>Values that take the place of sums, with their numbers.</summary>
    public static List<StepValue> Find(StepGraph graph)
    {
        var found = new List<StepValue>();
        if (!Array.Exists(graph.Values, value => value.Form is OperationForm.Padding)) return found;
        var uses = graph.Uses();
        var partial = PartsOfSums(graph, uses);
        foreach (var value in graph.Values)
        {
            if (!IsSum(value) || partial.Contains(value)) continue;
            if (Parts(value, uses) is { } parts && Cover(parts, value.Shape[1])) found.Add(Joined(value, parts));
        }
        return found;
    }

    static bool IsSum(StepValue value) => value.Form == OperationForm.Addition && value.Shape.Rank >= 2;

    // Sums that are used by one larger sum of the same shape alone.
    static HashSet<StepValue> PartsOfSums(StepGraph graph, int[] uses)
    {
        var parts = new HashSet<StepValue>();
        foreach (var user in graph.Values)
        {
            if (!IsSum(user)) continue;
            foreach (var operand in user.Operands)
                if (uses[operand.Number] == 1 && operand.Shape.Equals(user.Shape)) parts.Add(operand);
        }
        return parts;
    }

    // The padded terms of a sum; null where it has others.
    static List<StepValue>? Parts(StepValue root, int[] uses)
    {
        var parts = new List<StepValue>();
        var open = new Stack<StepValue>([root]);
        while (open.TryPop(out var sum))
        {
            foreach (var operand in sum.Operands)
            {
                if (uses[operand.Number] != 1 || !operand.Shape.Equals(root.Shape)) return null;
                if (operand.Form is OperationForm.Padding(1, _, 1, _)) parts.Add(operand);
                else if (IsSum(operand)) open.Push(operand);
                else return null;
            }
        }
        return parts;
    }

    static bool Cover(List<StepValue> parts, int width)
    {
        parts.Sort((a, b) => StartOf(a).CompareTo(StartOf(b)));
        int end = 0;
        foreach (var part in parts)
        {
            if (StartOf(part) != end) return false;
            end += part.Operands[0].Shape[1];
        }
        return end == width;
    }

    static int StartOf(StepValue part) => ((OperationForm.Padding)part.Form!).Start;

    static StepValue Joined(StepValue sum, List<StepValue> parts) =>
        new(sum.Number, Role.Computed, 0, new ConcatenateOperation(1), [.. parts.Select(part => part.Operands[0])], sum.Shape,
            sum.IsBackward);
}
