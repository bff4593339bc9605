namespace Autograd.Scan;

/// <summary>How the memory of a buffer follows time.</summary>
enum BufferKind
{
    /// <summary>One block, used anew at each step.</summary>
    Step,

    /// <summary>A block for each step of the chunk under way.</summary>
    Chunk,

    /// <summary>A block for each step of the sequence, and one more in front for a state.</summary>
    Trajectory,

    /// <summary>Memory of a tensor that was given or is returned: a block for each step, without fill between rows.</summary>
    External,

    /// <summary>The same at every step: a leaf or a mask.</summary>
    Fixed,

    /// <summary>Sums over all rows and steps, for each lane of rows.</summary>
    Sums,

    /// <summary>What the step of the backward pass gets from the step after it.</summary>
    CarryRead,

    /// <summary>What it gives to the step before it.</summary>
    CarryWrite,
}

/// <summary>A buffer of a plan.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Kind">How it follows time.</param>
/// <param name="Name">For reading the plan.</param>
sealed record ScanBuffer(int Number, BufferKind Kind, string Name)
{
    /// <summary>Elements from row to row.</summary>
    public int RowStride { get; set; }

    /// <summary>Elements of one block.</summary>
    public int Block { get; set; }

    /// <summary>Whether a row is followed by the next without fill.</summary>
    public bool IsTight { get; init; }

    /// <summary>Whether it has a block in front for the value before the first step.</summary>
    public bool HasInitial { get; init; }
}

/// <summary>Where a value lies: some columns of a buffer's rows.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="Column">First column.</param>
/// <param name="Width">Columns that count; in buffers of a workspace the fill up to whole vectors is 0.</param>
/// <param name="Later">1 for the block after that of the step.</param>
/// <param name="IsPart">Whether other values follow in the same row, without fill between.</param>
sealed record BufferSlice(ScanBuffer Buffer, int Column, int Width, int Later = 0, bool IsPart = false)
{
    /// <summary>Whether what follows the columns belongs to something else.</summary>
    public bool IsTight => IsPart || Buffer.IsTight;

    /// <summary>Whether the rows are those of a tensor: nothing lies between them.</summary>
    public bool IsTensor => Width == Buffer.RowStride;
}

/// <summary>Something done at each step.</summary>
abstract record ScanAction(int Level);

/// <summary>A fused elementwise pass.</summary>
/// <param name="Level">Its place in the order.</param>
/// <param name="Request">Its instructions.</param>
/// <param name="Slots">Where its slots lie.</param>
sealed record KernelAction(int Level, KernelRequest Request, BufferSlice[] Slots) : ScanAction(Level);

/// <summary>A part of a joined weight matrix: a leaf, placed at some row and column.</summary>
sealed record WeightPart(int Leaf, bool Transposed, int FirstRow, int FirstColumn, int Rows, int Columns);

/// <summary>Weight matrices packed side by side or on top of each other, once for a sequence.</summary>
sealed record JoinedWeights(int Number, int Rows, int Columns, WeightPart[] Parts)
{
    /// <summary>Whether the parts leave something out.</summary>
    public bool HasGaps { get; } = Parts.Sum(part => (long)part.Rows * part.Columns) < (long)Rows * Columns;
}

/// <summary>result = left · weights, or adds to it.</summary>
/// <param name="Level">Its place in the order.</param>
/// <param name="Left">Left operand: columns that lie side by side, or, where rows are taken apart, anywhere.</param>
/// <param name="Weights">Right operand.</param>
/// <param name="Result">Likewise for the result.</param>
/// <param name="RowsInRow">Rows of the product in each row of the batch, in which there is no fill where these are more than one.</param>
/// <param name="Accumulates">Whether it adds to the result.</param>
sealed record ProductAction(
    int Level, BufferSlice[] Left, JoinedWeights Weights, BufferSlice[] Result, int RowsInRow, bool Accumulates) : ScanAction(Level)
{
    /// <summary>Elements from row to row of an operand.</summary>
    public int StrideOf(BufferSlice operand) => operand.Buffer.RowStride / RowsInRow;
}

/// <summary>An operation run as the tape would run it, for what is neither elementwise nor a product.</summary>
sealed record OperationAction(int Level, StepValue Value, StepValue[] Operands) : ScanAction(Level);

/// <summary>Copies a value between the layout of the plan and that of a tensor.</summary>
sealed record CopyAction(int Level, StepValue Value, BufferSlice Slice, bool ToTensor) : ScanAction(Level);

/// <summary>An operation run on some rows at a time, where they lie.</summary>
/// <param name="Level">Its place in the order.</param>
/// <param name="Value">What is computed.</param>
/// <param name="Operands">Leaves and constants, and values.</param>
/// <param name="HasRows">Which of them have a row for each row.</param>
/// <param name="Slices">Where the values lie; null for leaves and constants.</param>
/// <param name="Result">Where the result goes.</param>
sealed record RowwiseAction(int Level, StepValue Value, StepValue[] Operands, bool[] HasRows, BufferSlice?[] Slices, BufferSlice Result)
    : ScanAction(Level);

/// <summary>Copies rows, so that they follow each other as those of a tensor do.</summary>
sealed record CopyRowsAction(int Level, BufferSlice From, BufferSlice To) : ScanAction(Level);

/// <summary>Writes zeros.</summary>
/// <param name="Level">Its place in the order.</param>
/// <param name="Slice">Where; nothing else lies in its buffer.</param>
/// <param name="HasRows">Whether it has a row for each that is worked on, and is no tensor in its own layout.</param>
sealed record ClearAction(int Level, BufferSlice Slice, bool HasRows) : ScanAction(Level);

/// <summary>A tensor's value is added to the gradient of a leaf.</summary>
sealed record AddAction(int Level, StepValue Value, int Leaf) : ScanAction(Level);

/// <summary>A gradient that is one product over all rows of a chunk of steps: leftᵀ · right for each of some leaves.</summary>
/// <param name="Left">Left operand.</param>
/// <param name="Targets">Right operands, and whose gradients they make.</param>
/// <param name="RowsInRow">Rows of the product in each row of the operands, which have no fill where these are more than one.</param>
sealed record DelayedProduct(BufferSlice Left, DelayedTarget[] Targets, int RowsInRow)
{
    /// <summary>Columns of the left operand: rows of the gradients.</summary>
    public int Rows => Left.Width / RowsInRow;

    /// <summary>Elements from row to row of an operand.</summary>
    public int StrideOf(BufferSlice operand) => operand.Buffer.RowStride / RowsInRow;
}

/// <summary>The right operand of a delayed product, and whose gradient it is.</summary>
/// <param name="Right">Right operand.</param>
/// <param name="Leaf">The leaf.</param>
/// <param name="IsFirst">Whether nothing is in the leaf's gradient yet when the first chunk is done.</param>
sealed record DelayedTarget(BufferSlice Right, int Leaf, bool IsFirst);

/// <summary>A gradient that is a sum over all rows and steps.</summary>
/// <param name="Sums">Where the sums are formed.</param>
/// <param name="Leaf">Whose gradient; where it has fewer elements, columns are summed too.</param>
sealed record ColumnSum(BufferSlice Sums, int Leaf);

/// <summary>A leaf with the place of its numbers, or of its gradient.</summary>
sealed record LeafSlice(int Leaf, BufferSlice Slice);

/// <summary>Numbers that a rule wrote, with their place.</summary>
sealed record ConstantSlice(double[] Data, BufferSlice Slice);

/// <summary>A part of a direction that is done for all steps of a chunk before the next part begins.</summary>
/// <param name="IsWide">Whether the steps do not need each other, so that all rows of a chunk are worked on at once.</param>
/// <param name="Carried">States that a step hands on to the next.</param>
/// <param name="Values">What it computes, for reading the plan.</param>
sealed record ScanStage(bool IsWide, int[] Carried, StepValue[] Values)
{
    /// <summary>Products formed for a whole chunk before its steps.</summary>
    public List<ProductAction> Before { get; } = [];

    /// <summary>What is done at each step, or once for all rows of a chunk, in order.</summary>
    public ScanAction[] Actions { get; set; } = [];

    /// <summary>Why the rows cannot be split among threads; null if they can.</summary>
    public string? Unsplittable { get; set; }
}

/// <summary>One direction of a plan.</summary>
sealed class ScanPass
{
    bool? hasCalls;

    public List<ScanStage> Stages { get; } = [];

    /// <summary>Weight gradients formed for a whole chunk after its stages.</summary>
    public List<DelayedProduct> Delayed { get; } = [];

    /// <summary>What all stages do.</summary>
    public IEnumerable<ScanAction> Actions => Stages.SelectMany(stage => stage.Before.Concat(stage.Actions));

    /// <summary>The weights of all products.</summary>
    public JoinedWeights[] Weights => field ??= [.. Actions.OfType<ProductAction>().Select(product => product.Weights)];

    /// <summary>Whether operations run their own code.</summary>
    public bool HasCalls => hasCalls ??= Actions.Any(action => action is OperationAction or CopyAction or AddAction);
}

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

    /// <summary>What a row costs at each step, and a run, about.</summary>
    public RowCost RowCost => new(
        FlopsPerStep / (double)Batch + Forward.Actions.Concat(Backward.Actions).OfType<KernelAction>()
        .Sum(action => InstructionsPerRow(action.Request.Kernel)),
        RowCost.OfRun + RowCost.OfWeight * Weights.Sum(weights => (double)weights.Rows * weights.Columns));

    static double InstructionsPerRow(KernelBuilder kernel) =>
        kernel.Groups.Aggregate((double)kernel.Width * kernel.Instructions.Length, static (count, length) => count * length);

    /// <summary>Bytes that each step of the forward pass leaves for the backward pass.</summary>
    public long KeptBytesPerStep =>
        Buffers.Where(buffer => buffer.Kind == BufferKind.Trajectory)
        .Sum(buffer => (long)buffer.Block) * (IsSingle ? sizeof(float) : sizeof(double));

    public bool IsSingle => Graph.Program.ElementType == ElementType.Float32;
}
