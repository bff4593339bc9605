namespace Autograd.Layers;

/// <summary>How a cell is run over time.</summary>
public enum Execution
{
    /// <summary>
    /// As a plan made from the cell's equations where possible, otherwise operation by operation; see <see cref="ExecutionPath"/>. The
    /// results are the same up to rounding.
    /// </summary>
    Compiled,

    /// <summary>
    /// Operation by operation on the tape: the definition of what a plan computes. Needed for derivatives with respect to inner states.
    /// </summary>
    Eager,

    /// <summary>
    /// As <see cref="Compiled"/>, but the plan is interpreted instead of being turned into machine code, as in programs compiled ahead of
    /// time, which cannot generate code.
    /// </summary>
    Interpreted,
}

/// <summary>How the last run of a layer was executed.</summary>
/// <param name="Execution">The way.</param>
/// <param name="Reason">Why it is not the way that was asked for, or that this way was asked for; null if compiled.</param>
public readonly record struct ExecutionPath(Execution Execution, string? Reason)
{
    /// <summary>
    /// Why threads that were asked for, or would have paid off, were idle for all or part of a compiled run; null if they were not, or if
    /// one was enough.
    /// </summary>
    public string? Unshared { get; init; }

    /// <summary>The way, with the reasons if there are any.</summary>
    public override string ToString()
    {
        string way = Reason is null ? $"{Execution}" : $"{Execution}: {Reason}";
        return Unshared is null ? way : $"{way}; not shared among threads: {Unshared}";
    }
}
