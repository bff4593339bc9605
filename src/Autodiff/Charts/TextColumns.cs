namespace Autograd.Charts;

/// <summary>Rows of words as lines of text, each column as wide as its widest word.</summary>
static class TextColumns
{
    /// <summary>A line for the header and one for each row, two spaces between columns and none at the end.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        IReadOnlyList<string>[] all = [header, .. rows];
        int[] widths = [.. header.Select((_, column) => all.Max(row => row[column].Length))];
        return all.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
