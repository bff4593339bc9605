using System.Globalization;

namespace Autograd.Lectures;

/// <summary>A table as lines of text.</summary>
static class TextTable
{
    public static IEnumerable<string> Lines(string[] header, string[][] rows)
    {
        int[] widths = [.. header.Select((name, column) => rows.Select(row => row[column].Length).Append(name.Length).Max())];
        bool[] right = [.. header.Select((_, column) => IsNumeric(rows, column))];
        yield return Line(header, widths, right);
        yield return "  " + string.Join("  ", widths.Select(width => new string('-', width)));
        foreach (string[] row in rows) yield return Line(row, widths, right);
    }

    /// <summary>Whether each cell of a column that is not empty begins as a number does.</summary>
    public static bool IsNumeric(string[][] rows, int column) =>
        rows.Length > 0 && rows.All(row => row[column] is "" or "-" or "∞" or "NaN" || double.TryParse(row[column].Split(' ', '%')[0],
            CultureInfo.InvariantCulture, out _));

    static string Line(string[] cells, int[] widths, bool[] right) =>
        "  " + string.Join("  ", cells.Select((cell, column) => right[column] ? cell.PadLeft(widths[column])
            : cell.PadRight(widths[column]))).TrimEnd();
}
