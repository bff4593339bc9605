using System.Globalization;
using System.Text;
using Autograd.Charts;
using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>The results of a sweep: a row for each setting, in their order, with means and intervals over seeds.</summary>
public sealed class SweepTable
{
    static readonly string[] Names = ["setting", "parameters", "runs", "failed", "mean", "95 % interval", "best", "worst", "seconds"];

    internal SweepTable(IReadOnlyList<string> settings, int seeds, bool largerIsBetter, IEnumerable<SweepResult> results)
    {
        var bySetting = results.ToLookup(result => result.Setting);
        Rows = [.. settings.Select(name => new SweepRow(name, [.. bySetting[name].OrderBy(result => result.Seed)], largerIsBetter))];
        IsComplete = Rows.All(row => row.Results.Count == seeds);
    }

    /// <summary>The settings.</summary>
    public IReadOnlyList<SweepRow> Rows { get; }

    /// <summary>Whether all runs are finished; false for a sweep that was cancelled.</summary>
    public bool IsComplete { get; }

    /// <summary>The mean of each setting over its seeds at each step, with its interval, from what the runs reported.</summary>
    public Chart ToChart(string title = "Sweep", string xLabel = "training step", string yLabel = "validation")
    {
        var chart = new Chart(title, xLabel, yLabel);
        foreach (var row in Rows)
        {
            var points = row.Results.Where(result => result.Error is null).SelectMany(result => result.Curve).GroupBy(point => point.Step)
                .OrderBy(group => group.Key)
                .Select(group => (group.Key, Values: Spread.Of([.. group.Select(point => point.Value)]))).ToList();
            if (points.Count == 0) continue;
            chart.Band(
                row.Setting, points.Select(point => (double)point.Key), points.Select(point => point.Values.Mean),
                points.Select(point => point.Values.Mean - (point.Values.HalfWidth ?? 0)),
                points.Select(point => point.Values.Mean + (point.Values.HalfWidth ?? 0)));
        }
        return chart;
    }

    /// <summary>The table as text in columns.</summary>
    public override string ToString() => string.Join('\n', TextColumns.Lines(Names, Cells()));

    /// <summary>All runs, one per line, with a header: comma-separated values as defined in RFC 4180.</summary>
    public string ToCsv()
    {
        var text = new StringBuilder("setting,seed,value,parameters,seconds,error\r\n");
        foreach (var result in Rows.SelectMany(row => row.Results))
            text.Append(CultureInfo.InvariantCulture, $"{Quoted(result.Setting)},{result.Seed},{result.Value:R},{result.ParameterCount},")
                .Append(CultureInfo.InvariantCulture, $"{result.Seconds:F3},{Quoted(result.Error ?? "")}\r\n");
        return text.ToString();
    }

    /// <summary>Table, chart and failures as a self-contained HTML page.</summary>
    public string ToHtml(string title = "Sweep")
    {
        ArgumentNullException.ThrowIfNull(title);
        var page = new Page(title).Table("Settings", Names, Cells());
        if (Rows.Any(row => row.Results.Any(result => result.Curve.Count > 0)))
            page.Heading("Curves").Text("Means over seeds, with their 95 % intervals.").Picture(ToChart(title));
        var failed = Rows.SelectMany(row => row.Results).Where(result => result.Error is not null).ToList();
        if (failed.Count > 0)
            page.Heading("Failed").Table(
                "Failed runs", ["setting", "seed", "error"], failed.Select(run => (string[])[run.Setting, Text(run.Seed), run.Error!]));
        return page.ToString();
    }

    IEnumerable<string[]> Cells() => Rows.Select(row => (string[])
        [row.Setting, row.ParameterCount is { } count ? Text(count) : "", Text(row.Results.Count), Text(row.Failed), Text(row.Mean),
            row.HalfWidth is { } half ? $"±{Text(half)}" : "", Text(row.Best), Text(row.Worst),
            row.Results.Sum(result => result.Seconds).ToString("F1", CultureInfo.InvariantCulture)]);

    static string Quoted(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    static string Text(double value) => value.ToString("G5", CultureInfo.InvariantCulture);

    static string Text(long value) => Invariant($"{value}");
}

/// <summary>A setting of a sweep.</summary>
public sealed class SweepRow
{
    internal SweepRow(string setting, IReadOnlyList<SweepResult> results, bool largerIsBetter)
    {
        Setting = setting;
        Results = results;
        double[] values = [.. results.Where(result => result.Error is null).Select(result => result.Value)];
        (Mean, HalfWidth) = Spread.Of(values);
        Failed = results.Count - values.Length;
        if (values.Length == 0) return;
        Best = largerIsBetter ? values.Max() : values.Min();
        Worst = largerIsBetter ? values.Min() : values.Max();
    }

    /// <summary>Its name.</summary>
    public string Setting { get; }

    /// <summary>Its finished runs in the order of their seeds, including those that failed.</summary>
    public IReadOnlyList<SweepResult> Results { get; }

    /// <summary>How many runs threw.</summary>
    public int Failed { get; }

    /// <summary>The mean over the runs that did not fail; NaN without any.</summary>
    public double Mean { get; }

    /// <summary>
    /// Half the width of the 95 % confidence interval of the mean, t · s / √n with Student's t of n − 1 degrees of freedom (Student 1908),
    /// for normally distributed runs; null for fewer than two runs.
    /// </summary>
    public double? HalfWidth { get; }

    /// <summary>The best run's value; NaN without any.</summary>
    public double Best { get; } = double.NaN;

    /// <summary>The worst run's value; NaN without any.</summary>
    public double Worst { get; } = double.NaN;

    /// <summary>The number of parameters as set by the runs; null if they did not.</summary>
    public long? ParameterCount => Results.Select(result => result.ParameterCount).FirstOrDefault(count => count is not null);
}
