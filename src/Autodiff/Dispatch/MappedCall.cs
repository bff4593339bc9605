namespace Autograd.Dispatch;

/// <summary>
/// One use of an operation for many rows at once: operands that are mapped have a row for each along a leading axis, the others are the
/// same for all. At least one is mapped.
/// </summary>
/// <param name="Operands">The operands, those that are mapped with the leading axis.</param>
/// <param name="IsMapped">Which of them are mapped.</param>
/// <param name="Count">Number of rows.</param>
/// <param name="Wanted">Which of the operation's results are asked for.</param>
/// <param name="Lift">Makes of a function of a row the same function of all rows.</param>
sealed record MappedCall(
    Tensor[] Operands, bool[] IsMapped, int Count, bool[] Wanted, Func<Func<Tensor, Tensor>, Func<Tensor, Tensor>> Lift)
{
    /// <summary>A later operation that sweeps this one's results backward, if what this one keeps for it can be kept.</summary>
    public RecordedOperation? Sweep { get; init; }

    /// <summary>What operations keep for those that sweep them, if anything can be kept.</summary>
    public Dictionary<RecordedOperation, object>? Kept { get; init; }

    /// <summary>An operand, with the leading axis if it is mapped.</summary>
    public Tensor this[int operand] => Operands[operand];

    /// <summary>The rank of an operand's rows.</summary>
    public int RankOf(int operand) => Operands[operand].Rank - (IsMapped[operand] ? 1 : 0);
}
