namespace Autograd.Lectures;

/// <summary>
/// Relative frequencies of what follows the last token (order 1) or of any token (order 0), each count begun at a little: the baselines of
/// a language model.
/// </summary>
sealed class CountModel
{
    const double Begun = 0.1;

    readonly double[,] counts;
    readonly bool isBigram;

    public CountModel(ReadOnlySpan<int> tokens, int symbols, bool isBigram)
    {
        this.isBigram = isBigram;
        counts = new double[isBigram ? symbols : 1, symbols];
        for (int i = 0; i < counts.Length; i++) counts[i / symbols, i % symbols] = Begun;
        for (int t = 1; t < tokens.Length; t++) counts[isBigram ? tokens[t - 1] : 0, tokens[t]]++;
    }

    /// <summary>Nats per token.</summary>
    public double Loss(ReadOnlySpan<int> tokens)
    {
        double[] sums = [.. Enumerable.Range(0, counts.GetLength(0)).Select(Sum)];
        double loss = 0;
        for (int t = 1; t < tokens.Length; t++)
        {
            int row = isBigram ? tokens[t - 1] : 0;
            loss -= Math.Log(counts[row, tokens[t]] / sums[row]);
        }
        return loss / (tokens.Length - 1);
    }

    public int[] Write(int first, int count, RandomKey key)
    {
        var written = new int[count];
        for (int i = 0; i < count; i++)
        {
            int row = isBigram ? i == 0 ? first : written[i - 1] : 0;
            double sum = Sum(row);
            written[i] = CharacterNet.Drawn([.. Enumerable.Range(0, counts.GetLength(1)).Select(symbol => counts[row, symbol] / sum)],
                key.Uniform((uint)i));
        }
        return written;
    }

    double Sum(int row) => Enumerable.Range(0, counts.GetLength(1)).Sum(symbol => counts[row, symbol]);
}
