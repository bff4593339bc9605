using System.Xml.Linq;
using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>The pictures show the numbers that they are given.</summary>
public class PictureLaws
{
    const int Trials = 60;

    /// <summary>Equal ratios are equal steps of colour, and what has vanished has none.</summary>
    [Law(Trials)]
    public void GradientsByTimeHaveTheColoursOfTheirLogarithms(Draw draw)
    {
        var norms = draw.Of(draw => Rows(draw, () => draw.Whole(0, 9) == 9 ? 0 : Math.Pow(10, draw.Number(-12, 3))));
        var logarithms = Grid(norms, norm => norm == 0 ? double.NaN : Math.Log10(norm));
        Assert.Equal(Boxes(new Chart("", "", "").Heat(logarithms)), Boxes(Pictures.GradientsByTime("", norms)));
        string[] names = [.. norms.Select((_, row) => $"layer {row}")];
        Assert.Equal(names, Words(Pictures.GradientsByTime("", norms, names)).Where(names.Contains));
    }

    /// <summary>Time goes to the right and units upwards, with the text below.</summary>
    [Law(Trials)]
    public void OverTextHasARowForEachUnit(Draw draw)
    {
        var units = draw.Of(draw => Rows(draw, () => draw.Number(-1, 1)));
        var values = Functions.Transpose(Tensor.From(Grid(units, value => value)));
        Assert.Equal(Boxes(new Chart("", "", "").Heat(Grid(units, value => value))), Boxes(Pictures.OverText("", values)));
        string[] letters = [.. units[0].Select((_, step) => step == 0 ? " " : $"letter {step}")];
        string[] seen = [.. letters.Skip(1).Prepend("␣")];
        Assert.Equal(seen, Words(Pictures.OverText("", values, letters)).Where(seen.Contains));
        Assert.Throws<ArgumentException>(() => Pictures.OverText("", values, [.. letters, "one more"]));
    }

    /// <summary>The line for comparison is the curve of an error that is all truncation.</summary>
    [Law(Trials)]
    public void AnErrorOfAnOrderLiesOnItsLine(Draw draw)
    {
        var (order, factor, steps) = draw.Of(draw => (
            draw.Whole(1, 6), Math.Pow(10, draw.Number(-3, 3)),
            draw.Permutation(draw.Whole(1, 8)).Select(i => Math.ScaleB(0.7, -i)).ToArray()));
        var all = Pictures.VCurve("", steps, [.. steps.Select(step => factor * Math.Pow(step, order))], order).All;
        Assert.Equal(all[0].Xs, all[1].Xs);
        Assert.All(all[0].Ys.Zip(all[1].Ys), pair => Assert.Equal(1, pair.Second / pair.First, Near.Rounding(1)));
    }

    /// <summary>Every point visited stands above its parameter.</summary>
    [Law(Trials)]
    public void ABifurcationDiagramHasEveryPointVisited(Draw draw)
    {
        var columns = draw.Of(draw => Enumerable.Range(0, draw.Whole(0, 5))
            .Select(i => (At: 0.1 * i, Points: Enumerable.Range(0, draw.Whole(0, 4)).Select(_ => draw.Number(-1, 1)).ToArray())).ToList());
        var shown = Assert.Single(Pictures.Bifurcation(
            "", columns.Select(column => column.At), at => columns.Single(column => column.At == at).Points).All);
        Assert.Equal(columns.SelectMany(column => column.Points, (column, point) => (column.At, point)), shown.Xs.Zip(shown.Ys));
    }

    [Law(Trials)]
    public void WhatHasHolesOrRaggedRowsIsRefused(Draw draw)
    {
        var norms = draw.Of(draw => Rows(draw, () => draw.Number(0, 1)));
        int row = draw.Whole(0, norms.Length - 1);
        Assert.Equal("norms", Assert.Throws<ArgumentNullException>(() => Pictures.GradientsByTime("", null!)).ParamName);
        double[]?[] holed = [.. norms[..row], null, .. norms[row..]];
        var error = Assert.Throws<ArgumentException>(() => Pictures.GradientsByTime("", holed!));
        Assert.Equal(("norms", $"GradientsByTime: norms[{row}] is null."), (error.ParamName, error.Message.Split(" (")[0]));
        double[][] ragged = [.. norms[..(row + 1)], [.. norms[row], 1], .. norms[(row + 1)..]];
        error = Assert.Throws<ArgumentException>(() => Pictures.GradientsByTime("", ragged));
        Assert.StartsWith("GradientsByTime: every row needs as many steps", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Pictures.GradientsByTime("", norms, [.. norms.Select(_ => "name"), "one more"]));
    }

    static double[][] Rows(Draw draw, Func<double> number)
    {
        var (rows, steps) = (draw.Whole(1, 4), draw.Whole(1, 8));
        return [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, steps).Select(_ => number()).ToArray())];
    }

    static double[,] Grid(double[][] rows, Func<double, double> value)
    {
        var grid = new double[rows.Length, rows[0].Length];
        for (int row = 0; row < rows.Length; row++)
            for (int step = 0; step < rows[row].Length; step++)
                grid[row, step] = value(rows[row][step]);
        return grid;
    }

    // Of cells, and of the scale beside them: their places, sizes and colours.
    static List<string> Boxes(Chart chart) =>
        [.. Of(chart, "rect").Select(box => string.Join(' ', box.Attributes().Select(attribute => attribute.Value)))];

    static IEnumerable<string> Words(Chart chart) => Of(chart, "text").Select(text => text.Value).Where(text => text.Length > 0);

    static IEnumerable<XElement> Of(Chart chart, string kind) =>
        XDocument.Parse(chart.ToSvg()).Descendants().Where(element => element.Name.LocalName == kind);
}
