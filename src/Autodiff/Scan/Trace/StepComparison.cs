namespace Autograd.Scan;

/// <summary>Compares two traces of one step, which must do the same.</summary>
static class StepComparison
{
    /// <summary>Why a step cannot run as a plan because it did not do the same twice; null if it did.</summary>
    public static string? Difference(StepTrace first, StepTrace second)
    {
        if (second.Program is not { } program) return second.Reason;
        if (MadeAnew(first.Program!, program) is { } custom) return $"the step makes its operation {custom} anew at each call";
        if (!first.Program!.IsSameAs(program)) return $"the step does something else at each call: {Changed(first.Program, program)}";
        if (!first.StepData.AsSpan().SequenceEqual(second.StepData)) return "the step draws or derives other numbers at each call";
        for (int i = 0; i < first.Leaves.Length; i++)
            if (!IsSame(first.Leaves[i], second.Leaves[i]))
                return $"the step uses other data {first.Leaves[i].Shape} at each call";
        return null;
    }

    /// <summary>
    /// Whether two tensors that a step used are one, or no parameters and of the same numbers. What it computed itself may be rounded
    /// otherwise at the second call, when the runtime has exchanged a method for an optimised one; half of the digits have to agree then.
    /// </summary>
    public static bool IsSame(Tensor one, Tensor other)
    {
        if (ReferenceEquals(one, other)) return true;
        if (one is Parameter || other is Parameter || !one.Shape.Equals(other.Shape)) return false;
        double[] a = one.ToDoubles(), b = other.ToDoubles();
        if (a.AsSpan().SequenceEqual(b)) return true;
        double bound = one.Origin is null || other.Origin is null ? 0 : Math.Sqrt(one.ElementType.Epsilon()) * a.Max(Math.Abs);
        return a.Zip(b).All(pair => Math.Abs(pair.First - pair.Second) <= bound);
    }

    // Such operations of one's own cannot be compared.
    static string? MadeAnew(StepProgram first, StepProgram second)
    {
        for (int i = 0; i < Math.Min(first.Nodes.Length, second.Nodes.Length); i++)
            if (first.Nodes[i].Operation is { IsCustom: true } one && second.Nodes[i].Operation is { IsCustom: true } other
                && one.Name == other.Name && one != other)
                return one.Name;
        return null;
    }

    static string Changed(StepProgram first, StepProgram second)
    {
        var before = first.Nodes.AsSpan(first.FirstComputed);
        var after = second.Nodes.AsSpan(second.FirstComputed);
        for (int i = 0; i < Math.Min(before.Length, after.Length); i++)
        {
            var (a, b) = (before[i], after[i]);
            if (Text(a) != Text(b)) return $"operation {i} was {Text(a)}, then {Text(b)}";
            if (!a.Operation!.IsSameAs(b.Operation!)) return $"operation {i}, {Text(a)}, had another number or option";
        }
        return before.Length == after.Length ? "the same operations had other operands or gave other results"
            : $"it had {before.Length} operations, then {after.Length}";
    }

    static string Text(StepNode node) => $"{node.Operation!.Name} {node.Shape}";
}
