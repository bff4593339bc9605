using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;
using static System.FormattableString;

namespace Autograd.Data;

/// <summary>
/// A vocabulary of words, punctuation marks and line ends: the unknown word first, then in descending order of their counts in the text it
/// was built from, and for equal counts in ordinal order.
/// </summary>
/// <remarks>
/// <para>A text is split from left to right into these tokens:</para>
/// <list type="number">
/// <item>the line feed <c>\n</c>; all other white space, carriage returns too, only separates and is dropped;</item>
/// <item>the five characters <c>&lt;unk&gt;</c>, the unknown word;</item>
/// <item>a word: the longest run of letters, digits and combining marks (as defined by Unicode), where an apostrophe (<c>'</c> or <c>’</c>)
/// with such a character on both sides belongs to the run: <c>don't</c> is one word, <c>'hello'</c> is a word between two marks;</item>
/// <item>any other single character (Unicode scalar value), such as a punctuation mark.</item>
/// </list>
/// <para>
/// Case is significant; pass the text in lower case if it should not be. <see cref="Decode"/> restores spaces by rule, so that it gives the
/// original text back only up to white space; <c>Encode(Decode(ids))</c> is always <c>ids</c>.
/// </para>
/// <para>Immutable and safe to use from many threads. <c>FromTokens(v.Tokens)</c> makes an equal vocabulary again.</para>
/// </remarks>
public sealed class WordVocabulary : Vocabulary
{
    /// <summary>The text of the unknown word.</summary>
    public const string UnknownWord = "<unk>";

    /// <summary>The id of the unknown word, in every vocabulary.</summary>
    public const int UnknownId = 0;

    readonly FrozenDictionary<string, int> ids;

    WordVocabulary(IEnumerable<string> tokens) : base(tokens) =>
        ids = Tokens.Select((token, id) => KeyValuePair.Create(token, id)).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Collects the words of a text, the most frequent first.</summary>
    /// <param name="text">The text; it has at least one token.</param>
    /// <param name="maximumCount"> The largest number of tokens, the unknown word included; the rarest are left out. At least 1; by default
    /// there is no limit.
    /// </param>
    /// <param name="minimumCount">
    /// How often a token must occur in the text to be included. At least 1, the default, which includes all.
    /// </param>
    /// <returns>The vocabulary; the unknown word has id 0 even if the limits leave nothing else.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="text"/> has no token, or has an unpaired surrogate.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="maximumCount"/> or <paramref name="minimumCount"/> is below 1.
    /// </exception>
    public static WordVocabulary From(string text, int maximumCount = int.MaxValue, int minimumCount = 1)
    {
        ArgumentNullException.ThrowIfNull(text);
        Require.AtLeast("WordVocabulary.From", nameof(maximumCount), maximumCount, 1);
        Require.AtLeast("WordVocabulary.From", nameof(minimumCount), minimumCount, 1);
        var counts = CountWords(text);
        if (counts.Count == 0)
            throw new ArgumentException("WordVocabulary.From: text has no words; at least one was expected.", nameof(text));
        return new WordVocabulary([UnknownWord, .. MostFrequent(counts, minimumCount).Take(maximumCount - 1)]);
    }

    /// <summary>Restores a vocabulary from its <see cref="Vocabulary.Tokens"/>.</summary>
    /// <param name="tokens">The tokens in the order of their ids; the first is <see cref="UnknownWord"/>.</param>
    /// <returns>The vocabulary.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="tokens"/> is null.</exception>
    /// <exception cref="ArgumentException"> The first token is not <see cref="UnknownWord"/>, a token is null or a duplicate, or could
    /// never result from <see cref="Tokenize"/> (two words, for example).
    /// </exception>
    public static WordVocabulary FromTokens(IEnumerable<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        string[] all = [.. tokens];
        if (all.Length == 0 || all[UnknownId] != UnknownWord)
            throw new ArgumentException($"WordVocabulary.FromTokens: the first token must be {UnknownWord}.", nameof(tokens));
        for (var id = 0; id < all.Length; id++)
            if (all[id] is not { } token || !Words.IsOne(token))
                throw new ArgumentException(
                    Invariant($"WordVocabulary.FromTokens: token {id}, '{all[id]}', is not one word by Tokenize's rules."), nameof(tokens));
        return new WordVocabulary(all);
    }

    /// <summary>Restores a vocabulary from <see cref="Vocabulary.ToJson"/>.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="FormatException">It is no such text.</exception>
    public static WordVocabulary FromJson(string json) =>
        SavedTokens.Parse("WordVocabulary.FromJson", json, (tokens, _) => FromTokens(tokens));

    /// <summary>Splits a text into tokens by the rules of this class.</summary>
    /// <param name="text">The text; an empty one has no tokens.</param>
    /// <returns>The tokens, in order, found lazily.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="ArgumentException"> <paramref name="text"/> has an unpaired surrogate; thrown when enumeration reaches it.
    /// </exception>
    public static IEnumerable<string> Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Words.In(text, "WordVocabulary.Tokenize").Select(range => text[range]);
    }

    /// <summary>
    /// Splits a text into tokens and returns the id of each; one that is not in the vocabulary gives <see cref="UnknownId"/>.
    /// </summary>
    /// <param name="text">The text; an empty text gives an empty array.</param>
    /// <returns>One id for each token.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="text"/> has an unpaired surrogate.</exception>
    public override int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        var encoded = new List<int>();
        foreach (var range in Words.In(text, "WordVocabulary.Encode"))
            encoded.Add(lookup.TryGetValue(text.AsSpan(range), out var id) ? id : UnknownId);
        return [.. encoded];
    }

    /// <summary>
    /// Joins tokens with one space between them, but none beside <c>\n</c>, none before <c>. , ; : ! ? ) ] }</c> and none after
    /// <c>( [ {</c>. The unknown word is written <c>&lt;unk&gt;</c>.
    /// </summary>
    /// <param name="ids">The ids, each at least 0 and below <see cref="Vocabulary.Count"/>; none give an empty text.</param>
    /// <returns>The text.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in range; the message names it, its position and the count.</exception>
    public override string Decode(ReadOnlySpan<int> ids)
    {
        var text = new StringBuilder();
        for (var position = 0; position < ids.Length; position++)
        {
            var token = TokenAt(ids, position);
            if (position > 0 && Words.SpaceBetween(Tokens[ids[position - 1]], token)) text.Append(' ');
            text.Append(token);
        }
        return text.ToString();
    }

    static Dictionary<string, int> CountWords(string text)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var range in Words.In(text, "WordVocabulary.From"))
            CollectionsMarshal.GetValueRefOrAddDefault(lookup, text.AsSpan(range), out _)++;
        return counts;
    }

    static IEnumerable<string> MostFrequent(Dictionary<string, int> counts, int minimumCount) => counts
        .Where(entry => entry.Value >= minimumCount && entry.Key != UnknownWord)
        .OrderByDescending(entry => entry.Value)
        .ThenBy(entry => entry.Key, StringComparer.Ordinal)
        .Select(entry => entry.Key);
}
