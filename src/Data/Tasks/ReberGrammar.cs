namespace Autograd.Data;

/// <summary>
/// The Reber grammar (Reber 1967; as drawn in Cleeremans, Servan-Schreiber and McClelland 1989): from each node one of two arrows, with
/// equal chance.
/// </summary>
static class ReberGrammar
{
    public const string Symbols = "BTPSXVE";

    const int Final = 7;

    // For each node its arrows: symbol and next node. Node 0 is before B, node 7 after E.
    static readonly (char Symbol, int Next)[][] Arrows =
    [
        [('B', 1)],
        [('T', 2), ('P', 3)],
        [('S', 2), ('X', 4)],
        [('T', 3), ('V', 5)],
        [('X', 3), ('S', 6)],
        [('P', 4), ('V', 6)],
        [('E', Final)],
        [],
    ];

    public static string Draw(Draws draws)
    {
        var text = new System.Text.StringBuilder();
        for (int node = 0; node != Final;)
        {
            var (symbol, next) = Arrows[node].Length == 1 ? Arrows[node][0] : Arrows[node][draws.Whole(2)];
            text.Append(symbol);
            node = next;
        }
        return text.ToString();
    }

    /// <summary>The node after a text, or null if the text is not the beginning of a string of the grammar.</summary>
    public static int? After(ReadOnlySpan<char> text)
    {
        int node = 0;
        foreach (char symbol in text)
        {
            int arrow = Array.FindIndex(Arrows[node], candidate => candidate.Symbol == symbol);
            if (arrow < 0) return null;
            node = Arrows[node][arrow].Next;
        }
        return node;
    }

    public static bool IsEnd(int node) => node == Final;

    public static string Next(int node) => string.Concat(Arrows[node].Select(arrow => arrow.Symbol));
}
