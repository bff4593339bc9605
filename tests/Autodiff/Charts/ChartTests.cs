using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Autograd.Charts;
using Autograd.Layers;

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

    // Each alone and all together, whole pairs between the halves.
    static readonly string[] texts =
    [
        "\0", "\u0001", "\b", "\v", "\f", "\u001F", "\uFFFE", "\uFFFF", "\uD83D", "\uDE00", "\uDE00\uD83D",
        "\0<\u0001&\f\"\uD83D'\uD83D\uDE00\uDE00\uFFFE\uFFFF>\r\n\t\u0085\uFFFD",
    ];

    [Fact]
    public void AnyTextGivesWellFormedSvg() => Assert.All(texts, GivesWellFormedSvg);

    static void GivesWellFormedSvg(string text)
    {
        var chart = new Chart(text, text, text) { XNames = ["a", text], YNames = [text] }
            .Line(text, [0, 1], [0, 1]).Dashed(text, [0], [0]).Points(text, [0], [0]).Bars(text, [0], [0]).Histogram(text, [0], 0, 1, 1)
            .Band(text, [0], [0], [0], [1]).Arrows(text, [0], [0], [1], [1]).Heat(new double[1, 2]);
        Assert.Equal(12, Words(chart).Count(words => words.Contains('\uFFFD', StringComparison.Ordinal)));
        XDocument.Parse(Pictures.OverText(text, Tensor.From(new float[,] { { 1 }, { 2 } }), ["a", text]).ToSvg());
        XDocument.Parse(GradientCheck.Run(x => x[0] * x[0], [Tensor.Scalar(1.0)]).ToSvg(text));
        // A page of HTML is no XML, but may have no other characters.
        string page = new Page(text).Heading(text).Text(text).Listing(text, text).Picture(chart).Table(text, [text], [[text]]).ToString();
        Assert.Equal(page, string.Concat(page.EnumerateRunes()));
        Assert.All(page.EnumerateRunes(), rune => Assert.True(!rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value), $"U+{rune.Value:X4}"));
    }

    [Fact]
    public void OnlyWhatXmlDoesNotAllowIsReplaced() =>
        Assert.Equal(["a\uFFFDb\U0001F600\uFFFDc"], Words(new Chart("a\fb\U0001F600\uD83Dc", "", "") { XNames = [], YNames = [] }));

    // Nine to each of the decades that have any between them, three at most; fewer than ten on a linear axis.
    const int MostTicks = 30;

    static readonly double[][] awkward =
    [
        [double.Epsilon, double.Epsilon], [0, double.Epsilon], [double.Epsilon, 2 * double.Epsilon], [-1e-310, 1e-310], [1e-310, 3e-310],
        [double.Epsilon, double.MaxValue], [double.MaxValue, double.MaxValue], [-double.MaxValue, double.MaxValue],
        [1e308, double.MaxValue], [0, double.MaxValue], [-double.MaxValue, -double.MaxValue], [-1, 1], [0, 0], [1, 1], [-3, -2],
        [1, double.BitIncrement(1)], [1e20, double.BitIncrement(1e20)],
        [0.1, 1e9], [double.NaN, 1], [double.NegativeInfinity, double.PositiveInfinity], [double.NaN, double.NaN], [2, 1],
    ];

    // A tick at a step of 0 would have no successor.
    [Theory, InlineData(false), InlineData(true)]
    public void EveryAxisHasAFewTicks(bool isLogarithmic)
    {
        foreach (double[] ends in awkward)
            foreach (double[] numbers in (double[][])[ends, HeatDrawing.Edges(ends)])
                foreach (var range in ((double, double)?[])[null, (ends[0], ends[1])])
                {
                    var ticks = Axis.Over(numbers, isLogarithmic, range, 0.04, 0, 100).Ticks();
                    Assert.True(ticks.Take(MostTicks + 1).Count() <= MostTicks, $"{string.Join(' ', ends)}, range {range}");
                }
    }

    [Theory]
    [InlineData(false, false, false), InlineData(false, false, true), InlineData(true, false, false), InlineData(true, false, true)]
    [InlineData(false, true, false), InlineData(false, true, true), InlineData(true, true, false), InlineData(true, true, true)]
    public void EveryPlaceIsAFiniteNumber(bool isLogX, bool isLogY, bool isHeat)
    {
        foreach (double[] xs in awkward)
            foreach (double[] ys in awkward)
            {
                var numbers = new Chart("", "", "") { LogX = isLogX, LogY = isLogY };
                var ranges = new Chart("", "", "")
                {
                    LogX = isLogX, LogY = isLogY, XRange = (xs[0], xs[1]), YRange = (ys[0], ys[1]), YFloor = xs[0],
                };
                foreach (var (chart, across, up) in (ReadOnlySpan<(Chart, double[], double[])>)[(numbers, xs, ys), (ranges, [1, 3], ys)])
                {
                    if (isHeat) chart.Heat(new[,] { { xs[0], xs[1] }, { ys[0], ys[1] } }, across, up, isLogX);
                    else chart.Band("", across, up, up, up).Points("", across, up).Bars("", across, up).Arrows("", across, up, up, across);
                    string svg = chart.ToSvg();
                    XDocument.Parse(svg);
                    foreach (string none in (string[])["NaN", "Infinity", "\u221E"])
                        Assert.False(
                            svg.Contains(none, StringComparison.Ordinal),
                            $"{none} for x {string.Join(' ', xs)}, y {string.Join(' ', ys)}, range {chart.XRange}");
                }
            }
    }

    [Fact]
    public void TheLargestNumbersAreAtTheEndsOfTheirAxes()
    {
        string svg = new Chart("", "", "") { XRange = (0, 1), YRange = (-double.MaxValue, double.MaxValue) }
            .Line("", [0, 0.5, 1], [-double.MaxValue, 0, double.MaxValue]).ToSvg();
        Assert.Contains("d=\"M74 354L388 194L702 34\"", svg, StringComparison.Ordinal);
        string heat = new Chart("", "", "").Heat(new[,] { { -double.MaxValue, double.MaxValue } }).ToSvg();
        Assert.Equal([Palette.OfShare(0), Palette.OfShare(1)], Cells(heat).Select(cell => cell.Attribute("fill")!.Value));
    }

    // Of what cannot be on the axis nothing is taken for its range: with 0, it would have no lower end.
    [Fact]
    public void AnEndOfARangeThatCannotBeDrawnIsThatOfTheNumbers()
    {
        Chart Over((double, double)? range) => new Chart("", "", "") { LogX = true, XRange = range }.Line("", [1, 10, 100], [0, 1, 2]);
        Assert.Equal(Over((1, 100)).ToSvg(), Over((0, 100)).ToSvg());
        Assert.Equal(Over((1, 100)).ToSvg(), Over((-1, double.NaN)).ToSvg());
        Assert.Equal(Over((0.1, 100)).ToSvg(), Over((0.1, double.PositiveInfinity)).ToSvg());
    }

    [Fact]
    public void CellsOfAHeatMapEndWhereALogarithmicAxisEnds()
    {
        var values = new[,] { { 1.0, 2 }, { 3, 4 } };
        // The rows are from -0.5 to 0.5 and to 1.5: half of the axis each, in decades.
        var cells = Cells(new Chart("", "", "") { LogY = true, YRange = (0.5 / 3, 1.5) }.Heat(values).ToSvg());
        Assert.Equal(["194", "194", "34", "34"], cells.Select(cell => cell.Attribute("y")!.Value));
        Assert.All(cells, cell => Assert.Equal("160", cell.Attribute("height")!.Value));
        // Without a range the axis begins at the least edge above 0, to which the first row and column have no way.
        var whole = Assert.Single(Cells(new Chart("", "", "") { LogX = true, LogY = true }.Heat(values).ToSvg()));
        Assert.Equal(("74", "34", "320"), (whole.Attribute("x")!.Value, whole.Attribute("y")!.Value, whole.Attribute("height")!.Value));
        Assert.Empty(Cells(new Chart("", "", "") { LogY = true }.Heat(values, ys: [-3, -2]).ToSvg()));
    }

    // On any axes: what lies beyond would be drawn over the labels.
    [Fact]
    public void CellsOfAHeatMapStayWithinTheFrame()
    {
        string svg = new Chart("", "", "") { XRange = (0, 0.5), YRange = (0.5, 10) }.Heat(new[,] { { 1.0, 2 }, { 3, 4 } }).ToSvg();
        var cell = Assert.Single(Cells(svg));
        Assert.Equal(Palette.OfShare(2 / 3.0), cell.Attribute("fill")!.Value);
    }

    [Fact]
    public void BarsWithoutAPlaceLeaveTheOthers()
    {
        string Bars(params double[] xs) => new Chart("", "", "") { XRange = (0, 3) }.Bars("", xs, [.. xs.Select(_ => 1.0)]).ToSvg();
        Assert.Equal(Bars(1, 2), Bars(1, 2, double.NaN));
        Assert.Equal(Bars(1), Bars(1, double.PositiveInfinity));
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

    static List<XElement> Cells(string svg) =>
        [.. XDocument.Parse(svg).Descendants().Single(element => element.Attribute("shape-rendering") is not null).Elements()
            // Its scale lies to the right.
            .Where(element => double.Parse(element.Attribute("x")!.Value, CultureInfo.InvariantCulture) < 620)];

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
