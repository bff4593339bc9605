namespace Autograd;

/// <summary>
/// What a compiled recurrence costs, in multiplications and additions, about: enough to tell whether a run of fewer sequences pays.
/// </summary>
/// <param name="PerRow">A step of one sequence.</param>
/// <param name="PerRun">A run, however short: its trace, its memory, and its weights, which are packed and whose gradients are added
/// up.</param>
public readonly record struct RowCost(double PerRow, double PerRun)
{
    /// <summary>A run of nothing: about 30 µs.</summary>
    internal const double OfRun = 300_000;

    /// <summary>An element of the weights: packed twice, and its gradient added once, from memory.</summary>
    internal const double OfWeight = 40;

    // Below, a product waits for its weights.
    const int LeastRows = 4;

    /// <summary>A run of some steps with some rows.</summary>
    /// <param name="steps">Steps.</param>
    /// <param name="rows">Sequences.</param>
    public double Of(int steps, int rows) => PerRun + PerRow * steps * Math.Max(rows, LeastRows);
}
