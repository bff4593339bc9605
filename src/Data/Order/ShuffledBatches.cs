using static System.FormattableString;

namespace Autograd.Data;

/// <summary>
/// Walks through things in batches, in a new order each epoch, without end. Only <see cref="Position"/> changes; store it with the model,
/// set it on a new object with the same arguments, and the same batches follow as without the interruption.
/// </summary>
/// <remarks>Not safe to use from many threads at once.</remarks>
public sealed class ShuffledBatches : ISaved
{
    readonly ShuffledOrder order;
    readonly int rows;
    (int Epoch, int[] Order) current;

    /// <summary>Starts at the first batch of the first epoch.</summary>
    /// <param name="count">How many things there are; at least 1.</param>
    /// <param name="rows">The size of a batch; from 1 to <paramref name="count"/>. What is left at the end of an epoch, fewer than this,
    /// sits the epoch out.</param>
    /// <param name="key">Chooses the orders.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public ShuffledBatches(int count, int rows, RandomKey key)
    {
        order = new ShuffledOrder(count, key);
        this.rows = Require.AtLeast("ShuffledBatches", nameof(rows), rows, 1);
        if (rows > count) throw new ArgumentOutOfRangeException(nameof(rows), rows, Invariant($"ShuffledBatches: rows is {rows}; at most {count}, the number of things, was expected."));
        current = (0, order.Epoch(0));
    }

    /// <summary>Full batches in an epoch; at least 1.</summary>
    public int BatchesPerEpoch => order.Count / rows;

    /// <summary>Which batch <see cref="Next"/> gives.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is negative, or it has no such batch.</exception>
    public BatchPosition Position
    {
        get;
        set
        {
            Require.AtLeast("ShuffledBatches.Position", "Epoch", value.Epoch, 0);
            if ((uint)value.Batch >= (uint)BatchesPerEpoch)
                throw new ArgumentOutOfRangeException(nameof(value), value, Invariant($"ShuffledBatches.Position: batch {value.Batch} does not exist; at least 0 and below {BatchesPerEpoch} was expected."));
            field = value;
        }
    }

    /// <summary>The position.</summary>
    void ISaved.Describe(SavedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Add("epoch", () => Position.Epoch, epoch => Position = Position with { Epoch = checked((int)epoch) });
        state.Add("batch", () => Position.Batch, batch => Position = Position with { Batch = checked((int)batch) });
    }

    /// <summary>The next batch: which things are in it. After the last one of an epoch the next epoch begins.</summary>
    public int[] Next()
    {
        var (epoch, batch) = Position;
        if (current.Epoch != epoch) current = (epoch, order.Epoch(epoch));
        Position = batch + 1 < BatchesPerEpoch ? new BatchPosition(epoch, batch + 1) : new BatchPosition(checked(epoch + 1), 0);
        return current.Order[(batch * rows)..((batch + 1) * rows)];
    }
}
