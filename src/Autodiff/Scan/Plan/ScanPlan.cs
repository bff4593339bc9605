namespace Autograd.Scan;

/// <summary>How a recurrence is run: immutable, made once for a program and its shapes.</summary>
sealed class ScanPlan
{
    HashSet<int>? leavesWithGradient;
    long? flopsPerStep;
    bool? runsUserCode;

    public required StepGraph Graph { get; init; }

    public required bool HasGradients { get; init; }

    public required int Batch { get; init; }

    public ScanPass Forward { get; } = new();

    public ScanPass Backward { get; } = new();

    public List<ScanBuffer> Buffers { get; } = [];

    public List<JoinedWeights> Weights { get; } = [];

    public List<ColumnSum> ColumnSums { get; } = [];

    /// <summary>Matrices added up over the steps: gradients of leaves that have a row for each sequence.</summary>
    public List<LeafSlice> MatrixSums { get; } = [];

    /// <summary>Leaves whose gradient is added up from tensors.</summary>
    public HashSet<int> AddedLeaves { get; } = [];

    /// <summary>Whether anything is added to the gradient of a leaf.</summary>
    public bool HasGradient(int leaf) => (leavesWithGradient ??=
    [
        .. Backward.Delayed.SelectMany(product => product.Targets).Select(target => target.Leaf), .. ColumnSums.Select(sum => sum.Leaf),
        .. MatrixSums.Select(sum => sum.Leaf), .. AddedLeaves,
    ]).Contains(leaf);

    /// <summary>Leaves that kernels read, with their buffers.</summary>
    public List<LeafSlice> KernelLeaves { get; } = [];

    /// <summary>Numbers that rules wrote, with their buffers.</summary>
    public List<ConstantSlice> KernelConstants { get; } = [];

    public BufferSlice Input { get; set; } = null!;

    public required BufferSlice[] States { get; init; }

    public required BufferSlice[] Sequences { get; init; }

    public BufferSlice Output { get; set; } = null!;

    public BufferSlice? OutputCotangent { get; set; }

    public BufferSlice[] CarryRead { get; set; } = [];

    public BufferSlice[] CarryWrite { get; set; } = [];

    public BufferSlice? InputGradient { get; set; }

    /// <summary>Masks that clear the fill, by width.</summary>
    public Dictionary<int, BufferSlice> Masks { get; } = [];

    /// <summary>Rows that share sums of columns; what can be split among threads.</summary>
    public int RowsInLane { get; init; }

    public int Lanes => (Batch - 1) / RowsInLane + 1;

    /// <summary>The same for the rows of a whole chunk.</summary>
    public int ChunkRowsInLane { get; init; }

    /// <summary>Buffers of states that a run without gradients need not keep beyond a chunk: the output may be one of them.</summary>
    public ScanBuffer[] Forgettable => field ??= [.. States.Select(state => state.Buffer).Where(buffer => buffer != Output.Buffer)];

    /// <summary>Which buffers these are.</summary>
    public bool[] IsForgettable => field ??= [.. Buffers.Select(Forgettable.Contains)];

    /// <summary>Threads for which there is work.</summary>
    public int MostThreads => Math.Max(Lanes, (ChunkSteps * Batch - 1) / ChunkRowsInLane + 1);

    /// <summary>Why the rows of a stage cannot be split among threads; null if all can.</summary>
    public string? Unsplittable =>
        Forward.Stages.Concat(Backward.Stages).Select(stage => stage.Unsplittable).FirstOrDefault(reason => reason is not null);

    /// <summary>Steps whose products are formed at once.</summary>
    public int ChunkSteps { get; init; }

    /// <summary>Forward values that are saved for the backward pass.</summary>
    public IReadOnlyList<StepValue> Saved { get; set; } = [];

    /// <summary>Forward values that the backward pass recomputes.</summary>
    public IReadOnlyList<StepValue> Recomputed { get; set; } = [];

    /// <summary>Operations of all products of a step, two for each multiplication and addition.</summary>
    public long FlopsPerStep => flopsPerStep ??= CountFlops();

    long CountFlops()
    {
        var products = new[] { Forward, Backward }.SelectMany(pass => pass.Actions.OfType<ProductAction>());
        long inSteps = products.Sum(product =>
            product.Weights.Parts.Sum(part => 2L * Batch * product.RowsInRow * part.Rows * part.Columns));
        return inSteps + Backward.Delayed.Sum(product => product.Targets.Sum(target => 2L * Batch * product.Rows * target.Right.Width));
    }

    /// <summary>
    /// Whether it runs operations that a user wrote, which may look at what is at hand: the tape, the time step, what belongs to a thread.
    /// </summary>
    public bool RunsUserCode => runsUserCode ??=
        Forward.Actions.Concat(Backward.Actions).Any(action => action is OperationAction { Value.Operation.IsCustom: true });

    /// <summary>Whether no operation may look at several rows of the batch at once.</summary>
    public bool RowsAreApart => !Forward.HasCalls;

    /// <summary>
    /// What a row costs at each step, and a run, about. By it sequences of several lengths are run in parts, so it must not depend on how
    /// rows are padded for vectors: gradients would be added in another order where those are narrower.
    /// </summary>
    public RowCost RowCost => new(
        FlopsPerStep / (double)Batch + Forward.Actions.Concat(Backward.Actions).OfType<KernelAction>()
        .Sum(action => InstructionsPerRow(action.Request.Kernel)),
        RowCost.OfRun + RowCost.OfWeight * Weights.Sum(weights => weights.Parts.Sum(part => (double)part.Rows * part.Columns)));

    static double InstructionsPerRow(KernelBuilder kernel) =>
        kernel.Groups.Aggregate((double)kernel.Width * kernel.Instructions.Length, static (count, length) => count * length);

    /// <summary>
    /// Bytes that each step of the forward pass leaves for the backward pass where vectors are the widest; elsewhere less.
    /// </summary>
    public long KeptBytesPerStep =>
        Buffers.Where(buffer => buffer.Kind == BufferKind.Trajectory)
        .Sum(buffer => (long)buffer.WidestBlock) * (IsSingle ? sizeof(float) : sizeof(double));

    public bool IsSingle => Graph.Program.ElementType == ElementType.Float32;
}
