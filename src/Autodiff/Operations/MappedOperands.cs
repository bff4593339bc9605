namespace Autograd.Operations;

/// <summary>What batching rules share: mapped operands brought to the places that an operation expects.</summary>
static class MappedOperands
{
    /// <summary>An operand with a row for each, repeated if it is the same for all.</summary>
    public static Tensor Spread(this MappedCall call, int operand) => call.IsMapped[operand]
        ? call[operand]
        : Functions.BroadcastTo(call[operand], [call.Count, .. call[operand].Shape.Lengths]);

    /// <summary>All operands, with a row for each.</summary>
    public static Tensor[] SpreadAll(this MappedCall call) => [.. call.Operands.Select((_, i) => call.Spread(i))];

    /// <summary>
    /// An operand whose rows have at least a rank, by axes of length 1 in front of them, so that it broadcasts against others of that rank.
    /// </summary>
    public static Tensor Aligned(this MappedCall call, int operand, int rank)
    {
        int missing = rank - call.RankOf(operand);
        if (!call.IsMapped[operand] || missing <= 0) return call[operand];
        return Functions.Reshape(call[operand], [call.Count, .. Enumerable.Repeat(1, missing), .. call[operand].Shape.Lengths[1..]]);
    }

    /// <summary>All operands, aligned with that whose rows have the highest rank.</summary>
    public static Tensor[] AlignAll(this MappedCall call)
    {
        int rank = call.Operands.Select((_, i) => call.RankOf(i)).Max();
        return [.. call.Operands.Select((_, i) => call.Aligned(i, rank))];
    }

    /// <summary>
    /// An operation of one operand for which some leading axes have a meaning: the mapped axis waits behind them.
    /// </summary>
    public static Tensor Behind(this MappedCall call, Operation operation, int axes) =>
        Functions.MoveAxis(Dispatcher.Apply(operation, Functions.MoveAxis(call[0], 0, axes)), axes, 0);

    /// <summary>The mapped axis and the one after it as one.</summary>
    public static Tensor Folded(Tensor x) => Functions.Reshape(x, [x.Shape.Product(0, 2), .. x.Shape.Lengths[2..]]);

    /// <summary>The inverse of <see cref="Folded"/>.</summary>
    public static Tensor Unfolded(Tensor x, int count, int length) => Functions.Reshape(x, [count, length, .. x.Shape.Lengths[1..]]);
}
