using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>Scores of classes in rows, of either element type, with a label for each row.</summary>
readonly ref struct ScoreRows
{
    readonly ReadOnlySpan<float> singles;
    readonly ReadOnlySpan<double> doubles;

    public ScoreRows(string metric, Tensor scores, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(scores);
        Classes = scores.Rank > 0 ? scores.Shape[^1] : 0;
        if (Classes == 0 || scores.ElementCount / Classes != labels.Length)
            throw new ShapeException(
                Invariant($"{metric}: the scores are {scores.Shape}, and {labels.Length} labels were given; one for each row is needed."));
        for (int i = 0; i < labels.Length; i++)
            if (labels[i] < -1 || labels[i] >= Classes)
                throw new ShapeException(
                    Invariant($"{metric}: label {labels[i]} at position {i} is out of range; the scores {scores.Shape} have classes ")
                    + Invariant($"0 to {Classes - 1}, and -1 stands for none."));
        if (scores.ElementType == ElementType.Float32) singles = scores.AsSpan<float>();
        else doubles = scores.AsSpan<double>();
    }

    public int Classes { get; }

    /// <summary>The class with the largest score, the first of equals; −1 for a row with a NaN.</summary>
    public int Largest(int row)
    {
        int best = 0;
        for (int other = 0; other < Classes; other++)
        {
            double score = this[row, other];
            if (double.IsNaN(score)) return -1;
            if (score > this[row, best]) best = other;
        }
        return best;
    }

    /// <summary>How many classes come before one; all, if there is a NaN.</summary>
    public int RankOf(int row, int label)
    {
        double score = this[row, label];
        int before = 0;
        for (int other = 0; other < Classes; other++)
        {
            if (double.IsNaN(this[row, other])) return int.MaxValue;
            if (this[row, other] > score || (this[row, other] == score && other < label)) before++;
        }
        return before;
    }

    double this[int row, int column] =>
        singles.IsEmpty ? doubles[row * Classes + column] : singles[row * Classes + column];
}
