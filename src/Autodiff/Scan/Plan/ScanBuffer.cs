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
    public int RowStride { get; init; }

    /// <summary>Elements of one block.</summary>
    public int Block { get; init; }

    /// <summary>Elements of one block where vectors are the widest: what is decided by memory is the same on all processors.</summary>
    public int WidestBlock { get; init; }

    /// <summary>Whether a row is followed by the next without fill.</summary>
    public bool IsTight { get; init; }

    /// <summary>Whether it has a block in front for the value before the first step.</summary>
    public bool HasInitial { get; init; }
}
