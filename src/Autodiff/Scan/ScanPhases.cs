using System.Numerics;

namespace Autograd.Scan;

/// <summary>What a phase of a pass does.</summary>
internal enum ScanStage
{
    /// <summary>The products formed for a whole chunk before its steps.</summary>
    Before,

    /// <summary>Steps, or some actions of one step.</summary>
    Steps,

    /// <summary>The products and weight gradients of a whole chunk after its steps.</summary>
    After,
}

/// <summary>What all parts of a pass do before any of them goes on.</summary>
/// <param name="Stage">What is done.</param>
/// <param name="First">The first step of the chunk under way.</param>
/// <param name="End">The step after its last.</param>
internal readonly record struct ScanPhase(ScanStage Stage, int First, int End)
{
    /// <summary>Which steps of the chunk are run, counted in the order of the pass.</summary>
    public int FromStep { get; init; }

    public int ToStep { get; init; }

    /// <summary>Which actions of a step are run.</summary>
    public int FirstAction { get; init; }

    public int EndAction { get; init; }
}

/// <summary>
/// A pass over all steps in chunks, as phases. The parts share the rows, so a chunk's steps are one phase; where they share the columns of
/// a product, that product is a phase at each step, and so is what lies between two of them. Belongs to a workspace.
/// </summary>
internal sealed class ScanPhases<T> : IPhasedWork
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const int LargeWeights = 3 << 19;

    readonly ScanPlan plan;
    readonly ScanPass pass;
    readonly ScanLoop<T>[] loops;
    readonly (int First, int End)[] segments;
    ScanJob<T> job = null!;
    IEnumerator<ScanPhase> phases = null!;

    public ScanPhases(ScanPlan plan, ScanPass pass, ScanWorkspace<T> workspace, int parts)
    {
        (this.plan, this.pass) = (plan, pass);
        loops = [.. Enumerable.Range(0, parts).Select(part => new ScanLoop<T>(plan, pass, workspace, part, parts))];
        segments = [.. Segments()];
    }

    public int Parts => loops.Length;

    /// <summary>
    /// Whether parts share a product's columns and not its rows. With weights beyond the second-level cache, a few rows for each would wait
    /// for memory.
    /// </summary>
    public static bool IsShared(ProductAction product, int parts) =>
        parts > 1 && (long)product.Weights.Rows * product.Weights.Columns * ElementTypes.Of<T>().ByteSize() > LargeWeights;

    public void Begin(ScanJob<T> work)
    {
        job = work;
        foreach (var loop in loops) loop.Begin(work);
        phases = Phases().GetEnumerator();
    }

    public void End()
    {
        (job, phases) = (null!, null!);
        foreach (var loop in loops) loop.End();
    }

    public bool MoveNext() => phases.MoveNext();

    public void Run(int part) => loops[part].Run(phases.Current);

    IEnumerable<ScanPhase> Phases()
    {
        bool isBackward = pass == plan.Backward;
        int chunks = (job.Steps - 1) / plan.ChunkSteps + 1;
        for (int i = 0; i < chunks; i++)
        {
            int first = (isBackward ? chunks - 1 - i : i) * plan.ChunkSteps, end = Math.Min(first + plan.ChunkSteps, job.Steps);
            if (pass.Before.Count > 0) yield return new(ScanStage.Before, first, end);
            int together = segments.Length == 1 ? end - first : 1;
            for (int step = 0; step < end - first; step += together)
                foreach (var (firstAction, endAction) in segments)
                    yield return new(ScanStage.Steps, first, end)
                    {
                        FromStep = step, ToStep = step + together, FirstAction = firstAction, EndAction = endAction,
                    };
            if (!isBackward) continue;
            yield return new(ScanStage.After, first, end);
            foreach (var product in pass.Delayed) job.Gradients!.MarkBegun(product);
        }
    }

    // A product whose columns are shared is one of its own.
    IEnumerable<(int First, int End)> Segments()
    {
        int first = 0;
        for (int i = 0; i < pass.Actions.Length; i++)
        {
            if (pass.Actions[i] is not ProductAction product || !IsShared(product, Parts)) continue;
            if (i > first) yield return (first, i);
            yield return (i, i + 1);
            first = i + 1;
        }
        if (first < pass.Actions.Length || first == 0) yield return (first, pass.Actions.Length);
    }
}
