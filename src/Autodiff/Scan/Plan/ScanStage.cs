namespace Autograd.Scan;

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
