using System.Globalization;
using System.Xml.Linq;

namespace Autograd.Tests.Autodiff;

public class ChartTests
{
    [Fact]
    public void TicksAreRoundNumbers()
    {
        Assert.Equal(["0", "2", "4", "6", "8", "10"], Words(new Chart("", "", "") { XRange = (0, 10) }.Line("", [0, 10], [0, 0])).Take(6));
        Assert.Equal(
            ["0.1", "1", "10", "100", "1000"],
            Words(new Chart("", "", "") { LogX = true, XRange = (0.1, 1000) }.Line("", [0.1, 1000], [0, 0])).Take(5));
    }

    [Fact]
    public void PlacesFollowTheAxes()
    {
        // Left edge 74, right edge 702, bottom 354, top 34.
        var linear = new Chart("", "", "") { XRange = (0, 4), YRange = (0, 8) }.Line("", [0, 1, 4], [0, 4, 8]);
        Assert.Contains("d=\"M74 354L231 194L702 34\"", linear.ToSvg(), StringComparison.Ordinal);
        var logarithmic = new Chart("", "", "") { XRange = (1, 16), YRange = (1, 100), LogX = true, LogY = true }.Line(
            "", [1, 2, 16], [1, 10, 100]);
        Assert.Contains("d=\"M74 354L231 194L702 34\"", logarithmic.ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatCannotBeDrawnInterruptsALine()
    {
        string svg = new Chart("", "", "") { LogY = true }.Line("", [1, 2, 3, 4, 5], [1, double.NaN, 10, 0, 100]).ToSvg();
        string path = XDocument.Parse(svg).Descendants().Single(element => element.Name.LocalName == "path").Attribute("d")!.Value;
        Assert.Equal(3, path.Count(letter => letter == 'M'));
        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void AnyNumbersGiveWellFormedSvg()
    {
        double[] odd = [double.NaN, double.PositiveInfinity, -1, 0, 1e-300, 1e300];
        foreach (bool log in (bool[])[false, true])
        {
            var chart = new Chart("a < b & \"c\"", "x", "y") { LogX = log, LogY = log };
            chart.Line("line", odd, odd).Points("points", odd, odd).Dashed("dashed", [], []).Bars("bars", [1, 2], [3, double.NaN]);
            XDocument.Parse(chart.ToSvg());
        }
        XDocument.Parse(new Chart("", "", "").ToSvg());
        XDocument.Parse(new Chart("", "", "").Heat(new double[,] { { 1, double.NaN }, { 1, 1 } }).ToSvg());
        XDocument.Parse(new Chart("", "", "").Heat(new double[0, 0]).ToSvg());
    }

    [Fact]
    public void LongLinesAreThinnedButKeepTheirPeaks()
    {
        double[] xs = [.. Enumerable.Range(0, 100_000).Select(i => (double)i)], ys = [.. xs.Select(x => x == 77_777 ? 5.0 : 0)];
        string svg = new Chart("", "", "") { YRange = (0, 5) }.Line("", xs, ys).ToSvg();
        Assert.True(svg.Length < 100_000);
        Assert.Contains(
            " 34", XDocument.Parse(svg).Descendants().Single(element => element.Name.LocalName == "path").Attribute("d")!.Value,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AHistogramIsSharesOfAll()
    {
        var chart = new Chart("", "", "") { YRange = (0, 1) }.Histogram("", [0.1, 0.2, 0.9, 5], 0, 1, 2);
        string[] heights =
            [.. XDocument.Parse(chart.ToSvg()).Descendants()
            .Where(element => element.Name.LocalName == "rect" && element.Attribute("fill")?.Value == "#0072b2")
            .Select(bar => bar.Attribute("height")!.Value)];
        // Half of the numbers each: the last one, beyond the end, counts in the last bin.
        Assert.Equal(["160", "160"], heights);
    }

    [Fact]
    public void UnequalNumbersAreRefused()
    {
        Assert.Throws<ArgumentException>(() => new Chart("", "", "").Line("name", [1, 2], [1]));
        Assert.Throws<ArgumentException>(() => new Chart("", "", "").Heat(new double[2, 2], xs: [1]));
    }

    [Fact]
    public void ABandIsDrawnWhereBothEdgesCanBe()
    {
        var chart = new Chart("", "", "") { XRange = (0, 4), YRange = (0, 8) }
            .Band("", [0, 1, 2, 3, 4], [4, 4, 4, 4, 4], [0, 0, double.NaN, 0, 0], [8, 8, 8, 8, 8]);
        string svg = chart.ToSvg();
        Assert.Contains("d=\"M74 34L231 34L231 354L74 354ZM545 34L702 34L702 354L545 354Z\"", svg, StringComparison.Ordinal);
        Assert.Contains("d=\"M74 194L231 194L388 194L545 194L702 194\"", svg, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Chart("", "", "").Band("", [1], [1], [1], []));
    }

    [Fact]
    public void ArrowsPointAndHaveRoom()
    {
        string svg = new Chart("", "", "") { XRange = (0, 4), YRange = (0, 8) }.Arrows("", [0], [4], [1], [4]).ToSvg();
        Assert.Contains("d=\"M74 194L231 194M231 194L", svg, StringComparison.Ordinal);
        Assert.Contains("2.0", Words(new Chart("", "", "").Arrows("", [0], [0], [2], [2])));
        Assert.Throws<ArgumentException>(() => new Chart("", "", "").Arrows("", [1], [1], [1], []));
    }

    [Fact]
    public void AxesOfWordsHaveThemAtWholeNumbers()
    {
        var chart = new Chart("", "", "") { XNames = ["a", "<", "c"], YNames = ["first", "second"] }.Heat(new double[2, 3]);
        Assert.Equal(["a", "<", "c", "first", "second"], Words(chart).TakeLast(5));
    }

    // Equal factors are equal distances in colour.
    [Fact]
    public void ALogarithmicHeatMapColoursByTheExponent()
    {
        string logarithmic = new Chart("", "", "").Heat(new[,] { { 1, 10, 100, 0.0 } }, isLogarithmic: true).ToSvg();
        string linear = new Chart("", "", "").Heat(new[,] { { 0, 1, 2, double.NaN } }).ToSvg();
        Assert.Equal(Colours(linear), Colours(logarithmic));

        static List<string> Colours(string svg) =>
            [.. XDocument.Parse(svg).Descendants().Where(element => element.Name.LocalName == "rect").Skip(1).Take(4)
                .Select(element => element.Attribute("fill")!.Value)];
    }

    static IEnumerable<string> Words(Chart chart) =>
        XDocument.Parse(chart.ToSvg()).Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value)
        .Where(text => text.Length > 0);

    // A tenth of a unit between two of them would be a white line.
    [Fact]
    public void CellsOfAHeatMapLeaveNoGaps()
    {
        var values = new double[3, 19];
        for (int i = 0; i < values.Length; i++) values[i / 19, i % 19] = i;
        var boxes = XDocument.Parse(new Chart("", "", "").Heat(values).ToSvg()).Descendants()
            .Where(element => element.Name.LocalName == "rect")
            .Select(box => (X: Number(box, "x"), Y: Number(box, "y"), Width: Number(box, "width"), Height: Number(box, "height"))).ToList();
        var plot = boxes.Where(box => box.Height > 80).MinBy(box => box.Height);
        var row = boxes.Where(box => box.Height == plot.Height && box.Y == plot.Y).OrderBy(box => box.X).ToList();
        Assert.True(row.Count > 10, $"{row.Count} cells");
        foreach (var (left, right) in row.Zip(row.Skip(1))) Assert.Equal(right.X, left.X + left.Width, 1e-9);

        static double Number(XElement box, string name) => double.Parse(box.Attribute(name)!.Value, CultureInfo.InvariantCulture);
    }
}
