using System.Globalization;

namespace Autograd.Bench;

/// <summary>A table that is readable as it is and as Markdown.</summary>
sealed class TextTable(params string[] header)
{
    readonly List<string[]> rows = [header];

    public void Add(params string[] row) => rows.Add(row);

    public void Write(TextWriter writer)
    {
        int[] widths = [.. header.Select((_, column) => rows.Max(row => row[column].Length))];
        for (int i = 0; i < rows.Count; i++)
        {
            writer.WriteLine(
                $"| {string.Join(" | ", rows[i].Select((text, column) => Padded(text, widths[column], isRight: column > 0)))} |");
            if (i == 0) writer.WriteLine($"|{string.Join("|", widths.Select(width => new string('-', width + 2)))}|");
        }
    }

    /// <summary>Three significant digits; a dash where there is no number.</summary>
    public static string Number(double number) => number switch
    {
        double.NaN => "-",
        >= 100 => number.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => number.ToString("0.0", CultureInfo.InvariantCulture),
        >= 1 => number.ToString("0.00", CultureInfo.InvariantCulture),
        >= 0.1 => number.ToString("0.000", CultureInfo.InvariantCulture),
        _ => number.ToString("0.0000", CultureInfo.InvariantCulture),
    };

    /// <summary>A ratio of times, to two decimals.</summary>
    public static string Times(double ratio) => double.IsNaN(ratio) ? "-"
        : ratio.ToString(ratio < 10 ? "0.00x" : "#,0.0x", CultureInfo.InvariantCulture);

    // Numbers to the right, but for the names of rows.
    static string Padded(string text, int width, bool isRight) =>
        isRight && text.Length > 0 && (char.IsDigit(text[0]) || text == "-") ? text.PadLeft(width) : text.PadRight(width);
}
