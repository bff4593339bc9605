using System.Text;

namespace Autograd.Charts;

/// <summary>Draws one set of numbers.</summary>
sealed class SeriesDrawing(Series series, Axis x, Axis y, string colour, Ink ink)
{
    const int FewPoints = 60, SomePoints = 400, ManyPoints = 3000, MostLinePoints = 3000;
    const double BarShare = 0.86, ArrowHead = 5;

    public void Draw(int set, int sets)
    {
        switch (series.Kind)
        {
            case Kind.Points: Points(); break;
            case Kind.Bars: Bars(set, sets); break;
            case Kind.Arrows: Arrows(); break;
            default: Line(); break;
        }
    }

    public static string Dash(Kind kind) => kind == Kind.Dashed ? " stroke-dasharray=\"6 4\"" : "";

    /// <summary>The least distance of two bars that have a place.</summary>
    public static double Spacing(double[] xs)
    {
        double[] sorted = [.. xs.Where(double.IsFinite).Distinct().Order()];
        return sorted.Length < 2 ? 1 : sorted.Zip(sorted.Skip(1), (a, b) => b - a).Min();
    }

    void Line()
    {
        if (series.Band is { } band) Band(band.Lows, band.Highs);
        var path = new StringBuilder();
        bool isInterrupted = true;
        foreach (int i in Thinned())
        {
            bool isDrawable = x.IsDrawable(series.Xs[i]) && y.IsDrawable(series.Ys[i]);
            if (isDrawable) path.Append(isInterrupted ? 'M' : 'L').Append(Place(i));
            isInterrupted = !isDrawable;
        }
        if (path.Length > 0)
            ink.Raw($"<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.8\" "
                + $"stroke-linejoin=\"round\"{Dash(series.Kind)}/>");
    }

    // Stretches where both edges can be drawn, each out along one edge and back along the other.
    void Band(double[] lows, double[] highs)
    {
        var path = new StringBuilder();
        for (int from = 0, to; from < series.Xs.Length; from = to + 1)
        {
            for (to = from; to < series.Xs.Length && IsDrawable(to); to++)
                path.Append(to == from ? 'M' : 'L').Append(Place(series.Xs[to], highs[to]));
            for (int i = to - 1; i >= from; i--) path.Append('L').Append(Place(series.Xs[i], lows[i]));
            if (to > from) path.Append('Z');
        }
        if (path.Length > 0) ink.Raw($"<path d=\"{path}\" fill=\"{colour}\" fill-opacity=\"0.2\"/>");

        bool IsDrawable(int i) => x.IsDrawable(series.Xs[i]) && y.IsDrawable(lows[i]) && y.IsDrawable(highs[i]);
    }

    void Arrows()
    {
        var (toXs, toYs) = series.Ends!.Value;
        var path = new StringBuilder();
        for (int i = 0; i < series.Xs.Length; i++)
        {
            if (!x.IsDrawable(series.Xs[i]) || !y.IsDrawable(series.Ys[i]) || !x.IsDrawable(toXs[i]) || !y.IsDrawable(toYs[i])) continue;
            double tipX = x.Place(toXs[i]), tipY = y.Place(toYs[i]);
            double angle = Math.Atan2(tipY - y.Place(series.Ys[i]), tipX - x.Place(series.Xs[i]));
            path.Append('M').Append(Place(i)).Append('L').Append(At(tipX, tipY));
            foreach (double side in (ReadOnlySpan<double>)[-0.5, 0.5])
                path.Append('M').Append(At(tipX, tipY))
                    .Append('L').Append(At(tipX - ArrowHead * Math.Cos(angle + side), tipY - ArrowHead * Math.Sin(angle + side)));
        }
        if (path.Length > 0) ink.Raw($"<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.2\"/>");
    }

    // Of a long line the lowest and the highest point of each stretch: what the eye sees of it.
    IEnumerable<int> Thinned()
    {
        int count = series.Xs.Length;
        if (count <= MostLinePoints) return Enumerable.Range(0, count);
        int stretch = (2 * count + MostLinePoints - 1) / MostLinePoints;
        return Enumerable.Range(0, count).Chunk(stretch).SelectMany(part => Extremes(part));
    }

    IEnumerable<int> Extremes(int[] part)
    {
        int low = part.MinBy(i => series.Ys[i]), high = part.MaxBy(i => series.Ys[i]);
        return low == high ? [low] : low < high ? [low, high] : [high, low];
    }

    void Points()
    {
        var seen = new HashSet<string>();
        var path = new StringBuilder();
        for (int i = 0; i < series.Xs.Length; i++)
        {
            if (!x.IsDrawable(series.Xs[i]) || !y.IsDrawable(series.Ys[i])) continue;
            string place = Place(i);
            if (seen.Add(place)) path.Append('M').Append(place).Append("h0");
        }
        double size = seen.Count <= FewPoints ? 6 : seen.Count <= SomePoints ? 4 : seen.Count <= ManyPoints ? 2.4 : 1.2;
        if (seen.Count > 0) ink.Raw($"<path d=\"{path}\" stroke=\"{colour}\" stroke-width=\"{Ink.At(size)}\" stroke-linecap=\"round\"/>");
    }

    void Bars(int set, int sets)
    {
        double width = Spacing(series.Xs) * BarShare / Math.Max(1, sets);
        for (int i = 0; i < series.Xs.Length; i++)
        {
            double from = series.Xs[i] + (set - sets / 2.0) * width;
            if (!x.IsDrawable(from) || !y.IsDrawable(series.Ys[i])) continue;
            double left = x.Place(from), top = y.Place(series.Ys[i]), foot = y.Place(0);
            ink.Box(left, Math.Min(top, foot), Math.Max(0.5, x.Place(from + width) - left), Math.Abs(foot - top), colour);
        }
    }

    string Place(int i) => Place(series.Xs[i], series.Ys[i]);

    string Place(double across, double up) => At(x.Place(across), y.Place(up));

    static string At(double across, double up) => $"{Ink.At(across)} {Ink.At(up)}";
}
