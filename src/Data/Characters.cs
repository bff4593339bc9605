using System.Text;
using static System.FormattableString;

namespace Autograd.Data;

/// <summary>Reads a text one Unicode scalar value at a time and replaces nothing silently.</summary>
static class Characters
{
    internal static Rune At(string text, int position, string operation)
    {
        if (Rune.TryGetRuneAt(text, position, out var character)) return character;
        var unpaired = Invariant($"an unpaired surrogate (U+{(int)text[position]:X4}) at position {position}");
        throw new ArgumentException($"{operation}: text has {unpaired}; well-formed UTF-16 was expected.", nameof(text));
    }
}
