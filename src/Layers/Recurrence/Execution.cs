namespace Autograd.Layers;

/// <summary>How a cell is run over time.</summary>
public enum Execution
{
    /// <summary>
    /// As a plan made of the cell's equations, wherever that is possible; else operation by operation, see <see cref="ExecutionPath"/>. The results are the
    /// same to rounding.
    /// </summary>
    Compiled,

    /// <summary>Operation by operation on the tape: the definition of what a plan computes. Needed for derivatives with respect to inner states.</summary>
    Eager,
}

/// <summary>Which way the last run of a layer took.</summary>
/// <param name="Execution">The way.</param>
/// <param name="Reason">If eager, why; null if compiled.</param>
public readonly record struct ExecutionPath(Execution Execution, string? Reason)
{
    /// <summary>The way, and the reason if there is one.</summary>
    public override string ToString() => Reason is null ? $"{Execution}" : $"{Execution}: {Reason}";
}
