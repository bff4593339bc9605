using System.Diagnostics.Tracing;

namespace Autograd.Scan;

/// <summary>
/// What plans cost that need not be so, for whoever listens: <c>dotnet-trace --providers Autograd-Scan</c>, or an
/// <see cref="EventListener"/>. Nothing is done where nobody does.
/// </summary>
// Named here and not by an attribute, since reading one takes the platform 5 ms of the first step.
sealed class ScanEvents() : EventSource("Autograd-Scan")
{
    public static ScanEvents Log { get; } = new();

    [Event(1, Level = EventLevel.Informational, Message = "A plan was made for {0} operations: {1} forward stages, {2} backward stages.")]
    public void PlanMade(int operations, int forwardStages, int backwardStages) => WriteEvent(1, operations, forwardStages, backwardStages);

    [Event(2, Level = EventLevel.Warning, Message = "Not fused: {0} {1} runs as an operation of its own at every step, on copies.")]
    public void NotFused(string operation, string shape) => WriteEvent(2, operation, shape);

    [Event(3, Level = EventLevel.Warning, Message = "Not shared among threads: {0}.")]
    public void NotShared(string reason) => WriteEvent(3, reason);

    [Event(4, Level = EventLevel.Warning,
        Message = "A step was planned {0} times: its shapes, its options or what it does differ from run to run.")]
    public void PlannedOften(int times) => WriteEvent(4, times);

    /// <summary>Tells of a plan that was made.</summary>
    [NonEvent]
    public void Tell(ScanPlan plan)
    {
        if (!IsEnabled()) return;
        var program = plan.Graph.Program;
        PlanMade(program.Nodes.Length - program.FirstComputed, plan.Forward.Stages.Count, plan.Backward.Stages.Count);
        foreach (var action in plan.Forward.Actions.Concat(plan.Backward.Actions).OfType<OperationAction>())
            NotFused(action.Value.Operation!.Name, action.Value.Shape.ToString());
    }
}
