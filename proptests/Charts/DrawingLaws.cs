using System.Globalization;
using System.Xml.Linq;
using Autograd.Charts;

namespace Autograd.PropertyTests;

/// <summary>What is drawn around the numbers of a chart, and in which colours.</summary>
public class DrawingLaws
{
    const int Trials = 100;
    const string Frame = "#666666", Grid = "#e4e4e4";

    // Places are written to a tenth of a pixel.
    const double HalfStep = 0.05;

    /// <summary>
    /// A colour is a share of the way from the least to the largest number; one number alone is in the middle of the scale.
    /// </summary>
    [Law(Trials)]
    public void ACellOfAHeatMapHasTheColourOfItsShare(Draw draw)
    {
        var trial = draw.Of(draw =>
        {
            var (isLogarithmic, kinds) = (draw.Flag(), draw.Whole(1, 3));
            double[] numbers = [.. Enumerable.Range(0, kinds).Select(_ => isLogarithmic ? draw.Number(1e-6, 1) : draw.Number(-9, 9))];
            var map = new double[draw.Whole(1, 4), draw.Whole(1, 6)];
            for (int i = 0; i < map.Length; i++)
                map[i / map.GetLength(1), i % map.GetLength(1)] =
                    draw.Whole(0, 4) == 4 ? draw.OneOf(double.NaN, double.PositiveInfinity, 0, -1) : draw.OneOf(numbers);
            return (Map: map, IsLogarithmic: isLogarithmic);
        });
        var (rows, columns) = (trial.Map.GetLength(0), trial.Map.GetLength(1));
        double Height(double value) => trial.IsLogarithmic ? Math.Log10(value) : value;
        double[] heights = [.. trial.Map.Cast<double>().Select(Height).Where(double.IsFinite).DefaultIfEmpty(0)];
        double low = heights.Min(), high = heights.Max();
        var svg = XDocument.Parse(new Chart("", "", "").Heat(trial.Map, isLogarithmic: trial.IsLogarithmic).ToSvg());
        var frame = FrameOf(svg);
        // The cells are drawn first, and the scale beside them.
        var boxes = Of(svg, "rect").Where(box => box.Parent!.Attribute("shape-rendering") is not null).ToList();
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                double x = frame.Left + (column + 0.5) / columns * (frame.Right - frame.Left);
                double y = frame.Bottom - (row + 0.5) / rows * (frame.Bottom - frame.Top), height = Height(trial.Map[row, column]);
                double share = !double.IsFinite(height) ? double.NaN : low == high ? 0.5 : (height - low) / (high - low);
                var box = Assert.Single(boxes, box => IsIn(x, box, "x", "width") && IsIn(y, box, "y", "height"));
                Assert.Equal(Palette.OfShare(share), box.Attribute("fill")!.Value);
            }
        }
    }

    /// <summary>
    /// Every tick that is named has its mark at the frame, at the place of what its name says, and a line of the grid, unless there is a
    /// heat map.
    /// </summary>
    [Law(Trials)]
    public void EveryNameOfAnAxisHasItsMark(Draw draw)
    {
        var trial = draw.Of(draw => (X: RandomSide(draw), Y: RandomSide(draw), IsHeat: draw.Flag()));
        var chart = new Chart("title", "x", "y")
        {
            LogX = trial.X.IsLogarithmic, LogY = trial.Y.IsLogarithmic, XRange = trial.X.Range, YRange = trial.Y.Range,
            XNames = trial.X.Names, YNames = trial.Y.Names,
        };
        if (trial.IsHeat) chart.Heat(new double[2, 3]);
        var svg = XDocument.Parse(chart.ToSvg());
        var frame = FrameOf(svg);
        var lines = Of(svg, "line").ToList();
        var below = lines.Where(line => Is(line, Frame) && At(line, "y1") == frame.Bottom && At(line, "y2") > frame.Bottom).ToList();
        var beside = lines.Where(line => Is(line, Frame) && At(line, "x2") == frame.Left && At(line, "x1") < frame.Left).ToList();
        Assert.Equal(lines.Count(line => Is(line, Frame)), below.Count + beside.Count);
        Assert.All(below, line => Assert.Equal(At(line, "x1"), At(line, "x2")));
        Assert.All(beside, line => Assert.Equal(At(line, "y1"), At(line, "y2")));
        // What is written below stands in the middle under its place, and what is written beside ends there.
        Marked(trial.X, Words(svg, "middle").Select(word => (At(word, "x"), word.Value)), below.Select(line => At(line, "x1")),
            frame.Left, frame.Right);
        Marked(trial.Y, Words(svg, "end").Select(word => (At(word, "y") - 4, word.Value)), beside.Select(line => At(line, "y1")),
            frame.Bottom, frame.Top);
        var grid = lines.Where(line => Is(line, Grid)).ToList();
        if (trial.IsHeat)
        {
            Assert.Empty(grid);
            return;
        }
        var upright = grid.Where(line => (At(line, "y1"), At(line, "y2")) == (frame.Top, frame.Bottom)).Select(line => At(line, "x1"));
        var level = grid.Where(line => (At(line, "x1"), At(line, "x2")) == (frame.Left, frame.Right)).Select(line => At(line, "y1"));
        Assert.Superset(below.Select(line => At(line, "x1")).ToHashSet(), upright.ToHashSet());
        Assert.Superset(beside.Select(line => At(line, "y1")).ToHashSet(), level.ToHashSet());
    }

    static void Marked(Side side, IEnumerable<(double Place, string Text)> words, IEnumerable<double> marks, double start, double end)
    {
        var named = words.Where(word => word.Text.Length > 0).ToList();
        Assert.Equal(named.Count, marks.Count());
        Assert.All(named.Zip(marks), pair => Assert.Equal(pair.First.Place, pair.Second, 2 * HalfStep + Near.Rounding(1000)));
        var axis = Axis.Over([], side.IsLogarithmic, side.Range, 0, start, end);
        foreach (var (place, text) in named)
        {
            double number = double.Parse(text.Replace("name ", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
            // A text has the digits of a step, which is at least a hundredth of the axis.
            double digits = side.Names is null ? 0.01 * Math.Abs(end - start) : 0;
            Assert.Equal(axis.Place(number), place, digits + HalfStep + Near.Rounding(1000));
        }
        if (side.Names is { } names)
            Assert.Equal(names.Where((_, i) => axis.IsInside(i)), named.Select(word => word.Text));
        else Assert.NotEmpty(named);
    }

    sealed record Side(bool IsLogarithmic, (double Low, double High) Range, string[]? Names);

    // A logarithmic axis of two decades at least, so that one of them is named.
    static Side RandomSide(Draw draw)
    {
        int kind = draw.Whole(0, 2);
        double low = draw.Number(-3, 3), width = draw.Number(2, 6);
        string[]? names = kind == 2 ? [.. Enumerable.Range(0, draw.Whole(0, 6)).Select(i => $"name {i}")] : null;
        return kind == 1 ? new(true, (Math.Pow(10, low), Math.Pow(10, low + width)), null) : new(false, (low, low + width), names);
    }

    static IEnumerable<XElement> Of(XDocument svg, string kind) =>
        svg.Descendants().Where(element => element.Name.LocalName == kind);

    // The title and the names of the axes are larger.
    static IEnumerable<XElement> Words(XDocument svg, string anchor) => Of(svg, "text")
        .Where(text => (text.Attribute("text-anchor")!.Value, text.Attribute("font-size")!.Value) == (anchor, "12"));

    static (double Left, double Top, double Right, double Bottom) FrameOf(XDocument svg)
    {
        var box = Of(svg, "rect").Single(box => box.Attribute("fill")?.Value == "none");
        return (At(box, "x"), At(box, "y"), At(box, "x") + At(box, "width"), At(box, "y") + At(box, "height"));
    }

    static bool Is(XElement line, string colour) => line.Attribute("stroke")!.Value == colour;

    static bool IsIn(double place, XElement box, string from, string length) =>
        place > At(box, from) && place < At(box, from) + At(box, length);

    static double At(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
