using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>Where products are formed that need no step before theirs.</summary>
public class StageLaws
{
    /// <summary>
    /// As a term of a sum in a loop, whose other terms are added to it where it lies, a product is formed there: it needs no memory of its
    /// own. For anything else it is one product over the whole chunk.
    /// </summary>
    [Law(500)]
    public void AProductGoesIntoALoopAsATermAlone(Draw draw)
    {
        if (PlanOf(draw.Of(ScanTrial.Of)) is not { } plan) return;
        var forms = new StepForms(plan.Graph);
        var stages = plan.Forward.Stages;
        var results = plan.Graph.Results.Select(forms.Actual).ToHashSet();
        var users = stages.SelectMany(stage => stage.Values).SelectMany(user => Read(forms, user).Select(read => (read, user)))
            .ToLookup(pair => pair.read, pair => pair.user);
        foreach (var stage in stages)
        {
            var loop = LoopValues(forms, stage);
            foreach (var product in stage.Values.Where(value => forms.KindOf(value) == ValueKind.Product && !loop.Contains(value)))
            {
                bool isTerm = !results.Contains(product) && users[product].ToArray() is [var user] && IsSum(forms, user)
                    && stages.Single(other => other.Values.Contains(user)).Carried.Length > 0;
                Assert.True(
                    isTerm == stage.Carried.Length > 0, $"{product} is {(isTerm ? "" : "not ")}just a term of a sum in a loop, and formed "
                    + $"{(stage.Carried.Length > 0 ? "in" : "outside of")} one.");
            }
        }
    }

    static bool IsSum(StepForms forms, StepValue value) =>
        value.Operation is BinaryOperation<AddFunction> && forms.KindOf(value) == ValueKind.Fused;

    // Whoever reads a part reads the whole.
    static IEnumerable<StepValue> Read(StepForms forms, StepValue user) =>
        user.Operands.Select(forms.Actual).SelectMany(read => forms.WholeOf(read) is var whole && whole != read ? [read, whole]
            : (StepValue[])[read]);

    // What a step computes from what the step before it hands on within the stage.
    static HashSet<StepValue> LoopValues(StepForms forms, ScanStage stage)
    {
        var found = new HashSet<StepValue>();
        foreach (var value in stage.Values.OrderBy(value => value.Number))
            if (Read(forms, value).Any(read => found.Contains(read) || (read.Role == Role.State && stage.Carried.Contains(read.Index))))
                found.Add(value);
        return found;
    }

    static ScanPlan? PlanOf(ScanTrial trial)
    {
        trial.Cell.Captured = Array.ConvertAll(trial.Captured, one => one.Value.As(ElementType.Float32));
        return ScanCompiler.Plan(
            (x, states, _) => trial.Cell.Step(x, new LayerStates<Tensor>(states)) is var (output, next) ? (output, [.. next]) : default,
            new StepHistory(), trial.X.As(ElementType.Float32), Array.ConvertAll(trial.States, state => state.As(ElementType.Float32)), [])
            .Plan;
    }
}
