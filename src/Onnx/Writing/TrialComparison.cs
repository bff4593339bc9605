namespace Autograd.Onnx.Writing;

/// <summary>Whether a function did the same in every trial, sizes apart.</summary>
static class TrialComparison
{
    public static void ThrowIfDifferent(TracedFunction[] trials)
    {
        foreach (var trial in trials.Skip(1))
            if (Difference(trials[0], trial) is { } difference)
                throw new OnnxExportException(
                    difference.Operation,
                    $"the function does something else for other sizes, or at each call: {difference.Reason}. A loop over time becomes "
                    + "one node only " +
                    "if a Recurrent runs it; a decision by a value or size cannot be written.");
    }

    static (string Operation, string Reason)? Difference(TracedFunction one, TracedFunction other)
    {
        for (int i = 0; i < Math.Min(one.Calls.Length, other.Calls.Length); i++)
        {
            var (a, b) = (one.Calls[i], other.Calls[i]);
            bool isSame = a.Operation.GetType() == b.Operation.GetType() && a.Operands.Length == b.Operands.Length
                && a.Results == b.Results;
            if (!isSame) return (a.Operation.Name, $"operation {i} was {Text(one, a)}, then {Text(other, b)}");
        }
        if (one.Calls.Length != other.Calls.Length)
            return (Longer(one, other).Operation.Name, $"it had {one.Calls.Length} operations, then {other.Calls.Length}");
        if (one.Values.Length != other.Values.Length || one.Leaves.Length != other.Leaves.Length
            || !one.Results.AsSpan().SequenceEqual(other.Results))
            return ("the function", "the same operations took other values or gave other results");
        foreach (var (a, b) in one.Calls.Zip(other.Calls))
            if (!a.Operands.AsSpan().SequenceEqual(b.Operands))
                return (a.Operation.Name, "it took other operands");
        for (int i = 0; i < one.Values.Length; i++)
            if (one.Values[i].Shape.Rank != other.Values[i].Shape.Rank || one.Values[i].Type != other.Values[i].Type)
                return ("the function",
                    $"a value was {one.Values[i].Type} {one.Values[i].Shape}, then {other.Values[i].Type} {other.Values[i].Shape}");
        return null;
    }

    static TracedCall Longer(TracedFunction one, TracedFunction other) =>
        one.Calls.Length > other.Calls.Length ? one.Calls[other.Calls.Length] : other.Calls[one.Calls.Length];

    static string Text(TracedFunction function, TracedCall call) => $"{call.Operation.Name} {function.Values[call.First].Shape}";
}
