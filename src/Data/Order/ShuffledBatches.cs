using static System.FormattableString;

namespace Autograd.Data;

/// <summary>
/// Walks through items in batches, in a new order each epoch, without end. Only <see cref="Position"/> changes: store it with the model and
/// set it on a new object with the same arguments, and the same batches follow as without the interruption.
/// </summary>
/// <remarks>Not safe to use from many threads at once.</remarks>
public sealed class ShuffledBatches : ISaved
{
    readonly BatchWalk<int[]> walk;

    /// <summary>Starts at the first batch of the first epoch.</summary>
    /// <param name="count">The number of items; at least 1.</param>
    /// <param name="rows">
    /// The size of a batch; from 1 to <paramref name="count"/>. Items left over at the end of an epoch, fewer than this, are skipped in
    /// that epoch.
    /// </param>
    /// <param name="key">Chooses the orders.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public ShuffledBatches(int count, int rows, RandomKey key)
    {
        var order = new ShuffledOrder(count, key);
        Require.AtLeast("ShuffledBatches", nameof(rows), rows, 1);
        if (rows > count)
            throw new ArgumentOutOfRangeException(
                nameof(rows), rows, Invariant($"ShuffledBatches: rows is {rows}; at most {count}, the number of things, was expected."));
        walk = new("ShuffledBatches", count / rows, epoch =>
        {
            int[] things = order.Epoch(epoch);
            return batch => things[(batch * rows)..((batch + 1) * rows)];
        });
    }

    /// <summary>Full batches in an epoch; at least 1.</summary>
    public int BatchesPerEpoch => walk.BatchesPerEpoch;

    /// <summary>Which batch <see cref="Next"/> gives.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is negative, or it has no such batch.</exception>
    public BatchPosition Position
    {
        get => walk.Position;
        set => walk.Position = value;
    }

    /// <summary>The next batch: the numbers of its items. After the last one of an epoch the next epoch begins.</summary>
    public int[] Next() => walk.Next();

    /// <summary>The position, and the number of batches in an epoch, which must be the same where it is loaded.</summary>
    void ISaved.Describe(SavedState state) => ((ISaved)walk).Describe(state);
}
