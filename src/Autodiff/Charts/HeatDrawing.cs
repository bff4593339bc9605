namespace Autograd.Charts;

/// <summary>Draws a heat map and its scale of colours.</summary>
sealed class HeatDrawing(HeatMap map, Axis x, Axis y, Ink ink, double right, double top, double bottom)
{
    /// <summary>The room the scale needs at the right.</summary>
    public const double ScaleWidth = 84;

    const int ScaleSteps = 64;
    const double Gap = 14, Thickness = 16;

    /// <summary>The outer edges of the first and the last cell.</summary>
    public static double[] Edges(double[] places)
    {
        double half = places.Length < 2 ? 0.5 : (places[^1] - places[0]) / (places.Length - 1) / 2;
        return places.Length == 0 ? [] : [places[0] - half, places[^1] + half];
    }

    public void Draw()
    {
        int rows = map.Values.GetLength(0), columns = map.Values.GetLength(1);
        var finite = Enumerable.Range(0, rows).SelectMany(row => Enumerable.Range(0, columns).Select(column => map.At(row, column)))
            .Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        double low = finite.Min(), high = finite.Max();
        double[] left = Bounds(map.Xs, columns, x), lower = Bounds(map.Ys, rows, y);
        // Crisp edges leave no light gaps between neighbouring cells.
        ink.Raw("<g shape-rendering=\"crispEdges\">");
        for (int row = 0; row < rows; row++)
        {
            // Neighbours of one colour are one box: a page of piano rolls stays small.
            for (int from = 0, to; from < columns; from = to)
            {
                string colour = Colour(row, from, low, high);
                for (to = from + 1; to < columns && Colour(row, to, low, high) == colour; to++) { }
                Cell(left[from], lower[row], left[to], lower[row + 1], colour);
            }
        }
        Scale();
        ink.Raw("</g>");
        Labels(low, high);
    }

    string Colour(int row, int column, double low, double high) => Palette.OfShare(Share(map.At(row, column), low, high));

    static double Share(double value, double low, double high) =>
        double.IsFinite(value) ? high > low ? (value - low) / (high - low) : 0.5 : double.NaN;

    static double[] Bounds(double[] places, int count, Axis axis)
    {
        if (count == 0) return [0];
        double[] edges = Edges(places);
        // Rounded as they are written, so that a cell ends where the next one begins.
        return [.. Enumerable.Range(0, count + 1).Select(i => Math.Round(axis.Place(edges[0] + (edges[1] - edges[0]) * i / count), 1))];
    }

    void Cell(double x1, double y1, double x2, double y2, string colour) =>
        ink.Box(Math.Min(x1, x2), Math.Min(y1, y2), Math.Abs(x2 - x1), Math.Abs(y2 - y1), colour);

    void Scale()
    {
        double step = (bottom - top) / ScaleSteps;
        for (int i = 0; i < ScaleSteps; i++)
            ink.Box(right + Gap, bottom - (i + 1) * step, Thickness, step + 0.5, Palette.OfShare((i + 0.5) / ScaleSteps));
    }

    void Labels(double low, double high)
    {
        double[] ends = map.IsLogarithmic ? [Math.Pow(10, low), Math.Pow(10, high)] : [low, high];
        foreach (var (place, text) in Axis.Over(ends, map.IsLogarithmic, null, 0, bottom, top).Ticks())
            ink.Words(right + Gap + Thickness + 5, place + 4, text, "start");
    }
}
