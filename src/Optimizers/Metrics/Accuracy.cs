using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// The share of rows whose label has the largest score, or is among the k largest, over all batches added. Of equal scores, that of the
/// class with the smaller number counts as larger; a row with a NaN is wrong. Nothing is allocated.
/// <code>
/// var accuracy = new Accuracy();
/// foreach (var batch in batches) accuracy.Add(model.Forward(batch.Inputs), batch.Labels);
/// Console.WriteLine(accuracy.Value);
/// </code>
/// Not safe for use from several threads at once.
/// </summary>
public sealed class Accuracy
{
    /// <summary>Begins without rows.</summary>
    /// <param name="top">k, at least 1; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is below 1.</exception>
    public Accuracy(int top = 1) => Top = Require.AtLeast(nameof(Accuracy), nameof(top), top, 1);

    /// <summary>k.</summary>
    public int Top { get; }

    /// <summary>Rows that counted.</summary>
    public long Count { get; private set; }

    /// <summary>Rows that were right.</summary>
    public long Right { get; private set; }

    /// <summary>Right / Count, from 0 to 1.</summary>
    /// <exception cref="MetricException">No row counted yet.</exception>
    public double Value => Count > 0 ? (double)Right / Count : throw MetricException.Empty(nameof(Accuracy));

    /// <summary>Adds rows.</summary>
    /// <param name="scores"><c>[…, classes]</c>, as logits or probabilities.</param>
    /// <param name="labels">One class for each row, in row-major order; −1 for rows that do not count.</param>
    /// <exception cref="ShapeException">The number of labels does not fit, or a label is out of range. Nothing was added.</exception>
    public void Add(Tensor scores, ReadOnlySpan<int> labels)
    {
        var rows = new ScoreRows(nameof(Accuracy), scores, labels);
        for (int row = 0; row < labels.Length; row++)
        {
            if (labels[row] < 0) continue;
            Count++;
            if (rows.RankOf(row, labels[row]) < Top) Right++;
        }
    }

    /// <summary>Forgets all rows.</summary>
    public void Reset() => (Count, Right) = (0, 0);

    /// <summary>Counts: <c>Accuracy: 12 of 20</c>.</summary>
    public override string ToString() => Invariant($"{nameof(Accuracy)}: {Right} of {Count}");
}
