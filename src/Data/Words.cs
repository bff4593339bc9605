using System.Globalization;
using System.Text;

namespace Autograd.Data;

/// <summary>The rules by which <see cref="WordVocabulary"/> cuts a text into tokens and joins them again.</summary>
static class Words
{
    internal static IEnumerable<Range> In(string text, string operation)
    {
        for (var position = 0; position < text.Length;)
        {
            var character = Characters.At(text, position, operation);
            var end = EndOfToken(text, position, character, operation);
            if (character.Value == '\n' || !Rune.IsWhiteSpace(character)) yield return position..end;
            position = end;
        }
    }

    internal static bool IsOne(string text)
    {
        using var tokens = In(text, "WordVocabulary.FromTokens").GetEnumerator();
        return tokens.MoveNext() && tokens.Current.Equals(..text.Length);
    }

    internal static bool SpaceBetween(string left, string right) =>
        left is not ("\n" or "(" or "[" or "{") && right is not ("\n" or "." or "," or ";" or ":" or "!" or "?" or ")" or "]" or "}");

    static int EndOfToken(string text, int position, Rune first, string operation)
    {
        if (IsWordPart(first)) return EndOfWord(text, position, operation);
        var isUnknownWord = text.AsSpan(position).StartsWith(WordVocabulary.UnknownWord, StringComparison.Ordinal);
        return position + (isUnknownWord ? WordVocabulary.UnknownWord.Length : first.Utf16SequenceLength);
    }

    static int EndOfWord(string text, int start, string operation)
    {
        var end = start;
        while (end < text.Length)
        {
            var character = Characters.At(text, end, operation);
            var belongs = IsWordPart(character) || IsApostrophe(character) && IsWordPartAt(text, end + 1, operation);
            if (!belongs) break;
            end += character.Utf16SequenceLength;
        }
        return end;
    }

    static bool IsWordPartAt(string text, int position, string operation) =>
        position < text.Length && IsWordPart(Characters.At(text, position, operation));

    static bool IsWordPart(Rune character) =>
        Rune.IsLetterOrDigit(character)
        || Rune.GetUnicodeCategory(character)
            is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    static bool IsApostrophe(Rune character) => character.Value is '\'' or '\u2019';
}
