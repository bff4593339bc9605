namespace Autograd.Kernels;

/// <summary>What it costs to compute a result again instead of keeping it.</summary>
enum OperationCost
{
    /// <summary>Nothing is computed: the result is its operand under another name or in another shape.</summary>
    Free,

    /// <summary>A few additions, products, quotients and comparisons for each element.</summary>
    Cheap,

    /// <summary>A transcendental function of each element, or more.</summary>
    Expensive,
}
