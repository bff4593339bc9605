using static System.FormattableString;

namespace Autograd.Data;

/// <summary>
/// The embedded Reber grammar (Fahlman 1991; Hochreiter and Schmidhuber 1997, section 5.1, experiment 1): <c>B T reber T E</c> or
/// <c>B P reber P E</c>. The next symbol is to be predicted at each step; the last but one must agree with the second, across everything
/// that lies between.
/// </summary>
/// <remarks>
/// Seven symbols, one-hot, in the order <c>B T P S X V E</c>. A reber string is <c>B … E</c> with two arrows from each inner node, equally
/// likely (Reber 1967):
/// T or P; after T: S* X; after P: T* V; and so on; the shortest has 5 symbols, an embedded one 9. Targets are the <b>set</b> of symbols
/// that may follow, 1 for each legal one: success in the paper is that the one or two legal symbols are always the most active.
/// </remarks>
public static class EmbeddedReber
{
    /// <summary>The symbols, in the order of inputs and targets.</summary>
    public const string Symbols = ReberGrammar.Symbols;

    const int ShortestString = 9;

    /// <summary>Draws strings; the same string may come twice.</summary>
    /// <param name="key">Determines what is drawn; the same key gives the same strings.</param>
    /// <param name="count">How many; at least 1.</param>
    /// <param name="longest">Strings with more symbols are discarded and drawn again; at least 9. By default, none are.</param>
    /// <returns>The strings.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1 or <paramref name="longest"/> below 9.</exception>
    public static string[] Draw(RandomKey key, int count, int longest = int.MaxValue)
    {
        Require.AtLeast("EmbeddedReber.Draw", nameof(count), count, 1);
        Require.AtLeast("EmbeddedReber.Draw", nameof(longest), longest, ShortestString);
        var strings = new string[Require.Length("EmbeddedReber.Draw", nameof(count), count)];
        for (int row = 0; row < count; row++)
        {
            var draws = new Draws(key.For("embedded Reber"), row);
            do strings[row] = One(draws);
            while (strings[row].Length > longest);
        }
        return strings;
    }

    /// <summary>Draws a batch of strings; see <see cref="Draw"/>.</summary>
    /// <returns>The batch that <see cref="Of"/> creates from the strings.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batch"/> is below 1 or <paramref name="longest"/> below 9.</exception>
    public static TargetSequences Batch(RandomKey key, int batch, int longest = int.MaxValue)
    {
        Require.AtLeast("EmbeddedReber.Batch", nameof(batch), batch, 1);
        Require.AtLeast("EmbeddedReber.Batch", nameof(longest), longest, ShortestString);
        return Of(Draw(key, batch, longest));
    }

    /// <summary>A batch of given strings: inputs are all symbols but the last E, targets the sets that may follow each.</summary>
    /// <param name="strings">Strings of the grammar.</param>
    /// <returns>Inputs and targets <c>[longest − 1, batch, 7]</c>.</returns>
    /// <exception cref="ArgumentException">There is no string, or one is not of the grammar; the message names it.</exception>
    public static TargetSequences Of(params IReadOnlyList<string> strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        if (strings.Count == 0)
            throw new ArgumentException("EmbeddedReber.Of: there are no strings; at least one is needed.", nameof(strings));
        for (int row = 0; row < strings.Count; row++)
            if (!IsLegal(strings[row]))
                throw new ArgumentException(
                    Invariant($"EmbeddedReber.Of: string {row}, '{strings[row]}', is not of the grammar."), nameof(strings));
        int time = strings.Max(text => text.Length) - 1;
        int[] lengths = [.. strings.Select(text => text.Length - 1)];
        var (x, legal) = (new float[time, strings.Count, Symbols.Length], new float[time, strings.Count, Symbols.Length]);
        for (int row = 0; row < strings.Count; row++)
            for (int t = 0; t < lengths[row]; t++)
            {
                x[t, row, Symbols.IndexOf(strings[row][t], StringComparison.Ordinal)] = 1;
                foreach (char symbol in LegalAfter(strings[row][..(t + 1)]))
                    legal[t, row, Symbols.IndexOf(symbol, StringComparison.Ordinal)] = 1;
            }
        return new TargetSequences(Tensor.From(x), lengths, Tensor.From(legal), TargetSequences.MaskOf(lengths, time));
    }

    /// <summary>The symbols that may follow a prefix of a string; empty if it is complete or is not a prefix.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="beginning"/> is null.</exception>
    public static string LegalAfter(string beginning)
    {
        ArgumentNullException.ThrowIfNull(beginning);
        if (beginning.Length == 0) return "B";
        if (beginning[0] != 'B') return "";
        if (beginning.Length == 1) return "TP";
        if (beginning[1] is not ('T' or 'P')) return "";
        return LegalInside(beginning[1], beginning.AsSpan(2));
    }

    /// <summary>Whether a text is a complete string of the grammar.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public static bool IsLegal(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length >= ShortestString && text[0] == 'B' && text[1] is ('T' or 'P') && text[^2] == text[1] && text[^1] == 'E'
            && ReberGrammar.After(text.AsSpan(2, text.Length - 4)) is { } node && ReberGrammar.IsEnd(node);
    }

    static string LegalInside(char frame, ReadOnlySpan<char> inner)
    {
        if (ReberGrammar.After(inner) is { } node) return ReberGrammar.IsEnd(node) ? frame.ToString() : ReberGrammar.Next(node);
        bool isFramed = inner.Length > 0 && inner[^1] == frame && ReberGrammar.After(inner[..^1]) is { } last && ReberGrammar.IsEnd(last);
        return isFramed ? "E" : "";
    }

    static string One(Draws draws)
    {
        char frame = draws.Whole(2) == 0 ? 'T' : 'P';
        return $"B{frame}{ReberGrammar.Draw(draws)}{frame}E";
    }
}
