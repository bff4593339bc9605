namespace Autograd;

/// <summary>A plan, what it was made for, and its workspaces.</summary>
internal sealed class ScanEntry
{
    readonly bool[] tracked;
    readonly ScanWorkspaces<float> singles;
    readonly ScanWorkspaces<double> doubles;

    ScanEntry(ScanPlan plan, bool[] tracked)
    {
        (Plan, this.tracked) = (plan, tracked);
        singles = new(plan);
        doubles = new(plan);
    }

    public ScanPlan Plan { get; }

    /// <summary>Makes the plan of a program; null with the reason where its derivative cannot be traced.</summary>
    public static ScanEntry? Make(StepProgram program, bool[] tracked, out string? reason)
    {
        reason = null;
        try
        {
            bool hasGradients = tracked.Contains(true);
            var graph = hasGradients ? StepGraph.WithGradients(program, tracked[0], tracked[(1 + program.States)..]) : StepGraph.Forward(program);
            return new ScanEntry(ScanPlanner.Make(graph, hasGradients), tracked);
        }
        catch (SymbolicReadException error)
        {
            reason = $"the derivative of the step reads a value: {error.Message}";
        }
        catch (MissingRuleException error)
        {
            reason = error.Message;
        }
        return null;
    }

    /// <summary>Whether the plan is for this program and these gradients.</summary>
    public bool Fits(StepProgram program, bool[] needed) => tracked.AsSpan().SequenceEqual(needed) && Plan.Graph.Program.IsSameAs(program);

    public IScanRun Begin(ScanInputs inputs) => Plan.IsSingle ? new ScanRun<float>(Plan, singles, inputs) : new ScanRun<double>(Plan, doubles, inputs);
}

/// <summary>Compares two traces of one step, which must do the same.</summary>
internal static class StepComparison
{
    /// <summary>Why a step cannot run as a plan because it did not do the same twice; null if it did.</summary>
    /// <exception cref="InvalidOperationException">The step computes something else at the second call.</exception>
    public static string? Difference(StepTrace first, StepTrace second)
    {
        if (second.Program is not { } program) return second.Reason;
        if (MadeAnew(first.Program!, program) is { } custom) return $"the step makes its operation {custom} anew at each call";
        if (!first.Program!.IsSameAs(program)) throw new InvalidOperationException(Changed(first.Program, program));
        for (int i = 0; i < first.Leaves.Length; i++)
        {
            Tensor one = first.Leaves[i], other = second.Leaves[i];
            if (ReferenceEquals(one, other) || one.Owner is not null || other.Owner is not null) continue;
            if (!IsData(one) || !IsData(other) || !one.ToDoubles().AsSpan().SequenceEqual(other.ToDoubles()))
                return $"the step uses other data {one.Shape} at each call";
        }
        return null;
    }

    // Such operations of one's own cannot be compared.
    static string? MadeAnew(StepProgram first, StepProgram second)
    {
        for (int i = 0; i < Math.Min(first.Nodes.Length, second.Nodes.Length); i++)
            if (first.Nodes[i].Operation is CustomAdapter one && second.Nodes[i].Operation is CustomAdapter other && one.Name == other.Name && one != other)
                return one.Name;
        return null;
    }

    /// <summary>Whether a leaf is data that the step may have made: no parameter, and nothing that a tape keeps.</summary>
    public static bool IsData(Tensor leaf) => leaf is not Parameter && leaf.Owner is null;

    static string Changed(StepProgram first, StepProgram second)
    {
        int count = Math.Min(first.Nodes.Length, second.Nodes.Length);
        for (int i = first.FirstComputed; i < count; i++)
        {
            var (a, b) = (first.Nodes[i], second.Nodes[i]);
            if (a.Operation is null || b.Operation is null || !a.Operation.IsSameAs(b.Operation) || !a.Shape.Equals(b.Shape))
                return $"Recurrent: the step changes its behaviour between calls: operation {i - first.FirstComputed} was {Text(a)}, then {Text(b)}. A step must be a pure function of its input and state.";
        }
        return $"Recurrent: the step changes its behaviour between calls: it had {first.Nodes.Length - first.FirstComputed} operations, then {second.Nodes.Length - second.FirstComputed}. " +
            "A step must be a pure function of its input and state.";
    }

    static string Text(StepNode node) => $"{node.Operation?.Name ?? "given"} {node.Shape}";
}
