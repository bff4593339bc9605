namespace Autograd.Data;

/// <summary>
/// A new random order of the same items for each epoch. The order is a function of key and epoch alone, so it is the same on every machine,
/// on any number of threads, and after a resume (Fisher and Yates 1938, Durstenfeld 1964, with counter-based numbers).
/// </summary>
/// <param name="count">How many things there are; at least 1.</param>
/// <param name="key">Chooses the orders.</param>
public sealed class ShuffledOrder(int count, RandomKey key)
{
    readonly RandomKey key = key.For("order");

    /// <summary>The number of items.</summary>
    public int Count { get; } = Require.AtLeast("ShuffledOrder", nameof(count), count, 1);

    /// <summary>The order of an epoch: each number from 0 to <see cref="Count"/> − 1 once; all orders are equally likely.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is negative.</exception>
    public int[] Epoch(int epoch)
    {
        Require.AtLeast("ShuffledOrder.Epoch", nameof(epoch), epoch, 0);
        Require.Length(nameof(ShuffledOrder), nameof(Count), Count);
        var draws = key.At(epoch);
        int[] order = [.. Enumerable.Range(0, Count)];
        for (int last = Count - 1; last > 0; last--)
        {
            int other = draws.Whole((uint)last, last + 1);
            (order[last], order[other]) = (order[other], order[last]);
        }
        return order;
    }
}
