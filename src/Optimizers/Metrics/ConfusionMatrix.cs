using System.Text;
using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// How often each class was predicted as each, over all batches added. With N[a, p] rows of class a predicted as p:
/// <code>
/// Precision(c) = N[c, c] / Σ N[·, c]    Recall(c) = N[c, c] / Σ N[c, ·]    F1(c) = 2 N[c, c] / (Σ N[·, c] + Σ N[c, ·])
/// </code>
/// Not safe for use from several threads at once.
/// </summary>
public sealed class ConfusionMatrix
{
    readonly long[] counts;

    /// <summary>Begins with zeros.</summary>
    /// <param name="classes">The number of classes; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1, or its square is too large.</exception>
    public ConfusionMatrix(int classes)
    {
        Classes = Require.AtLeast(nameof(ConfusionMatrix), nameof(classes), classes, 1);
        if (classes > 32_767)
            throw new ArgumentOutOfRangeException(
                nameof(classes), classes, Invariant($"{nameof(ConfusionMatrix)}: classes must be at most 32767; it is {classes}."));
        counts = new long[classes * classes];
    }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>Rows that counted.</summary>
    public long Count { get; private set; }

    /// <summary>How often one class was predicted as another.</summary>
    /// <param name="actual">The actual class.</param>
    /// <param name="predicted">The predicted class.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public long this[int actual, int predicted] =>
        counts[Checked(nameof(actual), actual) * Classes + Checked(nameof(predicted), predicted)];

    /// <summary>Share of rows that were predicted correctly.</summary>
    /// <exception cref="MetricException">No row counted yet.</exception>
    public double Accuracy
    {
        get
        {
            long right = 0;
            for (int i = 0; i < Classes; i++) right += this[i, i];
            return Ratio(right, Count, nameof(Accuracy), "no row was added");
        }
    }

    /// <summary>Share of the rows predicted as a class that belong to it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="MetricException">Nothing was predicted as the class.</exception>
    public double Precision(int index) =>
        Ratio(this[index, index], Predicted(index), nameof(Precision), Invariant($"nothing was predicted as class {index}"));

    /// <summary>Share of the rows of a class that are predicted as it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="MetricException">There was no row of the class.</exception>
    public double Recall(int index) =>
        Ratio(this[index, index], Actual(index), nameof(Recall), Invariant($"there was no row of class {index}"));

    /// <summary>The harmonic mean of precision and recall; 0 where one of them has no value and the other is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="MetricException">There was no row of the class, nor was anything predicted as it.</exception>
    public double F1(int index) => Ratio(
        2 * this[index, index], Predicted(index) + Actual(index), nameof(F1), Invariant($"class {index} neither was nor was predicted"));

    /// <summary>Adds one row.</summary>
    /// <param name="actual">The actual class.</param>
    /// <param name="predicted">The predicted class.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class. Nothing was added.</exception>
    public void Add(int actual, int predicted)
    {
        counts[Checked(nameof(actual), actual) * Classes + Checked(nameof(predicted), predicted)]++;
        Count++;
    }

    /// <summary>Adds rows, each predicted as the class with its largest score, the first of equals.</summary>
    /// <param name="scores"><c>[…, classes]</c>, without NaN.</param>
    /// <param name="labels">One class for each row, in row-major order; −1 for rows that do not count.</param>
    /// <exception cref="ShapeException">
    /// The number of classes or labels does not fit, or a label is out of range. Nothing was added.
    /// </exception>
    /// <exception cref="MetricException">A row that counts has a NaN. Rows before it were added.</exception>
    public void Add(Tensor scores, ReadOnlySpan<int> labels)
    {
        var rows = new ScoreRows(nameof(ConfusionMatrix), scores, labels);
        if (rows.Classes != Classes)
            throw new ShapeException(Invariant($"{nameof(ConfusionMatrix)}: the scores are {scores.Shape}; {Classes} classes are needed."));
        for (int row = 0; row < labels.Length; row++)
        {
            if (labels[row] < 0) continue;
            int predicted = rows.Largest(row);
            if (predicted < 0)
                throw new MetricException(
                    Invariant($"{nameof(ConfusionMatrix)}: the scores of row {row} have a NaN, which predicts no class."));
            Add(labels[row], predicted);
        }
    }

    /// <summary>Back to zeros.</summary>
    public void Reset()
    {
        Array.Clear(counts);
        Count = 0;
    }

    /// <summary>The counts, a line for each actual class.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (int actual = 0; actual < Classes; actual++)
            text.Append(Invariant($"{actual}:")).AppendJoin("", Row(actual)).AppendLine();
        return text.ToString();
    }

    IEnumerable<string> Row(int actual) => Enumerable.Range(0, Classes).Select(predicted => Invariant($" {this[actual, predicted]}"));

    long Actual(int index)
    {
        long sum = 0;
        for (int other = 0; other < Classes; other++) sum += this[index, other];
        return sum;
    }

    long Predicted(int index)
    {
        long sum = 0;
        for (int other = 0; other < Classes; other++) sum += this[other, index];
        return sum;
    }

    int Checked(string name, int index) => Require.Within(nameof(ConfusionMatrix), name, index, Classes);

    static double Ratio(long part, long whole, string name, string reason) =>
        whole > 0 ? (double)part / whole : throw new MetricException($"{nameof(ConfusionMatrix)}: {name} has no value: {reason}.");
}
