namespace Autograd.Mutants;

/// <summary>An error that can be planted: <paramref name="Before"/> at a place of a file becomes <paramref name="After"/> while the mutant
/// is on.</summary>
/// <param name="File">Path below the root, with slashes.</param>
/// <param name="Line">Line of the place, from 1.</param>
/// <param name="Start">First character of what is replaced.</param>
/// <param name="Length">Number of characters that are replaced.</param>
/// <param name="Kind">What the error is: operator, bound, sign, index, condition, statement, name.</param>
/// <param name="Before">The code as it stands.</param>
/// <param name="After">The code with the error.</param>
/// <param name="IsStatement">Whether the place is a statement, which an <c>if</c> chooses, and not an expression, which a <c>?:</c>
/// chooses.</param>
/// <param name="Code">The line in which the place stands; empty where the place has several.</param>
/// <param name="Column">Where in it the place begins.</param>
sealed record Mutant(
    string File, int Line, int Start, int Length, string Kind, string Before, string After, bool IsStatement, string? Code = null,
    int Column = 0)
{
    /// <summary>The line that the report shows.</summary>
    public override string ToString() =>
        $"{File}({Line}) {Kind}: {OneLine(Before)} -> {(After.Length == 0 ? "(nothing)" : OneLine(After))}";

    /// <summary>What stands in the place in the tree that has the switch. No line is added, so that a compiler's message names the mutant's
    /// line.</summary>
    public string Switched(int number)
    {
        string on = $"global::Autograd.Mutants.Mutation.On({number})";
        if (!IsStatement) return $"({on} ? {After} : {Before})";
        return After.Length == 0 ? $"if (!{on}) {Before}" : $"if ({on}) {After} else {Before}";
    }

    /// <summary>What tells one mutant from the others, also after lines above it have moved.</summary>
    public string Key => $"{File}\t{OneLine(Before)}\t{OneLine(After)}";

    /// <summary>The same by the whole line: what is planted in a number alone, 0 → 1, is in many lines of a file.</summary>
    public string LineKey => Code is { Length: > 0 }
        ? $"{File}\t{OneLine(Code)}\t{OneLine(Code.Remove(Column, Length).Insert(Column, After))}" : Key;

    static string OneLine(string code) => string.Join(' ', code.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
