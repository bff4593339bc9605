using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Autograd.Scan;

/// <summary>
/// One run of a plan over a sequence: what the forward pass keeps, and the backward pass over it. A run holds what it kept in the memory of
/// the tape under way, and a workspace only while a pass runs.
/// </summary>
sealed unsafe class ScanRun<T> : IScanRun
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // About a tenth of a millisecond on one core.
    internal const long LeastFlopsToShare = 10_000_000;

    // Kernels read whole vectors of views, beyond the end of the last row.
    const int Slack = 64;

    readonly ScanPlan plan;
    readonly ScanWorkspaces<T> workspaces;
    readonly Tensor x;
    readonly Tensor?[] trajectories;
    readonly Tensor[] given;
    readonly ReadStamp stamp;
    readonly ScanInputs inputs;
    readonly int steps, threads;
    readonly bool isRecorded;

    // Whether states that nobody asks for lie in the workspace; and whether they are kept for a chunk only, and before them that of the
    // step before.
    readonly bool forgets, isRolling;

    // Those of the program, and behind them what is computed from them once.
    Tensor[] leaves;

    /// <param name="plan">The plan.</param>
    /// <param name="workspaces">Its workspaces.</param>
    /// <param name="inputs">What it is run on.</param>
    /// <param name="isRecorded">Whether the tape under way takes the results; they are the caller's own otherwise.</param>
    public ScanRun(ScanPlan plan, ScanWorkspaces<T> workspaces, ScanInputs inputs, bool isRecorded)
    {
        this.plan = plan;
        this.workspaces = workspaces;
        this.inputs = inputs;
        this.isRecorded = isRecorded;
        x = inputs.X;
        given = [x, .. inputs.States, .. inputs.Sequences, .. inputs.Leaves];
        stamp = ReadStamp.Of(given);
        leaves = LoopInvariants.With(plan, inputs.Leaves, isBackward: false);
        steps = x.Shape[0];
        int wanted = inputs.Options.Threads > 0 ? inputs.Options.Threads : AutomaticThreads();
        // An operation that a user wrote may look at what belongs to this thread, so it must run on it.
        threads = plan.RunsUserCode ? 1 : Math.Clamp(wanted, 1, plan.MostThreads);
        Unshared = wanted == 1 ? null : plan.MostThreads == 1 ? "there are too few rows to share" : plan.Unsplittable;
        if (Unshared is not null && ScanEvents.Log.IsEnabled()) ScanEvents.Log.NotShared(Unshared);
        forgets = !isRecorded && inputs.Options.ForgetsStates;
        isRolling = forgets && steps > plan.ChunkSteps;
        trajectories = new Tensor?[plan.Buffers.Count];
        foreach (var buffer in plan.Buffers)
            if (buffer.Kind == BufferKind.Trajectory && !(forgets && plan.IsForgettable[buffer.Number]))
                trajectories[buffer.Number] = AllocateKept([ElementsOf(buffer)]);
    }

    /// <inheritdoc/>
    public int Threads => threads;

    /// <inheritdoc/>
    public string? Unshared { get; }

    /// <summary>Memory that belongs to the run until its tape ends.</summary>
    public IEnumerable<Storage> Kept => trajectories.OfType<Tensor>().Select(tensor => tensor.Storage!);

    ReadOnlySpan<StepNode> Nodes => plan.Graph.Program.Nodes;

    /// <summary>
    /// Runs the forward pass. The results: the outputs of all steps, the final states, and, unless they are forgotten, the states after all
    /// steps.
    /// </summary>
    public Tensor[] Forward()
    {
        var workspace = workspaces.Rent();
        if (forgets)
            foreach (var buffer in plan.Forgettable)
                trajectories[buffer.Number] ??= workspace.StatesOf(buffer, ElementsOf(buffer));
        using var pin = new Pinned(x, isRecorded ? [] : trajectories);
        TakeInputs();
        var addresses = Addresses(workspace);
        addresses.Set<T>(plan.Input.Buffer.Number, x);
        Prepare(workspace, plan.Forward);
        workspace.Run(
            plan.Forward,
            new ScanJob<T>
            {
                Addresses = addresses, Steps = steps, Leaves = leaves, Cancellation = inputs.Options.Cancellation,
                Rolling = isRolling ? plan.Forgettable : [], FirstStep = inputs.Options.FirstStep,
            },
            threads, leaves);
        var results = Results();
        // Not before: states that are forgotten lie in it, and another thread may take it at once.
        workspaces.Return(workspace);
        stamp.ThrowIfChanged(given);
        return results;
    }

    Tensor[] Results()
    {
        int states = plan.States.Length;
        bool areKept = !inputs.Options.ForgetsStates;
        var results = new Tensor[1 + (areKept ? 2 * states : states)];
        results[0] = Sequence(plan.Output, Nodes[plan.Graph.Program.Output].Shape);
        for (int i = 0; i < states; i++)
        {
            var shape = Nodes[1 + i].Shape;
            results[1 + i] = LastState(i, shape);
            if (areKept) results[1 + states + i] = Sequence(plan.States[i] with { Later = 1 }, shape);
        }
        return results;
    }

    int ElementsOf(ScanBuffer buffer)
    {
        int blocks = (isRolling && plan.IsForgettable[buffer.Number] ? plan.ChunkSteps : steps) + (buffer.HasInitial ? 1 : 0);
        return checked(blocks * buffer.Block + Slack);
    }

    /// <summary>
    /// Runs the backward pass. Cotangents are in the order of the results, null for zero; gradients in the order input, states, leaves,
    /// null where none was asked for.
    /// </summary>
    /// <param name="cotangents">Cotangents of the results.</param>
    /// <param name="needed">Which gradients are needed.</param>
    /// <param name="cancellation">Ends the pass.</param>
    public Tensor?[] Backward(ReadOnlySpan<Tensor?> cotangents, bool[] needed, CancellationToken cancellation)
    {
        var workspace = workspaces.Rent();
        int states = plan.States.Length;
        leaves = LoopInvariants.With(plan, leaves, isBackward: true);
        var outputCotangent = cotangents[0] ?? Zeros(checked(steps * plan.OutputCotangent!.Buffer.Block));
        using var pin = new Pinned(x, outputCotangent);
        var addresses = Addresses(workspace);
        addresses.Set<T>(plan.Input.Buffer.Number, x);
        addresses.Set<T>(plan.OutputCotangent!.Buffer.Number, outputCotangent);
        for (int i = 0; i < states; i++) Begin(workspace, plan.CarryRead[i], cotangents[1 + i]);
        var gradients = new ScanGradients<T>(plan, addresses, steps, needed);
        Prepare(workspace, plan.Backward);
        var stateCotangents = cotangents[(1 + states)..];
        var job = new ScanJob<T>
        {
            Addresses = addresses,
            Steps = steps,
            Leaves = leaves,
            Cancellation = cancellation,
            Gradients = gradients,
            StateCotangents = stateCotangents.IndexOfAnyExcept((Tensor?)null) < 0 ? [] : stateCotangents.ToArray(),
        };
        workspace.Run(plan.Backward, job, threads, leaves);
        var results = new Tensor?[needed.Length];
        if (needed[0]) results[0] = gradients.Input;
        // The two buffers of a carry take turns.
        var carries = steps % 2 == 0 ? plan.CarryRead : plan.CarryWrite;
        for (int i = 0; i < states; i++)
            if (needed[1 + i])
                results[1 + i] = Compact(plan.CarryRead[i], addresses.Start[carries[i].Buffer.Number], Allocate(Nodes[1 + i].Shape));
        gradients.Finish();
        gradients.Leaves.CopyTo(results, 1 + states);
        workspaces.Return(workspace);
        stamp.ThrowIfChanged(given);
        return results;
    }

    static Tensor Allocate(Shape shape) => Dispatcher.Allocate(ElementTypes.Of<T>(), shape);

    // What the backward pass and the tape need is the tape's.
    Tensor AllocateKept(Shape shape) => isRecorded
        ? Recorder.Current!.Allocate(ElementTypes.Of<T>(), shape, isRecorded: true)
        : Dispatcher.AllocateUnpooled(ElementTypes.Of<T>(), shape);

    // Where a run takes less time than others need to come to help, one.
    int AutomaticThreads() => plan.FlopsPerStep * steps < LeastFlopsToShare ? 1 : Environment.ProcessorCount;

    void TakeInputs()
    {
        for (int i = 0; i < inputs.States.Length; i++) CopyRows(inputs.States[i].ReadSpan<T>(), At(plan.States[i], 0), plan.States[i]);
        for (int i = 0; i < inputs.Sequences.Length; i++) CopySteps(inputs.Sequences[i], plan.Sequences[i]);
        for (int i = 0; i < inputs.StepData.Length; i++)
            FillSteps(inputs.StepData[i], plan.Sequences[inputs.Sequences.Length + i], inputs.Options.FirstStep);
    }

    static Tensor Zeros(int elements)
    {
        var zeros = Allocate([elements]);
        Accumulation.Clear(zeros);
        return zeros;
    }

    // Tensors of a pool or with pinned memory stay where they are; others are held for the call.
    ScanAddresses Addresses(ScanWorkspace<T> workspace)
    {
        var addresses = workspace.Addresses;
        for (int i = 0; i < trajectories.Length; i++)
            if (trajectories[i] is { } trajectory) addresses.Set<T>(i, trajectory);
        return addresses;
    }

    void Prepare(ScanWorkspace<T> workspace, ScanPass pass)
    {
        foreach (var weights in pass.Weights)
            if (!workspace.IsPacked(weights, leaves))
                Pack(workspace.Weights[weights.Number], weights);
        // What only the backward pass needs is not computed yet in the forward pass.
        foreach (var (leaf, slice) in plan.KernelLeaves)
            if (leaf < leaves.Length) CopyRows(leaves[leaf].ReadSpan<T>(), (T*)workspace.Buffers[slice.Buffer.Number], slice);
    }

    void Pack(PackedMatrix<T> packed, JoinedWeights weights)
    {
        packed.Resize(weights.Rows, weights.Columns);
        if (weights.HasGaps) packed.Clear();
        foreach (var part in weights.Parts)
        {
            var leaf = leaves[part.Leaf];
            int columns = leaf.Shape[1];
            var (rowStride, columnStride) = part.Transposed ? (1, columns) : (columns, 1);
            packed.PackPart(
                leaf.ReadSpan<T>(), rowStride, columnStride, part.FirstRow, part.FirstColumn, part.Rows, part.Columns);
        }
    }

    void Begin(ScanWorkspace<T> workspace, BufferSlice carry, Tensor? cotangent)
    {
        var block = new Span<T>((T*)workspace.Buffers[carry.Buffer.Number], carry.Buffer.Block);
        if (cotangent is null) block.Clear();
        else CopyRows(cotangent.ReadSpan<T>(), (T*)workspace.Buffers[carry.Buffer.Number], carry);
    }

    T* At(BufferSlice slice, int step) =>
        (T*)ScanRows.AddressOf<T>(trajectories[slice.Buffer.Number]!) + (long)(step + slice.Later) * slice.Buffer.Block + slice.Column;

    void CopySteps(Tensor sequence, BufferSlice slice)
    {
        int block = sequence.ElementCount / steps;
        for (int t = 0; t < steps; t++) CopyRows(sequence.ReadSpan<T>().Slice(t * block, block), At(slice, t), slice);
    }

    void FillSteps(StepData data, BufferSlice slice, int firstStep)
    {
        using var block = CommunityToolkit.HighPerformance.Buffers.SpanOwner<T>.Allocate(data.Shape.ElementCount);
        for (int t = 0; t < steps; t++)
        {
            data.Fill(firstStep + t, block.Span);
            CopyRows(block.Span, At(slice, t), slice);
        }
    }

    // From rows without gaps to a place, whose fill becomes 0.
    static void CopyRows(ReadOnlySpan<T> source, T* target, BufferSlice slice)
    {
        int stride = slice.Buffer.RowStride == 0 ? slice.Buffer.Block : slice.Buffer.RowStride;
        for (int start = 0; start < source.Length; start += slice.Width, target += stride)
        {
            source.Slice(start, slice.Width).CopyTo(new Span<T>(target, slice.Width));
            if (stride > slice.Width) new Span<T>(target + slice.Width, stride - slice.Width).Clear();
        }
    }

    Tensor LastState(int state, Shape shape)
    {
        var slice = plan.States[state];
        int step = isRolling && plan.IsForgettable[slice.Buffer.Number] ? (steps - 1) % plan.ChunkSteps + 1 : steps;
        return Compact(slice, (nint)At(slice, step), AllocateKept(shape));
    }

    static Tensor Compact(BufferSlice slice, nint address, Tensor tensor)
    {
        CopyOut(slice, (T*)address, tensor.WriteSpan<T>());
        return tensor;
    }

    static void CopyOut(BufferSlice slice, T* source, Span<T> target)
    {
        fixed (T* first = target) StridedRows.Copy(
            source, slice.Buffer.RowStride, first, slice.Width, slice.Width, target.Length / Math.Max(slice.Width, 1));
    }

    // A view of the trajectory where its rows have no gaps.
    Tensor Sequence(BufferSlice slice, Shape stepShape)
    {
        var shape = Shape.Create([steps, .. stepShape.Lengths]);
        var trajectory = trajectories[slice.Buffer.Number]!;
        int block = slice.Buffer.Block;
        if (block == stepShape.ElementCount)
            return new Tensor(
                trajectory.ElementType, shape, trajectory.Storage, trajectory.Offset + slice.Later * block)
            { Owner = trajectory.Owner };
        var tensor = AllocateKept(shape);
        // The rows of a step follow those of the step before.
        CopyOut(slice, At(slice, 0), tensor.WriteSpan<T>());
        return tensor;
    }

    /// <summary>Keeps the memory of tensors in its place.</summary>
    readonly ref struct Pinned
    {
        readonly GCHandle first;
        readonly GCHandle[] others;

        public Pinned(Tensor tensor, params ReadOnlySpan<Tensor?> more)
        {
            first = Pin(tensor);
            others = more.IsEmpty ? [] : new GCHandle[more.Length];
            for (int i = 0; i < more.Length; i++)
                if (more[i] is { } other)
                    others[i] = Pin(other);
        }

        public void Dispose()
        {
            first.Free();
            foreach (var handle in others)
                if (handle.IsAllocated)
                    handle.Free();
        }

        static GCHandle Pin(Tensor tensor) => GCHandle.Alloc(((Storage<T>)tensor.Storage!).Array, GCHandleType.Pinned);
    }
}
