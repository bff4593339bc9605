namespace Autograd;

/// <summary>One entry of a tape, for inspection.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Operation">Name of the operation; <c>leaf</c> for parameters and watched tensors.</param>
/// <param name="Operands">Entry numbers of its operands; −1 for a constant.</param>
/// <param name="Results">Number of its results.</param>
/// <param name="Shape">Shape of the result, or of the first of several.</param>
/// <param name="ElementType">Element type of the result.</param>
/// <param name="Bytes">Memory that the entry itself holds: 0 for leaves and for views of another entry's memory.</param>
/// <param name="Name">Name of a parameter; null for anything else.</param>
/// <param name="Step">Time step of a recurrence in which it was recorded; null outside of one.</param>
public sealed record TapeEntry(
    int Number, string Operation, IReadOnlyList<int> Operands, int Results, Shape Shape, ElementType ElementType, long Bytes, string? Name,
    int? Step);
