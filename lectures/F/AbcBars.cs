namespace Autograd.Lectures;

/// <summary>Counts, in a text in ABC notation, how many bars are as long as the metre says.</summary>
static class AbcBars
{
    /// <summary>
    /// Bars of the right length and all bars. A bar counts when it stands between two lines, below a header that states a metre; a line of
    /// text ends it.
    /// </summary>
    public static (int Right, int All) Count(string text)
    {
        int right = 0, all = 0;
        double? metre = null;
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith("M:", StringComparison.Ordinal)) metre = Metre(line[2..]);
            else if (metre is { } eighths && !line.StartsWith("K:", StringComparison.Ordinal))
                foreach (string bar in Closed(line))
                {
                    all++;
                    if (Length(bar) is { } length && Math.Abs(length - eighths) < 1e-9) right++;
                }
        }
        return (right, all);
    }

    // Between two bar lines there is something; before the first and behind the last one there is no bar.
    static IEnumerable<string> Closed(string line)
    {
        string[] parts = line.Split('|');
        return parts.Length < 3 ? [] : parts[1..^1].Select(part => part.Trim(':', ' ')).Where(part => part.Length > 0);
    }

    static double? Metre(string text) =>
        text.Split('/') is [var beats, var unit] && int.TryParse(beats, out int b) && int.TryParse(unit, out int u) && u > 0
            ? 8.0 * b / u : null;

    // Notes and rests with a whole length behind them; anything else makes the bar wrong.
    static double? Length(string bar)
    {
        double sum = 0;
        for (int i = 0; i < bar.Length; i++)
        {
            if (bar[i] == ' ') continue;
            if (!"ABCDEFGabcdefgz".Contains(bar[i])) return null;
            bool hasLength = i + 1 < bar.Length && char.IsAsciiDigit(bar[i + 1]);
            sum += hasLength ? bar[++i] - '0' : 1;
        }
        return sum;
    }
}
