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
/// <param name="Ahead">What stands before the place in its line.</param>
/// <param name="Behind">What stands behind it, to the end of its last line.</param>
sealed record Mutant(
    string File, int Line, int Start, int Length, string Kind, string Before, string After, bool IsStatement, string Ahead, string Behind)
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

    /// <summary>
    /// What tells one mutant from the others, also after lines above it have moved: the file, its line and its line with the error.
    /// </summary>
    public string Key => $"{File}\t{OneLine(Ahead + Before + Behind)}\t{OneLine(Ahead + After + Behind)}";

    static string OneLine(string code) => string.Join(' ', code.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
