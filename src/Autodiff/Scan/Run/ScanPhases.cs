using System.Numerics;

namespace Autograd.Scan;

/// <summary>What a phase of a pass does.</summary>
enum ScanWork
{
    /// <summary>The products formed for a whole chunk before its steps.</summary>
    Before,

    /// <summary>Steps of a stage, or some actions of one step.</summary>
    Steps,

    /// <summary>A stage for all rows of a chunk at once.</summary>
    Rows,

    /// <summary>The weight gradients of a whole chunk, after its stages.</summary>
    After,
}

/// <summary>What all parts of a pass do before any of them goes on.</summary>
/// <param name="Work">What is done.</param>
/// <param name="Stage">The stage.</param>
/// <param name="First">The first step of the chunk under way.</param>
/// <param name="End">The step after its last.</param>
readonly record struct ScanPhase(ScanWork Work, int Stage, int First, int End)
{
    /// <summary>Which steps of the chunk are run, counted in the order of the pass.</summary>
    public int FromStep { get; init; }

    public int ToStep { get; init; }

    /// <summary>Which actions of a step are run.</summary>
    public int FirstAction { get; init; }

    public int EndAction { get; init; }
}

/// <summary>
/// A pass over all steps in chunks, and over the stages of each, as phases. The parts share the rows, so a chunk's steps are one phase;
/// where they share the columns of a product, that product is a phase at each step, and so is what lies between two of them. Belongs to a
/// workspace.
/// </summary>
sealed class ScanPhases<T> : IPhasedWork
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const int LargeWeights = 3 << 19;

    readonly ScanPlan plan;
    readonly ScanPass pass;
    readonly ScanLoop<T>[] loops;
    readonly int[][] ends;
    // Those of the chunk under way, in memory that is used again.
    readonly List<ScanPhase> phases = [];
    ScanJob<T> job = null!;
    int current, chunk;

    public ScanPhases(ScanPlan plan, ScanPass pass, ScanWorkspace<T> workspace, int parts)
    {
        this.plan = plan;
        this.pass = pass;
        loops = new ScanLoop<T>[parts];
        for (int part = 0; part < parts; part++) loops[part] = new ScanLoop<T>(plan, pass, workspace, part, parts);
        ends = [.. pass.Stages.Select(Ends)];
    }

    public ScanPass Pass => pass;

    public int Parts => loops.Length;

    /// <summary>
    /// Whether parts share a product's columns and not its rows. With weights beyond the second-level cache, a few rows for each would wait
    /// for memory.
    /// </summary>
    public static bool IsShared(ProductAction product, int parts) =>
        parts > 1 && product.RowsInRow == 1
        && (long)product.Weights.Rows * product.Weights.Columns * ElementTypes.Of<T>().ByteSize() > LargeWeights;

    public void Begin(ScanJob<T> work)
    {
        job = work;
        foreach (var loop in loops) loop.Begin(work);
        phases.Clear();
        (current, chunk) = (0, 0);
    }

    public void End()
    {
        job = null!;
        foreach (var loop in loops) loop.End();
    }

    public bool MoveNext()
    {
        if (job.Cancellation.IsCancellationRequested) return false;
        if (++current < phases.Count) return true;
        if (pass == plan.Backward && chunk > 0)
            foreach (var product in pass.Delayed) job.Gradients!.MarkBegun(product);
        do
        {
            if (chunk > (job.Steps - 1) / plan.ChunkSteps) return false;
            FindPhases(chunk++);
        }
        while (phases.Count == 0);
        return true;
    }

    public void Run(int part) => loops[part].Run(phases[current]);

    void FindPhases(int number)
    {
        bool isBackward = pass == plan.Backward;
        int chunks = (job.Steps - 1) / plan.ChunkSteps + 1;
        int first = (isBackward ? chunks - 1 - number : number) * plan.ChunkSteps, end = Math.Min(first + plan.ChunkSteps, job.Steps);
        if (number > 0) Roll();
        phases.Clear();
        current = 0;
        for (int stage = 0; stage < ends.Length; stage++) AddPhases(stage, first, end);
        if (isBackward) phases.Add(new(ScanWork.After, 0, first, end));
    }

    // What the last step of a chunk left is what the first of the next begins with.
    unsafe void Roll()
    {
        foreach (var buffer in job.Rolling)
        {
            nint first = job.Addresses.Start[buffer.Number], block = job.Addresses.Stride[buffer.Number];
            new ReadOnlySpan<T>((void*)(first + plan.ChunkSteps * block), buffer.Block).CopyTo(new((void*)first, buffer.Block));
        }
    }

    void AddPhases(int number, int first, int end)
    {
        var stage = pass.Stages[number];
        if (stage.Before.Count > 0) phases.Add(new(ScanWork.Before, number, first, end));
        if (stage.IsWide)
        {
            if (stage.Actions.Length > 0) phases.Add(new(ScanWork.Rows, number, first, end));
            return;
        }
        int together = ends[number].Length == 1 ? end - first : 1;
        for (int step = 0; step < end - first; step += together)
        {
            int firstAction = 0;
            foreach (int endAction in ends[number])
            {
                phases.Add(new(
                    ScanWork.Steps, number, first, end)
                {
                    FromStep = step, ToStep = step + together, FirstAction = firstAction,
                    EndAction = endAction
                });
                firstAction = endAction;
            }
        }
    }

    // Where the phases of a step end, in its actions: a product whose columns are shared is one of its own.
    int[] Ends(ScanStage stage)
    {
        var found = new List<int>();
        int begun = 0;
        for (int i = 0; i < stage.Actions.Length; i++)
        {
            if (stage.Actions[i] is not ProductAction product || !IsShared(product, Parts)) continue;
            if (i > begun) found.Add(i);
            found.Add(begun = i + 1);
        }
        if (begun < stage.Actions.Length || begun == 0) found.Add(stage.Actions.Length);
        return [.. found];
    }
}
