namespace Autograd.Layers;

/// <summary>How a cell is run over time.</summary>
public enum Execution
{
    /// <summary>
    /// As a plan made of the cell's equations, wherever that is possible; else operation by operation, see <see cref="ExecutionPath"/>. The
    /// results are the same to rounding.
    /// </summary>
    Compiled,

    /// <summary>
    /// Operation by operation on the tape: the definition of what a plan computes. Needed for derivatives with respect to inner states.
    /// </summary>
    Eager,

    /// <summary>
    /// As <see cref="Compiled"/>, but the plan is interpreted instead of being made into machine code. What ahead-of-time compiled programs
    /// do, which cannot make any.
    /// </summary>
    Interpreted,
}

/// <summary>Which way the last run of a layer took.</summary>
/// <param name="Execution">The way.</param>
/// <param name="Reason">Why it is not the one that was asked for, or that it was asked for; null if compiled.</param>
public readonly record struct ExecutionPath(Execution Execution, string? Reason)
{
    /// <summary>
    /// Why threads that were asked for, or would have paid, had nothing to do in a compiled run, or not all the time; null where they had,
    /// or one was enough.
    /// </summary>
    public string? Unshared { get; init; }

    /// <summary>The way, and the reasons if there are any.</summary>
    public override string ToString()
    {
        string way = Reason is null ? $"{Execution}" : $"{Execution}: {Reason}";
        return Unshared is null ? way : $"{way}; not shared among threads: {Unshared}";
    }
}
