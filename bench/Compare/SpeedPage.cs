using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Autograd.Bench;

/// <summary>
/// The page of what was measured beside other libraries: the last whole table of each processor, row by row, with what was measured again
/// since.
/// </summary>
static class SpeedPage
{
    /// <summary>The page.</summary>
    /// <param name="tables">Kept tables as JSON, the oldest first.</param>
    public static string Of(IEnumerable<string> tables)
    {
        var page = new StringBuilder("""
            # Speed beside other libraries

            Drawn by `dotnet run -c Release --project bench -- compare --page` from the files in `bench/history`, which the commands below
            have written. Least milliseconds of turns that alternate in one process. The last column is the time of the fastest other
            library over ours: below 1 it is faster. Rows of one group are summed up by the geometric mean. All libraries have the same
            weights and inputs; in parentheses and not counted are other ways to use ours, and peers that compute other numbers.
            Operations by themselves are timed where nothing is recorded, unless the row says otherwise, and within a scope, here of a
            tape, at whose end a library has the memory of results back. A table has the rows that there were when it was measured;
            `compare --peers --list` prints those that there are now. Groups that were measured again after the whole table say when.

            Memory: new pages are slow to get, up to 10 µs each in a virtual machine, and a library that gives large tensors back to the
            system pays for them at every step. Since the command sets the C library so that peers do not (`memory is kept`), rows of
            libtorch with large tensors take as little as a quarter of what they took; in groups where it does not say so they may be that
            much too slow.

            """.ReplaceLineEndings("\n"));
        foreach (var own in tables.Select(table => JsonNode.Parse(table)!).GroupBy(table => Text(table, "processor"))
            .OrderBy(own => own.Key, StringComparer.Ordinal))
        {
            JsonNode[] all = [.. own.Where(table => !Has(table, "--filter"))];
            int whole = Array.FindLastIndex(all, table => !Has(table, "--only"));
            if (whole >= 0) Write(page, all[whole], all[(whole + 1)..]);
        }
        return page.ToString();
    }

    static bool Has(JsonNode table, string option) => Text(table, "command").Contains(option, StringComparison.Ordinal);

    static void Write(StringBuilder page, JsonNode table, JsonNode[] later)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n## {Text(table, "processor")}\n");
        WriteHead(page, table);
        foreach (var group in table["rows"]!.AsArray().GroupBy(row => Text(row!, "group")))
        {
            var again = Array.FindLast(later, part => RowsOf(part, group.Key).Length > 0);
            Write(page, group.Key, again is null ? [.. group!] : RowsOf(again, group.Key), again);
        }
    }

    static JsonNode[] RowsOf(JsonNode table, string group) => [.. table["rows"]!.AsArray().Where(row => Text(row!, "group") == group)!];

    static void WriteHead(StringBuilder page, JsonNode table) =>
        page.Append(CultureInfo.InvariantCulture, $"\n{Text(table, "date")}, {table["threads"]} thread")
            .Append((int)table["threads"]! == 1 ? "" : "s")
            .Append(CultureInfo.InvariantCulture, $", {Text(table, "clock")} clock; ")
            .AppendJoin(", ", table["versions"]!.AsObject().Select(version => $"{version.Key} {version.Value}"))
            .Append((string?)table["memory"] is { Length: > 0 } ? "; memory is kept" : "")
            .Append(CultureInfo.InvariantCulture, $".\n\n```\n{Text(table, "command")}\n```\n");

    static void Write(StringBuilder page, string group, JsonNode[] rows, JsonNode? again)
    {
        double[] ratios = [.. rows.Select(Ratio).Where(ratio => !double.IsNaN(ratio))];
        string mean = ratios.Length == 0 ? "" : $", geometric mean {TextTable.Times(Math.Exp(ratios.Average(Math.Log)))}";
        page.Append(CultureInfo.InvariantCulture, $"\n### {group}{mean}\n");
        if (again is not null) WriteHead(page, again);
        page.Append('\n');
        var lines = new TextTable("what", "ours, ms", "others, ms", "fastest other : ours");
        foreach (var row in rows)
            lines.Add(Text(row, "what"), TextTable.Number((double)row["ours"]!), Others(row), TextTable.Times(Ratio(row)));
        using var writer = new StringWriter { NewLine = "\n" };
        lines.Write(writer);
        page.Append(writer);
    }

    // Those that do not count in parentheses.
    static string Others(JsonNode row)
    {
        string peers = Times(row["peers"]!.AsObject());
        return row["uncounted"] is JsonObject uncounted ? $"{peers} ({Times(uncounted)})".TrimStart() : peers;
    }

    static string Times(JsonObject sides) =>
        string.Join(", ", sides.Select(side => $"{side.Key} {TextTable.Number((double)side.Value!)}"));

    static double Ratio(JsonNode row) => row["ratio"] is { } ratio ? (double)ratio : double.NaN;

    static string Text(JsonNode table, string name) => (string)table[name]!;
}
