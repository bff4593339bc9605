namespace Autograd.Charts;

/// <summary>Draws a chart: frame, axes, what is in it, and the legend below.</summary>
sealed class ChartDrawing
{
    const double Width = 720, Left = 74, Right = 18, Top = 34, PlotHeight = 320, Foot = 52, LegendRow = 20, LetterWidth = 6.6,
        CapitalWidth = 8.8, SampleWidth = 42;
    // A reader's dark system turns the few colours that need it. Attributes stay, for readers that know no style.
    const string Dark = "<style>@media (prefers-color-scheme:dark){.chart{fill:#e2e2e2}.chart [fill=\"#ffffff\"]{fill:#16181c}"
        + ".chart [stroke=\"#e4e4e4\"]{stroke:#33363b}.chart [stroke=\"#666666\"]{stroke:#9a9a9a}"
        + ".chart [fill=\"#000000\"]{fill:#ffffff}.chart [stroke=\"#000000\"]{stroke:#ffffff}"
        + ".chart [fill=\"#0072b2\"]{fill:#3391d1}.chart [stroke=\"#0072b2\"]{stroke:#3391d1}}</style>";

    const string Grid = "#e4e4e4", Frame = "#666666", Paper = "#ffffff";

    readonly Chart chart;
    readonly Axis x, y;
    readonly Ink ink = new();
    readonly double plotRight, bottom = Top + PlotHeight;

    public ChartDrawing(Chart chart)
    {
        this.chart = chart;
        // A heat map has its scale at the right.
        plotRight = Width - Right - (chart.Map is null ? 0 : HeatDrawing.ScaleWidth);
        bool hasBars = chart.All.Any(series => series.Kind == Kind.Bars), isHeat = chart.Map is not null;
        x = Axis.Over(Xs(), chart.LogX, chart.XRange, isHeat || chart.LogX ? 0 : 0.015, Left, plotRight);
        var ys = chart.YFloor is { } floor ? Ys().Where(value => value >= floor).Append(floor) : Ys();
        y = Axis.Over(hasBars && !chart.LogY ? ys.Append(0) : ys, chart.LogY, chart.YRange, isHeat ? 0 : 0.04, bottom, Top);
    }

    public string ToSvg()
    {
        var legend = Legend();
        double height = bottom + Foot + legend.Count * LegendRow;
        ink.Raw($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Ink.At(Width)} {Ink.At(height)}\" width=\"{Ink.At(Width)}\" "
            + $"height=\"{Ink.At(height)}\" font-family=\"Helvetica, Arial, sans-serif\" fill=\"#222222\" class=\"chart\" role=\"img\" "
            + $"aria-label=\"{Ink.Escape(chart.Title)}\">");
        ink.Raw(Dark);
        ink.Box(0, 0, Width, height, Paper);
        ink.Words((Left + plotRight) / 2, 20, chart.Title, size: 15);
        if (chart.Map is { } map) new HeatDrawing(map, x, y, ink, plotRight, Top, bottom).Draw();
        Ticks();
        Contents();
        ink.Box(Left, Top, plotRight - Left, PlotHeight, "none", $" stroke=\"{Frame}\"");
        ink.Words((Left + plotRight) / 2, bottom + 40, chart.XLabel, size: 13);
        ink.Words(0, 0, chart.YLabel, size: 13, style: $" transform=\"translate(16 {Ink.At((Top + bottom) / 2)}) rotate(-90)\"");
        for (int row = 0; row < legend.Count; row++) Samples(legend[row], bottom + Foot + row * LegendRow + 8);
        return ink.Raw("</svg>").ToString();
    }

    IEnumerable<double> Xs() => chart.All.SelectMany(series => series.Kind == Kind.Bars ? [.. series.Xs, .. BarEnds(series.Xs)] : series.Xs)
        .Concat(chart.All.SelectMany(series => series.Ends?.Xs ?? []))
        .Concat(chart.Map is { } map ? HeatDrawing.Edges(map.Xs) : []);

    IEnumerable<double> Ys() => chart.All.SelectMany(series => series.Ys)
        .Concat(chart.All.SelectMany(series => series.Ends?.Ys ?? []))
        .Concat(chart.All.SelectMany(series => series.Band is { } band ? band.Lows.Concat(band.Highs) : []))
        .Concat(chart.Map is { } map ? HeatDrawing.Edges(map.Ys) : []);

    static double[] BarEnds(double[] xs)
    {
        double[] places = [.. xs.Where(double.IsFinite)];
        double half = SeriesDrawing.Spacing(places) / 2;
        return places.Length == 0 ? [] : [places.Min() - half, places.Max() + half];
    }

    void Ticks()
    {
        bool isHeat = chart.Map is not null;
        foreach (var (place, text) in Marks(x, chart.XNames))
        {
            if (!isHeat) ink.Rule(place, Top, place, bottom, Grid);
            if (text.Length > 0) ink.Rule(place, bottom, place, bottom + 4, Frame);
            ink.Words(place, bottom + 18, text);
        }
        foreach (var (place, text) in Marks(y, chart.YNames))
        {
            if (!isHeat) ink.Rule(Left, place, plotRight, place, Grid);
            if (text.Length > 0) ink.Rule(Left - 4, place, Left, place, Frame);
            ink.Words(Left - 8, place + 4, text, "end");
        }
    }

    static IEnumerable<(double Place, string Text)> Marks(Axis axis, IReadOnlyList<string>? names) => names is null ? axis.Ticks()
        : names.Select((name, i) => (Place: axis.Place(i), name, IsInside: axis.IsInside(i))).Where(mark => mark.IsInside)
            .Select(mark => (mark.Place, mark.name));

    void Contents()
    {
        string id = $"c{(uint)chart.Title.Aggregate(17, (hash, letter) => hash * 31 + letter)}w{Ink.At(plotRight)}";
        ink.Raw($"<clipPath id=\"{id}\"><rect x=\"{Ink.At(Left)}\" y=\"{Ink.At(Top)}\" width=\"{Ink.At(plotRight - Left)}\" "
            + $"height=\"{Ink.At(PlotHeight)}\"/></clipPath>");
        ink.Raw($"<g clip-path=\"url(#{id})\">");
        int sets = chart.All.Count(series => series.Kind == Kind.Bars), set = 0;
        for (int i = 0; i < chart.All.Count; i++)
            new SeriesDrawing(chart.All[i], x, y, Palette.Of(i), ink).Draw(chart.All[i].Kind == Kind.Bars ? set++ : 0, sets);
        ink.Raw("</g>");
    }

    // Which series stand in which row below the picture. One without a name needs no legend, nor does the only one.
    List<List<int>> Legend()
    {
        var rows = new List<List<int>>();
        double used = double.PositiveInfinity;
        for (int i = 0; i < chart.All.Count; i++)
        {
            if (chart.All[i].Name.Length == 0) continue;
            double width = LegendWidth(chart.All[i].Name);
            if (used + width > plotRight - Left)
            {
                rows.Add([]);
                used = 0;
            }
            rows[^1].Add(i);
            used += width;
        }
        return rows;
    }

    // No font is at hand to measure with: capitals are wider.
    static double LegendWidth(string name) => SampleWidth + name.Sum(letter => char.IsUpper(letter) ? CapitalWidth : LetterWidth);

    void Samples(List<int> row, double place)
    {
        double at = Left;
        foreach (int i in row)
        {
            var series = chart.All[i];
            if (series.Kind is Kind.Line or Kind.Dashed)
                ink.Raw($"<path d=\"M{Ink.At(at)} {Ink.At(place - 4)}h20\" stroke=\"{Palette.Of(i)}\" "
                    + $"stroke-width=\"2.5\"{SeriesDrawing.Dash(series.Kind)}/>");
            else ink.Box(at + 5, place - 9, 10, 10, Palette.Of(i), series.Kind == Kind.Points ? " rx=\"5\"" : "");
            ink.Words(at + 25, place, series.Name, "start");
            at += LegendWidth(series.Name);
        }
    }
}
