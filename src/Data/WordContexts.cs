using static System.FormattableString;

namespace Autograd.Data;

/// <summary>Training pairs for models of words in their context, from a text given as a sequence of word ids.</summary>
public static class WordContexts
{
    /// <summary>
    /// Skip-gram (Mikolov, Chen, Corrado and Dean 2013): each word with each of its neighbours up to a distance, which are to be predicted
    /// from it. At the ends of the text there are fewer.
    /// </summary>
    /// <param name="words">The text.</param>
    /// <param name="radius">The greatest distance; at least 1.</param>
    /// <returns>Word and neighbour of each pair; the pairs of a word are adjacent, with its neighbours in the order of the text.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="radius"/> is below 1.</exception>
    public static (int[] Words, int[] Neighbours) SkipGrams(ReadOnlySpan<int> words, int radius)
    {
        Require.AtLeast("WordContexts.SkipGrams", nameof(radius), radius, 1);
        var (centres, neighbours) = (new List<int>(), new List<int>());
        for (int at = 0; at < words.Length; at++)
            for (int other = Math.Max(0, at - radius); other <= Math.Min((long)words.Length - 1, (long)at + radius); other++)
            {
                if (other == at) continue;
                centres.Add(words[at]);
                neighbours.Add(words[other]);
            }
        return ([.. centres], [.. neighbours]);
    }

    /// <summary>
    /// Continuous bag of words (Mikolov, Chen, Corrado and Dean 2013): each word with all its neighbours up to a distance, from which it is
    /// to be predicted. Words with fewer neighbours, at the ends of the text, are left out.
    /// </summary>
    /// <param name="words">The text; at least 2 · <paramref name="radius"/> + 1 words.</param>
    /// <param name="radius">The greatest distance; at least 1.</param>
    /// <returns>The neighbours, <c>[position][2 · radius]</c> in the order of the text, and the word they surround.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="radius"/> is below 1.</exception>
    /// <exception cref="ArgumentException">The text is too short.</exception>
    public static (int[][] Neighbours, int[] Words) Bags(ReadOnlySpan<int> words, int radius)
    {
        Require.AtLeast("WordContexts.Bags", nameof(radius), radius, 1);
        int count = Enough("WordContexts.Bags", words.Length, 2L * radius + 1);
        var (neighbours, centres) = (new int[count][], new int[count]);
        for (int i = 0; i < count; i++)
        {
            neighbours[i] = [.. words.Slice(i, radius), .. words.Slice(i + radius + 1, radius)];
            centres[i] = words[i + radius];
        }
        return (neighbours, centres);
    }

    /// <summary>
    /// Each word with the n words before it, from which it is to be predicted: the input of the neural probabilistic language model
    /// (Bengio, Ducharme, Vincent and Jauvin 2003), a time-delay network over words.
    /// </summary>
    /// <param name="words">The text; at least n + 1 words.</param>
    /// <param name="count">n; at least 1.</param>
    /// <returns>The words before, <c>[position][n]</c>, the oldest first, and the word that follows.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    /// <exception cref="ArgumentException">The text is too short.</exception>
    public static (int[][] Before, int[] Words) Before(ReadOnlySpan<int> words, int count)
    {
        Require.AtLeast("WordContexts.Before", nameof(count), count, 1);
        int positions = Enough("WordContexts.Before", words.Length, count + 1L);
        var before = new int[positions][];
        for (int i = 0; i < positions; i++) before[i] = words.Slice(i, count).ToArray();
        return (before, words[count..].ToArray());
    }

    static int Enough(string operation, int words, long needed) => words >= needed
        ? (int)(words - needed + 1)
        : throw new ArgumentException(Invariant($"{operation}: the text has {words} words; at least {needed} are needed."), nameof(words));
}
