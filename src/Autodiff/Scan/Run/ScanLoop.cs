using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd.Scan;

/// <summary>The run of one pass.</summary>
sealed class ScanJob<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public required ScanAddresses Addresses { get; init; }

    public required int Steps { get; init; }

    public required Tensor[] Leaves { get; init; }

    /// <summary>Trajectories that hold the blocks of a chunk only, and before them the last of the chunk before.</summary>
    public ScanBuffer[] Rolling { get; init; } = [];

    /// <summary>The number of the first step, for operations that a user wrote; null where they see no step, as in a sweep.</summary>
    public int? FirstStep { get; init; }

    /// <summary>Ends the pass after a phase.</summary>
    public required CancellationToken Cancellation { get; init; }

    /// <summary>What a backward pass adds up; null for a forward pass.</summary>
    public ScanGradients<T>? Gradients { get; init; }

    /// <summary>Cotangents of the states after all steps; null for zero.</summary>
    public Tensor?[] StateCotangents { get; init; } = [];
}

/// <summary>
/// One part of a pass: some rows of all steps, or of what has no rows some columns. Parts share nothing inside a phase. What is summed over
/// rows is summed in an order that does not depend on how they are shared. Belongs to a workspace.
/// </summary>
sealed unsafe class ScanLoop<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly ScanPlan plan;
    readonly ScanPass pass;
    readonly ScanWorkspace<T> workspace;
    readonly int part, parts;
    readonly nint[] start, partners;
    readonly BoundAction<T>[][] actions;
    readonly BoundProduct<T>[][] before;
    readonly int[] chunkBuffers;
    readonly bool isBackward;
    ScanJob<T> job = null!;
    nint[] stride = [];

    public ScanLoop(ScanPlan plan, ScanPass pass, ScanWorkspace<T> workspace, int part, int parts)
    {
        this.plan = plan;
        this.pass = pass;
        this.workspace = workspace;
        this.part = part;
        this.parts = parts;
        isBackward = pass == plan.Backward;
        int buffers = plan.Buffers.Count;
        start = new nint[buffers];
        partners = new nint[buffers];
        before = [.. pass.Stages.Select(stage => stage.Before.ConvertAll(product => new BoundProduct<T>(product, workspace)).ToArray())];
        actions = [.. pass.Stages.Select(stage => Array.ConvertAll(stage.Actions, action => Bind(action, stage)))];
        chunkBuffers = [.. plan.Buffers.Where(buffer => buffer.Kind == BufferKind.Chunk).Select(buffer => buffer.Number)];
    }

    public void Begin(ScanJob<T> work)
    {
        (job, stride) = (work, work.Addresses.Stride);
        job.Addresses.Start.CopyTo(start, 0);
        if (!isBackward) return;
        for (int i = 0; i < plan.CarryRead.Length; i++)
        {
            int read = plan.CarryRead[i].Buffer.Number, write = plan.CarryWrite[i].Buffer.Number;
            (partners[read], partners[write]) = (start[write] - start[read], start[read] - start[write]);
        }
    }

    public void End() => job = null!;

    public void Run(in ScanPhase phase)
    {
        // A chunk's buffers begin with its first step.
        foreach (int buffer in chunkBuffers) BeginWith(phase.First, buffer);
        foreach (var buffer in job.Rolling) BeginWith(phase.First, buffer.Number);
        switch (phase.Work)
        {
            case ScanWork.Before:
                foreach (var product in before[phase.Stage]) MultiplyChunk(product, phase.First, phase.End);
                break;
            case ScanWork.Steps:
                RunSteps(phase);
                break;
            case ScanWork.Rows:
                RunRows(phase);
                break;
            case ScanWork.After:
                FinishChunk(phase.First, phase.End);
                break;
        }
    }

    void BeginWith(int step, int buffer) => start[buffer] = job.Addresses.Start[buffer] - step * stride[buffer];

    BoundAction<T> Bind(ScanAction action, ScanStage stage) => action switch
    {
        KernelAction kernel => new BoundKernel<T>(kernel, workspace.BackEnd),
        ProductAction product when !stage.IsWide && ScanPhases<T>.IsShared(product, parts) =>
        new BoundSharedProduct<T>(product, workspace, plan.Batch, part, parts),
        ProductAction product => new BoundProduct<T>(product, workspace),
        RowwiseAction rows => new BoundRows<T>(rows, () => job),
        CopyRowsAction copy => new BoundCopyRows<T>(copy),
        ClearAction clear => new BoundClear<T>(clear),
        CopyAction copy => new BoundCopy<T>(copy, () => workspace.Calls!),
        OperationAction operation => new BoundCall<T>(() => workspace.Calls!.Run(operation)),
        AddAction add => new BoundCall<T>(() => job.Gradients!.Add(add.Leaf, workspace.Calls!.TensorOf(add.Value))),
        _ => throw new NotSupportedException($"{action} is not an action."),
    };

    void RunSteps(in ScanPhase phase)
    {
        var stage = pass.Stages[phase.Stage];
        var (firstRow, rows) = RowsOf(stage);
        if (phase is { FromStep: 0, FirstAction: 0 })
        {
            var places = At(isBackward ? phase.End - 1 : phase.First);
            foreach (var action in actions[phase.Stage]) action.MoveTo(places, firstRow, rows);
        }
        var some = actions[phase.Stage].AsSpan(phase.FirstAction, phase.EndAction - phase.FirstAction);
        // A product whose columns are shared is for all parts.
        if (rows == 0 && some is not [BoundSharedProduct<T>]) return;
        int? shownStep = plan.RunsUserCode ? job.FirstStep + phase.First : null;
        for (int i = phase.FromStep; i < phase.ToStep; i++)
        {
            if (isBackward && rows > 0 && job.StateCotangents.Length > 0 && phase.FirstAction == 0)
                AddStateCotangents(stage, phase.End - 1 - i, firstRow, rows);
            if (shownStep is { } first)
            {
                using var step = TimeStep.Begin(first + i);
                RunStep(some);
            }
            else RunStep(some);
        }
    }

    static void RunStep(ReadOnlySpan<BoundAction<T>> actions)
    {
        foreach (var action in actions)
        {
            action.Run();
            action.Advance();
        }
    }

    // The rows of this part at each step; what cannot be shared is the first part's.
    (int First, int Count) RowsOf(ScanStage stage)
    {
        if (stage.Unsplittable is not null) return (0, part == 0 ? plan.Batch : 0);
        int first = plan.Lanes * part / parts * plan.RowsInLane;
        return (first, Math.Max(Math.Min(plan.Lanes * (part + 1) / parts * plan.RowsInLane, plan.Batch) - first, 0));
    }

    // All rows of a chunk follow each other.
    void RunRows(in ScanPhase phase)
    {
        int all = (phase.End - phase.First) * plan.Batch, lanes = (all - 1) / plan.ChunkRowsInLane + 1;
        int first = lanes * part / parts * plan.ChunkRowsInLane;
        int rows = Math.Min(lanes * (part + 1) / parts * plan.ChunkRowsInLane, all) - first;
        if (rows <= 0) return;
        var places = At(phase.First);
        foreach (var action in actions[phase.Stage])
        {
            action.MoveTo(places, first, rows);
            action.Run();
        }
    }

    void FinishChunk(int first, int end)
    {
        foreach (var product in pass.Delayed) AddDelayed(product, first, end);
    }

    StepPlaces At(int step) => new()
    {
        Start = start,
        Strides = stride,
        Partners = partners,
        Step = step,
        IsBackward = isBackward,
        IsSwapped = IsSwapped(step),
    };

    // The two buffers of a carry take turns: at the last step the first is read.
    bool IsSwapped(int step) => isBackward && (job.Steps - 1 - step) % 2 == 1;

    void AddStateCotangents(ScanStage stage, int step, int firstRow, int rows)
    {
        bool isSwapped = IsSwapped(step);
        foreach (int i in stage.Carried)
        {
            if (job.StateCotangents[i] is not { } cotangents) continue;
            var slice = plan.CarryRead[i];
            int block = cotangents.ElementCount / job.Steps;
            var source = cotangents.ReadSpan<T>().Slice(step * block, block);
            T* carry = (T*)start[(isSwapped ? plan.CarryWrite[i] : slice).Buffer.Number];
            bool hasRows = ScanRows.HasRows(slice);
            for (int row = hasRows ? firstRow : 0, end = hasRows ? firstRow + rows : 1; row < end; row++)
            {
                var target = new Span<T>(carry + (long)row * slice.Buffer.RowStride, slice.Width);
                TensorPrimitives.Add(target, source.Slice(row * slice.Width, slice.Width), target);
            }
        }
    }

    // The rows of all steps of a chunk follow each other; parts share them by eights.
    void MultiplyChunk(BoundProduct<T> product, int first, int end)
    {
        int all = (end - first) * plan.Batch, share = ((all - 1) / parts / 8 + 1) * 8;
        int from = Math.Min(part * share, all), count = Math.Min(share, all - from);
        product.MoveTo(At(first), from, count);
        product.Run();
    }

    // Parts share the rows of the results, which are the columns of the left operand.
    void AddDelayed(DelayedProduct product, int first, int end)
    {
        int columns = product.Rows, share = ((columns - 1) / parts / 8 + 1) * 8;
        int from = Math.Min(part * share, columns), count = Math.Min(share, columns - from);
        if (count == 0) return;
        TransposedTarget<T>* targets = stackalloc TransposedTarget<T>[product.Targets.Length];
        var places = At(first);
        T* left = (T*)(places[product.Left.Buffer.Number] + BoundAction<T>.Offset(product.Left, 0));
        int needed = job.Gradients!.Targets(product, places, new Span<TransposedTarget<T>>(targets, product.Targets.Length), from);
        MatrixProduct.MultiplyTransposed(
            left + from, product.StrideOf(product.Left), count, (end - first) * plan.Batch * product.RowsInRow,
            new ReadOnlySpan<TransposedTarget<T>>(targets, needed));
    }
}
