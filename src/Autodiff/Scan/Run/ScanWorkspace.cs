using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Autograd.Scan;

/// <summary>
/// The memory of a plan that is used within a run and says nothing afterwards: buffers for a step or a chunk, packed weights, tensors of
/// operations. Taken once; a plan that runs on several threads at a time has several.
/// </summary>
sealed unsafe class ScanWorkspace<T> : HeldWorkspace
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const int CacheLine = 64;

    readonly T[] memory;
    readonly nint[] buffers;
    readonly PackedPart[]?[] packed;
    readonly Dictionary<StepValue, Tensor> tensors = [];
    readonly Tensor?[] states;
    readonly long fixedBytes;
    readonly List<ScanPhases<T>> phases = [];
    readonly ScanPlan plan;

    public ScanWorkspace(ScanPlan plan, KernelBackEnd backEnd)
    {
        this.plan = plan;
        BackEnd = backEnd;
        var starts = new long[plan.Buffers.Count];
        long size = CacheLine / sizeof(T);
        for (int i = 0; i < starts.Length; i++)
        {
            starts[i] = size;
            size += Aligned(ElementsOf(plan, plan.Buffers[i]));
        }
        // Kernels read whole vectors of views, beyond the end of the last row.
        memory = GC.AllocateArray<T>(checked((int)(size + CacheLine)), pinned: true);
        nint first = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(memory));
        first = (first + CacheLine - 1) / CacheLine * CacheLine - CacheLine;
        buffers = Array.ConvertAll(starts, start => first + (nint)start * sizeof(T));
        Addresses = new ScanAddresses(plan, buffers, memory, sizeof(T));
        packed = new PackedPart[plan.Weights.Count][];
        Weights = [.. plan.Weights.Select(_ => new PackedMatrix<T>())];
        states = new Tensor?[plan.Buffers.Count];
        fixedBytes = memory.LongLength * sizeof(T) + plan.Weights.Sum(weights => (long)weights.Rows * weights.Columns * sizeof(T));
        foreach (var (width, mask) in plan.Masks) MemoryMarshal.AsBytes(new Span<T>((T*)buffers[mask.Buffer.Number], width)).Fill(0xFF);
        foreach (var (data, slice) in plan.KernelConstants) Fill(data, slice, plan.Batch);
    }

    /// <summary>The address of each buffer; of those that a run takes elsewhere, nothing.</summary>
    public ReadOnlySpan<nint> Buffers => buffers;

    /// <inheritdoc/>
    public override long Bytes => fixedBytes + states.Sum(one => one?.Storage!.Bytes ?? 0);

    /// <summary>Where the buffers lie, and the tensors of the run under way.</summary>
    public ScanAddresses Addresses { get; }

    public PackedMatrix<T>[] Weights { get; }

    /// <summary>What runs the kernels.</summary>
    public KernelBackEnd BackEnd { get; }

    /// <summary>
    /// Whether the weights are already packed here as they are now; notes that they will be. Parameters, and parts of them, are packed once
    /// for each version; anything else may have changed.
    /// </summary>
    public bool IsPacked(JoinedWeights weights, Tensor[] leaves)
    {
        var known = packed[weights.Number] ??= new PackedPart[weights.Parts.Length];
        bool isSame = true;
        for (int i = 0; i < known.Length; i++)
        {
            var leaf = leaves[weights.Parts[i].Leaf];
            if (known[i].Is(leaf)) continue;
            isSame = false;
            known[i] = known[i].Become(leaf);
        }
        return isSame;
    }

    /// <summary>This workspace, without keeping it alive.</summary>
    public WeakReference<ScanWorkspace<T>> Reference => field ??= new(this);

    /// <summary>The operations of the pass under way that run their own code.</summary>
    public ScanCalls<T>? Calls { get; private set; }

    /// <summary>
    /// Memory for a state of all steps, or of a chunk, that is forgotten after the run. Taken once, as large memory that is new for each
    /// run costs more than a short run: the system has to give it page by page.
    /// </summary>
    public Tensor StatesOf(ScanBuffer buffer, int elements)
    {
        ref var known = ref states.AsSpan()[buffer.Number];
        if (known is null || known.ElementCount < elements)
            known = Tensor.Own(GC.AllocateUninitializedArray<T>(elements, pinned: true), [elements]);
        return known;
    }

    /// <summary>Runs a pass.</summary>
    public void Run(ScanPass pass, ScanJob<T> job, int threads, Tensor[] leaves)
    {
        if (pass.HasCalls) Calls = new ScanCalls<T>(pass, this, leaves);
        var work = PhasesOf(pass, threads);
        work.Begin(job);
        ThreadTeam.Run(work, threads);
        work.End();
        Calls = null;
        job.Cancellation.ThrowIfCancellationRequested();
    }

    ScanPhases<T> PhasesOf(ScanPass pass, int parts)
    {
        foreach (var known in phases)
            if (known.Pass == pass && known.Parts == parts)
                return known;
        phases.Add(new ScanPhases<T>(plan, pass, this, parts));
        return phases[^1];
    }

    /// <summary>The tensor in which an operation finds or leaves a value.</summary>
    public Tensor TensorOf(StepValue value)
    {
        if (!tensors.TryGetValue(value, out var tensor))
            tensors.Add(value, tensor = Tensor.Own(GC.AllocateArray<T>(value.Shape.ElementCount), value.Shape));
        return tensor;
    }

    static long ElementsOf(ScanPlan plan, ScanBuffer buffer) => buffer.Kind switch
    {
        BufferKind.Trajectory or BufferKind.External => 0,
        BufferKind.Chunk => (long)plan.ChunkSteps * buffer.Block,
        _ => buffer.Block,
    };

    static long Aligned(long elements)
    {
        int line = CacheLine / sizeof(T);
        return (elements + line - 1) / line * line;
    }

    void Fill(double[] data, BufferSlice slice, int batch)
    {
        int rows = slice.Buffer.RowStride == 0 ? 1 : batch;
        for (int row = 0; row < rows; row++)
            for (int i = 0; i < slice.Width; i++)
                ((T*)buffers[slice.Buffer.Number])[row * slice.Buffer.RowStride + i] = T.CreateSaturating(data[row * slice.Width + i]);
    }
}

/// <summary>Which numbers of a parameter are packed: none by default.</summary>
/// <param name="Storage">Where they lie, without keeping it alive.</param>
/// <param name="Offset">From where on.</param>
/// <param name="Version">What the parameter's version was.</param>
readonly record struct PackedPart(WeakReference<Storage>? Storage, int Offset, int Version)
{
    /// <summary>Whether these are a tensor's numbers.</summary>
    public bool Is(Tensor tensor) => LiesIn(tensor.Storage!) && (Offset, Version) == (tensor.Offset, tensor.Storage!.Version);

    /// <summary>A tensor's numbers in the place of these.</summary>
    public PackedPart Become(Tensor tensor)
    {
        var storage = tensor.Storage!;
        if (!storage.IsMutable) return default;
        return new(LiesIn(storage) ? Storage : new(storage), tensor.Offset, storage.Version);
    }

    bool LiesIn(Storage storage) => Storage is not null && Storage.TryGetTarget(out var known) && known == storage;
}

/// <summary>
/// Workspaces of a plan that are not in use. Those used last are held; the others are left to the garbage collector, which may take them.
/// </summary>
sealed class ScanWorkspaces<T>(ScanPlan plan, KernelBackEnd backEnd)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Spares<WeakReference<ScanWorkspace<T>>> idle = new();

    public ScanWorkspace<T> Rent()
    {
        while (idle.TryTake(out var reference))
            if (reference.TryGetTarget(out var workspace))
            {
                // One that does not come back, because its run was cancelled or threw, is not kept, nor what it worked on.
                RecentWorkspaces.Take(workspace);
                return workspace;
            }
        return new ScanWorkspace<T>(plan, backEnd);
    }

    public void Return(ScanWorkspace<T> workspace)
    {
        workspace.Addresses.Release();
        RecentWorkspaces.Hold(workspace);
        idle.Add(workspace.Reference);
    }
}

/// <summary>Memory that may be held for another run.</summary>
abstract class HeldWorkspace
{
    protected HeldWorkspace() => Use = new(this);

    /// <summary>About how much it is.</summary>
    public abstract long Bytes { get; }

    /// <summary>Where it stands among those that are held.</summary>
    public LinkedListNode<HeldWorkspace> Use { get; }
}

/// <summary>Holds the workspaces that were used last, of all plans, up to so many bytes.</summary>
static class RecentWorkspaces
{
    const long MostBytes = 64 << 20;

    static readonly Lock Guard = new();
    static readonly LinkedList<HeldWorkspace> Held = [];
    static long bytes;

    /// <summary>Holds it no longer: it is in use.</summary>
    public static void Take(HeldWorkspace workspace)
    {
        lock (Guard)
        {
            if (workspace.Use.List is null) return;
            Held.Remove(workspace.Use);
            bytes -= workspace.Bytes;
        }
    }

    public static void Hold(HeldWorkspace workspace)
    {
        lock (Guard)
        {
            bytes += workspace.Bytes;
            Held.AddFirst(workspace.Use);
            while (bytes > MostBytes && Held.Count > 1)
            {
                bytes -= Held.Last!.Value.Bytes;
                Held.RemoveLast();
            }
        }
    }
}
