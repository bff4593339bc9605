namespace Autograd.Scan;

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
