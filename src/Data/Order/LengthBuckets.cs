using static System.FormattableString;

namespace Autograd.Data;

/// <summary>
/// Batches of sequences of similar length, so that there is little padding. Each sequence is in exactly one batch of an epoch, and in no
/// batch does padding exceed a given share.
/// </summary>
/// <remarks>
/// Sequences are sorted by length, equal ones in a new random order each epoch. Starting from the shortest, a batch takes sequences until
/// it is full, or until the next one, to whose length all would be padded, would raise the padding <c>1 − Σ lengths / (rows · longest)</c>
/// above the bound. Then the batches are put in a random order. Everything is a function of key and epoch. Immutable and safe to use from
/// many threads.
/// </remarks>
public sealed class LengthBuckets
{
    readonly int[] lengths;
    readonly RandomKey key;
    readonly List<Range> cuts = [];

    /// <summary>Plans the batches.</summary>
    /// <param name="lengths">The length of each sequence; at least 1 each. They are copied.</param>
    /// <param name="rows">The largest number of sequences in a batch; at least 1.</param>
    /// <param name="padding">
    /// The largest share of a batch that may be padding; at least 0, which puts only equal lengths together, and below 1.
    /// </param>
    /// <param name="key">Determines the orders.</param>
    /// <exception cref="ArgumentException">There are no sequences.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length or <paramref name="rows"/> is below 1, or <paramref name="padding"/> out of
    /// its range.</exception>
    public LengthBuckets(IReadOnlyList<int> lengths, int rows, double padding, RandomKey key)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        Require.AtLeast("LengthBuckets", nameof(rows), rows, 1);
        Require.Fraction("LengthBuckets", nameof(padding), padding);
        if (lengths.Count == 0)
            throw new ArgumentException("LengthBuckets: there are no lengths; at least one is needed.", nameof(lengths));
        foreach (int length in lengths) Require.AtLeast("LengthBuckets", nameof(lengths), length, 1);
        this.lengths = [.. lengths];
        this.key = key.For("buckets");
        Cut([.. lengths.Order()], rows, padding);
    }

    /// <summary>The number of batches in an epoch, the same in each.</summary>
    public int Count => cuts.Count;

    /// <summary>The share of padding over a whole epoch, the same in each.</summary>
    public double Padding
    {
        get
        {
            int[] sorted = [.. lengths.Order()];
            double padded = cuts.Sum(cut => (double)sorted[cut].Length * sorted[cut][^1]);
            return 1 - lengths.Sum(length => (double)length) / padded;
        }
    }

    /// <summary>The batches of an epoch: which sequences are in each.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is negative.</exception>
    public IReadOnlyList<int[]> Epoch(int epoch)
    {
        int[] shuffled = new ShuffledOrder(lengths.Length, key.For("sequences")).Epoch(epoch);
        // A stable sort keeps the random order among equal lengths.
        int[] sorted = [.. shuffled.OrderBy(sequence => lengths[sequence])];
        return [.. new ShuffledOrder(Count, key.For("batches")).Epoch(epoch).Select(batch => sorted[cuts[batch]])];
    }

    /// <summary>Walks through the batches of all epochs; its position can be saved.</summary>
    public BatchWalk<int[]> Walk() => new(Count, Epoch);

    void Cut(int[] sorted, int rows, double padding)
    {
        int start = 0;
        long sum = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            long area = (long)(i + 1 - start) * sorted[i];
            if (i - start == rows || area - (sum + sorted[i]) > padding * area)
            {
                cuts.Add(start..i);
                (start, sum) = (i, 0);
            }
            sum += sorted[i];
        }
        cuts.Add(start..);
    }
}
