using Autograd.Charts;

namespace Autograd;

/// <summary>
/// A picture of numbers: lines with bands, points, bars, arrows or a heat map on linear or logarithmic axes, or axes of words. Numbers that
/// cannot be drawn (NaN, infinities, and those not above 0 on a logarithmic axis) are left out and interrupt a line. It follows the light
/// or dark mode of the reader's system.
/// </summary>
/// <param name="title">The title.</param>
/// <param name="xLabel">The label of the horizontal axis.</param>
/// <param name="yLabel">The label of the vertical axis.</param>
public sealed class Chart(string title, string xLabel, string yLabel)
{
    readonly List<Series> series = [];

    /// <summary>The title.</summary>
    public string Title { get; } = title ?? throw new ArgumentNullException(nameof(title));

    /// <summary>The label of the horizontal axis.</summary>
    public string XLabel { get; } = xLabel ?? throw new ArgumentNullException(nameof(xLabel));

    /// <summary>The label of the vertical axis.</summary>
    public string YLabel { get; } = yLabel ?? throw new ArgumentNullException(nameof(yLabel));

    /// <summary>Whether the horizontal axis is logarithmic.</summary>
    public bool LogX { get; init; }

    /// <summary>Whether the vertical axis is logarithmic.</summary>
    public bool LogY { get; init; }

    /// <summary>The horizontal range; by default, and for an end that cannot be drawn, that of the numbers.</summary>
    public (double Low, double High)? XRange { get; init; }

    /// <summary>The vertical range; by default, and for an end that cannot be drawn, that of the numbers.</summary>
    public (double Low, double High)? YRange { get; init; }

    /// <summary>The smallest number on a logarithmic vertical axis: anything below it, such as rounding noise, is cut off.</summary>
    public double? YFloor { get; init; }

    /// <summary>Words at 0, 1, 2, … on the horizontal axis, in place of numbers: the letters of a text, the names of layers.</summary>
    public IReadOnlyList<string>? XNames { get; init; }

    /// <summary>Words at 0, 1, 2, … on the vertical axis, in place of numbers.</summary>
    public IReadOnlyList<string>? YNames { get; init; }

    internal IReadOnlyList<Series> All => series;

    internal HeatMap? Map { get; private set; }

    /// <summary>The largest x so far, up to which a line for comparison should extend; 0 if there is none.</summary>
    public double LastX => series.SelectMany(one => one.Xs).DefaultIfEmpty(0).Max();

    /// <summary>A line through points in the given order.</summary>
    /// <exception cref="ArgumentException">The numbers of <paramref name="xs"/> and <paramref name="ys"/> differ.</exception>
    public Chart Line(string name, IEnumerable<double> xs, IEnumerable<double> ys) => Add(Kind.Line, name, xs, ys);

    /// <summary>
    /// A line with a band around it, such as the mean over several seeds and its interval. Where the band cannot be drawn, the line has
    /// none.
    /// </summary>
    /// <exception cref="ArgumentException">The numbers of values differ.</exception>
    public Chart Band(string name, IEnumerable<double> xs, IEnumerable<double> ys, IEnumerable<double> lows, IEnumerable<double> highs)
    {
        double[] low = [.. lows], high = [.. highs];
        Add(Kind.Line, name, xs, ys);
        return Complete(low, high, nameof(lows), one => one with { Band = (low, high) });
    }

    /// <summary>Arrows from points to points: the flow of a phase portrait.</summary>
    /// <exception cref="ArgumentException">The numbers of values differ.</exception>
    public Chart Arrows(string name, IEnumerable<double> xs, IEnumerable<double> ys, IEnumerable<double> toXs, IEnumerable<double> toYs)
    {
        double[] toX = [.. toXs], toY = [.. toYs];
        Add(Kind.Arrows, name, xs, ys);
        return Complete(toX, toY, nameof(toXs), one => one with { Ends = (toX, toY) });
    }

    /// <summary>A dashed line, as a reference for others.</summary>
    /// <exception cref="ArgumentException">The numbers of <paramref name="xs"/> and <paramref name="ys"/> differ.</exception>
    public Chart Dashed(string name, IEnumerable<double> xs, IEnumerable<double> ys) => Add(Kind.Dashed, name, xs, ys);

    /// <summary>Points; the more there are, the smaller they are drawn.</summary>
    /// <exception cref="ArgumentException">The numbers of <paramref name="xs"/> and <paramref name="ys"/> differ.</exception>
    public Chart Points(string name, IEnumerable<double> xs, IEnumerable<double> ys) => Add(Kind.Points, name, xs, ys);

    /// <summary>Bars from 0, centred at <paramref name="xs"/>; several sets stand side by side.</summary>
    /// <exception cref="ArgumentException">The numbers of <paramref name="xs"/> and <paramref name="ys"/> differ.</exception>
    public Chart Bars(string name, IEnumerable<double> xs, IEnumerable<double> ys) => Add(Kind.Bars, name, xs, ys);

    /// <summary>A histogram: the share of numbers that fall into each of several equal bins.</summary>
    public Chart Histogram(string name, IEnumerable<double> values, double low, double high, int bins)
    {
        ArgumentNullException.ThrowIfNull(values);
        Require.Length(nameof(Histogram), nameof(bins), Require.AtLeast(nameof(Histogram), nameof(bins), bins, 1));
        Require.Finite(nameof(Histogram), "high − low", high - low);
        var counts = new double[bins];
        double[] all = [.. values];
        foreach (double value in all) counts[Math.Clamp((int)((value - low) / (high - low) * bins), 0, bins - 1)]++;
        double width = (high - low) / bins;
        return Bars(name, Enumerable.Range(0, bins).Select(bin => low + (bin + 0.5) * width),
            counts.Select(count => count / Math.Max(1, all.Length)));
    }

    /// <summary>
    /// A heat map; row 0 is at the bottom. <paramref name="xs"/> and <paramref name="ys"/> are the centres of the columns and rows, evenly
    /// spaced; by default they count from 0. On a logarithmic colour scale, as for gradients by layer and time, numbers not above 0 are
    /// grey, as is NaN on any scale. Cells are cut off at the ends of the axes: a logarithmic one begins, unless it has a range, at the
    /// least edge of a cell that is above 0, and of a cell that reaches down to 0 or below only what is beyond its beginning is drawn.
    /// </summary>
    public Chart Heat(double[,] values, IEnumerable<double>? xs = null, IEnumerable<double>? ys = null, bool isLogarithmic = false)
    {
        ArgumentNullException.ThrowIfNull(values);
        double[] columns = Places(xs, values.GetLength(1), nameof(xs)), rows = Places(ys, values.GetLength(0), nameof(ys));
        Map = new HeatMap(values, columns, rows, isLogarithmic);
        return this;
    }

    /// <summary>The picture as a self-contained SVG document.</summary>
    public string ToSvg() => new ChartDrawing(this).ToSvg();

    static double[] Places(IEnumerable<double>? given, int count, string name)
    {
        double[] places = given is null ? [.. Enumerable.Range(0, count).Select(i => (double)i)] : [.. given];
        return places.Length == count ? places
            : throw new ArgumentException($"Chart.Heat: {name} has {places.Length} numbers; {count} are needed.", name);
    }

    Chart Complete(double[] first, double[] second, string parameter, Func<Series, Series> complete)
    {
        var last = series[^1];
        series.RemoveAt(series.Count - 1);
        if (first.Length != last.Xs.Length || second.Length != last.Xs.Length)
            throw new ArgumentException(
                FormattableString.Invariant($"Chart: '{last.Name}' has {last.Xs.Length} points, but {first.Length} and {second.Length} ")
                + "numbers beside them; as many of all are needed.", parameter);
        series.Add(complete(last));
        return this;
    }

    Chart Add(Kind kind, string name, IEnumerable<double> xs, IEnumerable<double> ys)
    {
        double[] x = [.. xs], y = [.. ys];
        if (x.Length != y.Length)
            throw new ArgumentException(
                $"Chart.{kind}: '{name}' has {x.Length} xs and {y.Length} ys; as many of both are needed.", nameof(ys));
        series.Add(new Series(kind, name, x, y));
        return this;
    }
}
