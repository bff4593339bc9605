using System.Net;
using System.Text;

namespace Autograd.Lectures;

/// <summary>The page: a table of all verdicts, then a section for each demonstration. One file, nothing is loaded from elsewhere.</summary>
static class Page
{
    const string Style = """
        body { font: 16px/1.5 Georgia, 'Times New Roman', serif; color: #222; max-width: 780px; margin: 2em auto; padding: 0 1em; }
        h1, h2, th, .badge, nav { font-family: Helvetica, Arial, sans-serif; }
        h2 { border-top: 1px solid #ccc; padding-top: 1em; margin-top: 2.2em; font-size: 1.3em; }
        table { border-collapse: collapse; margin: 1em 0; font-size: 0.88em; }
        th, td { padding: 0.25em 0.8em; text-align: left; border-bottom: 1px solid #ddd; vertical-align: top; }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        pre { background: #f6f6f2; padding: 0.8em 1em; overflow-x: auto; font-size: 0.82em; line-height: 1.35; white-space: pre-wrap; }
        svg { max-width: 100%; height: auto; display: block; margin: 1em auto; }
        .claim { font-style: italic; border-left: 4px solid #0072b2; padding-left: 1em; margin: 1em 0; }
        .badge { font-size: 0.8em; font-weight: bold; color: #fff; border-radius: 4px; padding: 0.1em 0.6em; white-space: nowrap; }
        .good { background: #00794f; } .bad { background: #b8321c; } .open { background: #777; }
        a { color: #005a8c; text-decoration: none; }
        @media print { h2 { break-after: avoid; } svg, tr { break-inside: avoid; } }
        """;

    public static void Write(RunOptions options, IReadOnlyList<Done> done) =>
        Examples.WholeFile.Write(Path.GetFullPath(options.Output), Of(options, done));

    public static string Of(RunOptions options, IReadOnlyList<Done> done)
    {
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" " +
            "content=\"width=device-width, initial-scale=1\">");
        html.Append($"<title>Recurrent networks: the lectures' claims, measured</title>\n<style>\n{Style}\n</style></head><body>\n");
        html.Append("<h1>Recurrent networks: the lectures’ claims, measured</h1>\n");
        html.Append($"<p>Each row is one claim, the experiment that measures it, and the verdict: it holds if everything that was " +
            $"measured reaches its limit, and is “not shown” if only a claim of a lecture does not. " +
            $"{(options.Quick ? "Quick run; seeds" : "Seeds")} per experiment: {options.Seeds}.</p>\n");
        Overview(html, done);
        foreach (var one in done) Section(html, one);
        return html.Append("</body></html>\n").ToString();
    }

    static void Overview(StringBuilder html, IReadOnlyList<Done> done)
    {
        html.Append("<table><tr><th>id</th><th>demonstration</th><th>verdict</th><th class=\"number\">measures</th><th " +
            "class=\"number\">time</th></tr>\n");
        foreach (var one in done)
        {
            html.Append($"<tr><td><a href=\"#{Text(one.Demonstration.Id)}\">{Text(one.Demonstration.Id)}</a></td>")
                .Append($"<td>{Text(one.Demonstration.Title)}</td><td>{Badge(one.Verdict)}</td>");
            html.Append($"<td class=\"number\">{one.Held}</td><td class=\"number\">{Numbers.Seconds(one.Time)}</td></tr>\n");
        }
        html.Append("</table>\n");
    }

    static void Section(StringBuilder html, Done done)
    {
        var demonstration = done.Demonstration;
        html.Append($"<section id=\"{Text(demonstration.Id)}\"><h2>{Text(demonstration.Id)} &ensp; {Text(demonstration.Title)} &ensp; " +
            $"{Badge(done.Verdict)}</h2>\n");
        html.Append($"<p class=\"claim\">{Text(demonstration.Claim)}</p>\n");
        Measures(html, done.Report.Measures);
        if (done.Verdict.Outcome == Outcome.Error) html.Append($"<pre>{Text(done.Verdict.Reason)}</pre>\n");
        foreach (var block in done.Report.Blocks) Add(html, block);
        html.Append("</section>\n");
    }

    static void Measures(StringBuilder html, IReadOnlyList<Measurement> measures)
    {
        if (measures.Count == 0) return;
        html.Append("<table><tr><th>measured</th><th class=\"number\">value</th><th>limit</th><th></th></tr>\n");
        foreach (var measure in measures)
        {
            string mark = measure.Holds ? "<span class=\"badge good\">holds</span>"
                : $"<span class=\"badge {(measure.IsClaim ? "open" : "bad")}\">{(measure.IsClaim ? "not shown" : "does not")}</span>";
            html.Append($"<tr><td>{Text(measure.What)}</td><td " +
                $"class=\"number\">{measure.Number}</td><td>{Text(measure.Limit)}</td><td>{mark}</td></tr>\n");
        }
        html.Append("</table>\n");
    }

    static void Add(StringBuilder html, Block block)
    {
        switch (block)
        {
            case TextBlock text: html.Append($"<p>{Text(text.Line)}</p>\n"); break;
            case PreformattedBlock preformatted: html.Append($"<pre>{Text(preformatted.Text)}</pre>\n"); break;
            case TableBlock table: Table(html, table); break;
            case ChartBlock chart: html.Append("<figure style=\"margin:0\">").Append(chart.Chart.ToSvg()).Append("</figure>\n"); break;
            default: throw new NotSupportedException($"Page: a {block.GetType().Name} has no form on the page.");
        }
    }

    static void Table(StringBuilder html, TableBlock table)
    {
        string[] kinds = [.. table.Header.Select((_, column) => TextTable.IsNumeric(table.Rows, column) ? " class=\"number\"" : "")];
        html.Append("<table><tr>").AppendJoin("", table.Header.Select((name, column) => $"<th{kinds[column]}>{Text(name)}</th>"))
            .Append("</tr>\n");
        foreach (string[] row in table.Rows)
            html.Append("<tr>").AppendJoin("", row.Select((cell, column) => $"<td{kinds[column]}>{Text(cell)}</td>")).Append("</tr>\n");
        html.Append("</table>\n");
    }

    static string Badge(Verdict verdict)
    {
        string kind = verdict.Outcome switch { Outcome.Holds => "good", Outcome.Stopped or Outcome.NotShown => "open", _ => "bad" };
        return $"<span class=\"badge {kind}\">{verdict.ToString().ToLowerInvariant()}</span>";
    }

    static string Text(string words) => WebUtility.HtmlEncode(words);
}
