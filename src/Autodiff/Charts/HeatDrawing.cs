namespace Autograd.Charts;

/// <summary>Draws a heat map and its scale of colours.</summary>
sealed class HeatDrawing(HeatMap map, Axis x, Axis y, Ink ink, double right, double top, double bottom)
{
    /// <summary>The room the scale needs at the right.</summary>
    public const double ScaleWidth = 84;

    const int ScaleSteps = 64;
    const double Gap = 14, Thickness = 16;

    /// <summary>The edges of all cells, one more than there are cells; not finite where the places are not.</summary>
    public static double[] Edges(double[] places)
    {
        if (places.Length == 0) return [];
        double half = places.Length < 2 ? 0.5 : (places[^1] / 2 - places[0] / 2) / (places.Length - 1);
        double first = places[0] - half, last = places[^1] + half;
        return [.. Enumerable.Range(0, places.Length + 1).Select(i => first + (last - first) * i / places.Length)];
    }

    public void Draw()
    {
        int rows = map.Values.GetLength(0), columns = map.Values.GetLength(1);
        var finite = Enumerable.Range(0, rows).SelectMany(row => Enumerable.Range(0, columns).Select(column => map.At(row, column)))
            .Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        double low = finite.Min(), high = finite.Max();
        double[] left = Bounds(map.Xs, x), lower = Bounds(map.Ys, y);
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
        double.IsFinite(value) ? high > low ? Axis.Share(value, low, high) : 0.5 : double.NaN;

    // Rounded as they are written, so that a cell ends where the next one begins; none goes on beside the axes, over their labels.
    static double[] Bounds(double[] places, Axis axis) =>
        [.. Edges(places).Select(edge => Math.Round(axis.PlaceWithin(edge), 1))];

    void Cell(double x1, double y1, double x2, double y2, string colour)
    {
        double width = Math.Abs(x2 - x1), height = Math.Abs(y2 - y1);
        if (width > 0 && height > 0) ink.Box(Math.Min(x1, x2), Math.Min(y1, y2), width, height, colour);
    }

    void Scale()
    {
        double step = (bottom - top) / ScaleSteps;
        for (int i = 0; i < ScaleSteps; i++)
            ink.Box(right + Gap, bottom - (i + 1) * step, Thickness, step + 0.5, Palette.OfShare((i + 0.5) / ScaleSteps));
    }

    void Labels(double low, double high)
    {
        double[] ends = map.IsLogarithmic ? [Number(low), Number(high)] : [low, high];
        foreach (var (place, text) in Axis.Over(ends, map.IsLogarithmic, null, 0, bottom, top).Ticks())
            ink.Words(right + Gap + Thickness + 5, place + 4, text, "start");
    }

    // That of the largest number would be rounded to infinity.
    static double Number(double logarithm) => Math.Min(Math.Pow(10, logarithm), double.MaxValue);
}
