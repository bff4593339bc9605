using System.Text;
using static System.FormattableString;

namespace Autograd.Data;

/// <summary>A text to be encoded has a character that is not in the vocabulary.</summary>
/// <param name="character">The character.</param>
/// <param name="position">Its position in the text, in UTF-16 code units from 0.</param>
/// <param name="count">The number of characters in the vocabulary.</param>
public sealed class UnknownCharacterException(Rune character, int position, int count)
    : ArgumentException(Describe(character, position, count), "text")
{
    /// <summary>The character that is not in the vocabulary.</summary>
    public Rune Character { get; } = character;

    /// <summary>Its position in the text, in UTF-16 code units from 0: an index into the string.</summary>
    public int Position { get; } = position;

    const string Remedy = "build it from a text that has this character, or with an unknown character";

    static string Describe(Rune character, int position, int count) => Invariant(
        $"CharacterVocabulary.Encode: {Name(character)} at position {position} is not among the {count} of the vocabulary; {Remedy}.");

    static string Name(Rune character) =>
        Rune.IsControl(character) ? Invariant($"U+{character.Value:X4}") : Invariant($"'{character}' (U+{character.Value:X4})");
}
