using System.Text;

namespace Autograd.Charts;

/// <summary>
/// A page of HTML that needs nothing but itself: no script, no font, no picture from elsewhere. Light or dark as the reader's system is;
/// what is too wide scrolls by itself, also by keyboard, and a shadow at its edge says that there is more.
/// </summary>
sealed class Page(string title)
{
    const string Style = """
        :root{color-scheme:light dark;--paper:#fff;--ink:#222;--line:#ddd;--shade:#0003;--soft:#f5f5f5}
        @media (prefers-color-scheme:dark){:root{--paper:#16181c;--ink:#e2e2e2;--line:#3a3d42;--shade:#fff4;--soft:#1f2227}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,Helvetica,Arial,sans-serif}
        main{max-width:60rem;margin:0 auto;padding:1rem}
        h1{font-size:1.5rem;line-height:1.25;overflow-wrap:anywhere}h2{font-size:1.15rem;margin:2rem 0 .5rem}
        .wide{overflow-x:auto;margin:.5rem 0;background:
          linear-gradient(to right,var(--paper) 30%,transparent) left/3rem 100% no-repeat local,
          linear-gradient(to left,var(--paper) 30%,transparent) right/3rem 100% no-repeat local,
          linear-gradient(to right,var(--shade),transparent) left/1rem 100% no-repeat scroll,
          linear-gradient(to left,var(--shade),transparent) right/1rem 100% no-repeat scroll}
        table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
        th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top}
        pre{background:var(--soft);padding:.75rem;margin:0;font-size:.85rem;white-space:pre-wrap;overflow-wrap:anywhere}
        p{overflow-wrap:anywhere}
        svg{display:block;width:100%;min-width:30rem;max-width:45rem;height:auto}
        """;

    readonly StringBuilder body = new();

    /// <summary>The seconds after which a browser loads the page again; 0, the default, for never.</summary>
    public int Reload { get; init; }

    public Page Heading(string words) => Add($"<h2>{Ink.Escape(words)}</h2>");

    public Page Text(string words) => words.Length == 0 ? this : Add($"<p>{Ink.Escape(words)}</p>");

    public Page Listing(string words, string label) =>
        Add($"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{Ink.Escape(label)}\"><pre>{Ink.Escape(words)}</pre></div>");

    public Page Picture(Chart chart) => Add(
        $"<figure class=\"wide\" tabindex=\"0\" style=\"margin-inline:0\" aria-label=\"{Ink.Escape(chart.Title)}\">\n"
        + $"{chart.ToSvg()}</figure>");

    public Page Table(string label, IReadOnlyList<string> names, IEnumerable<IReadOnlyList<string>> rows)
    {
        Add($"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{Ink.Escape(label)}\"><table>");
        Add($"<tr>{string.Concat(names.Select(name => $"<th scope=\"col\">{Ink.Escape(name)}</th>"))}</tr>");
        foreach (var row in rows) Add($"<tr>{string.Concat(row.Select(cell => $"<td>{Ink.Escape(cell)}</td>"))}</tr>");
        return Add("</table></div>");
    }

    public override string ToString() => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">{Refresh}
        <link rel="icon" href="data:,">
        <title>{Ink.Escape(title)}</title>
        <style>
        {Style}
        </style>
        </head>
        <body>
        <main>
        <h1>{Ink.Escape(title)}</h1>
        {body}</main>
        </body>
        </html>

        """;

    string Refresh => Reload == 0 ? "" : FormattableString.Invariant($"\n<meta http-equiv=\"refresh\" content=\"{Reload}\">");

    Page Add(string element)
    {
        body.Append(element).Append('\n');
        return this;
    }
}
