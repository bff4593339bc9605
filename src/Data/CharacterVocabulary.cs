using System.Collections.Frozen;
using System.Text;
using static System.FormattableString;

namespace Autograd.Data;

/// <summary>A vocabulary of single characters, numbered in the order of their code points.</summary>
/// <remarks>
/// <para>
/// A character is a Unicode scalar value (<see cref="Rune"/>): a surrogate pair is one token, and a letter followed by a combining mark is
/// two. Case is significant, white space and line endings are characters like any other, and nothing is normalised:
/// <c>Decode(Encode(text)) == text</c> for any text whose characters are all in the vocabulary.
/// </para>
/// <para>Immutable and safe to use from many threads. <c>FromJson(v.ToJson())</c> restores it.</para>
/// </remarks>
public sealed class CharacterVocabulary : Vocabulary
{
    readonly FrozenDictionary<Rune, int> ids;

    CharacterVocabulary(SortedSet<Rune> characters, Rune? unknown) : base(characters.Select(character => character.ToString()))
    {
        ids = characters.Select((character, id) => KeyValuePair.Create(character, id)).ToFrozenDictionary();
        Unknown = unknown;
    }

    /// <summary>The character that stands for all that are not in the vocabulary; null when such a character is an error.</summary>
    public Rune? Unknown { get; }

    /// <summary>Collects the distinct characters of a text.</summary>
    /// <param name="text">The text; not empty.</param>
    /// <param name="unknown">
    /// The character to encode in place of one that is not in the vocabulary; it becomes part of the vocabulary, at the id its code point
    /// gives it, if <paramref name="text"/> does not have it. By default (null) such a character is an error.
    /// </param>
    /// <returns>The vocabulary; ids follow the code points.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="text"/> is empty, or has an unpaired surrogate.</exception>
    public static CharacterVocabulary From(string text, Rune? unknown = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
            throw new ArgumentException("CharacterVocabulary.From: text is empty; at least one character was expected.", nameof(text));
        return new CharacterVocabulary(Distinct(text, unknown), unknown);
    }

    /// <summary>Restores a vocabulary from <see cref="ToJson"/>.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="FormatException">It is not such a text.</exception>
    public static CharacterVocabulary FromJson(string json) => SavedTokens.Parse("CharacterVocabulary.FromJson", json, (tokens, unknown) =>
    {
        var made = From(string.Concat(tokens), unknown is null ? null : Rune.GetRuneAt(unknown, 0));
        return made.Tokens.SequenceEqual(tokens) ? made : throw new ArgumentException("the tokens are no characters in their order");
    });

    /// <inheritdoc/>
    public override string ToJson() => SavedTokens.ToJson(Tokens, Unknown?.ToString());

    /// <summary>Gives the id of each character of a text.</summary>
    /// <param name="text">The text; an empty text gives an empty array.</param>
    /// <returns>One id for each character: as many as UTF-16 code units, less one for each surrogate pair.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="UnknownCharacterException">
    /// A character is not in the vocabulary and <see cref="Unknown"/> is null; the error names the character and its position.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="text"/> has an unpaired surrogate, which is no character, with or without <see cref="Unknown"/>.
    /// </exception>
    public override int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var encoded = new int[text.Length];
        var count = 0;
        for (var position = 0; position < text.Length;)
        {
            var character = Characters.At(text, position, "CharacterVocabulary.Encode");
            encoded[count++] = IdOf(character, position);
            position += character.Utf16SequenceLength;
        }
        return count == encoded.Length ? encoded : encoded[..count];
    }

    /// <summary>Joins characters, with nothing between them.</summary>
    /// <param name="ids">The ids, each at least 0 and below <see cref="Vocabulary.Count"/>; none give an empty text.</param>
    /// <returns>The text.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in range; the message names it, its position and the count.</exception>
    public override string Decode(ReadOnlySpan<int> ids)
    {
        var text = new StringBuilder(ids.Length);
        for (var position = 0; position < ids.Length; position++)
            text.Append(TokenAt(ids, position));
        return text.ToString();
    }

    int IdOf(Rune character, int position)
    {
        if (ids.TryGetValue(character, out var id)) return id;
        return Unknown is { } unknown ? ids[unknown] : throw new UnknownCharacterException(character, position, Count);
    }

    static SortedSet<Rune> Distinct(string text, Rune? unknown)
    {
        var characters = new HashSet<Rune>();
        if (unknown is { } replacement) characters.Add(replacement);
        for (var position = 0; position < text.Length;)
        {
            var character = Characters.At(text, position, "CharacterVocabulary.From");
            characters.Add(character);
            position += character.Utf16SequenceLength;
        }
        return [.. characters];
    }
}
