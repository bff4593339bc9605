using System.Globalization;
using System.Numerics;
using System.Xml.Linq;
using Autograd.Charts;

namespace Autograd.PropertyTests;

/// <summary>What holds of charts whatever their numbers.</summary>
public class ChartLaws
{
    // Places are written to a tenth of a pixel, so each end of a stroke is off by half of that in either direction.
    static readonly double StrokeError = 2 * Math.Sqrt(2) * 0.05;

    /// <summary>Both strokes of a head end at the tip, as mirror images in the arrow, and lie behind it.</summary>
    [Law(100)]
    public void TheHeadOfAnArrowIsSymmetricAndPointsBackwards(Draw draw)
    {
        var arrows = draw.Of(draw => Enumerable.Range(0, draw.Whole(1, 5)).Select(_ => Arrow(draw)).ToList());
        var chart = new Chart("", "", "") { XRange = (-1, 1), YRange = (-1, 1) }.Arrows(
            "", arrows.Select(arrow => arrow.From.Real), arrows.Select(arrow => arrow.From.Imaginary),
            arrows.Select(arrow => arrow.To.Real), arrows.Select(arrow => arrow.To.Imaginary));
        var drawn = Strokes(chart.ToSvg()).Chunk(3).ToList();
        Assert.Equal(arrows.Count, drawn.Count);
        foreach (var (shaft, left, right) in drawn.Select(strokes => (strokes[0], strokes[1], strokes[2])))
        {
            Assert.Equal((shaft.To, shaft.To), (left.From, right.From));
            // Turned so that the arrow points along the real axis.
            var along = shaft.To - shaft.From;
            Complex l = (left.To - left.From) / along * along.Magnitude, r = (right.To - right.From) / along * along.Magnitude;
            double tolerance = 2 * StrokeError + 2 * (l.Magnitude + r.Magnitude) * StrokeError / along.Magnitude;
            Assert.InRange((l - Complex.Conjugate(r)).Magnitude, 0, tolerance);
            Assert.True(l.Real < -tolerance && Math.Abs(l.Imaginary) > tolerance, $"{shaft}: {l}, {r}");
        }
    }

    /// <summary>A number is inside an axis, of either kind and in either direction, if it lies between the ends to half a pixel.</summary>
    [Law(300)]
    public void InsideAnAxisIsWhatLiesBetweenItsEnds(Draw draw)
    {
        var trial = draw.Of(RandomAxis);
        double share = draw.Number(-2, 3), number = trial.NumberAt(share), place = trial.Start + share * (trial.End - trial.Start);
        Assert.Equal(place, trial.Axis.Place(number), Near.Rounding(4000));
        var (low, high) = (Math.Min(trial.Start, trial.End), Math.Max(trial.Start, trial.End));
        double beyond = Math.Max(low - place, place - high) - 0.5;
        // Where rounding decides, either is right.
        if (Math.Abs(beyond) > Near.Rounding(4000)) Assert.Equal(beyond < 0, trial.Axis.IsInside(number));
        foreach (double odd in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity])
            Assert.False(trial.Axis.IsInside(odd));
        if (trial.IsLogarithmic) Assert.False(trial.Axis.IsInside(0) || trial.Axis.IsInside(-number));
    }

    /// <summary>Ticks stand between the ends of an axis, in its direction, and numbers written at them are those of the place.</summary>
    [Law(300)]
    public void TicksStandAtTheirNumbersWithinTheAxis(Draw draw)
    {
        var trial = draw.Of(RandomAxis);
        var ticks = trial.Axis.Ticks().ToList();
        double length = Math.Abs(trial.End - trial.Start), rounding = 0.5 + Near.Rounding(4000);
        Assert.NotEmpty(ticks);
        Assert.All(ticks, tick => Assert.InRange(
            tick.Place, Math.Min(trial.Start, trial.End) - rounding, Math.Max(trial.Start, trial.End) + rounding));
        foreach (var (place, text) in ticks.Where(tick => tick.Text.Length > 0))
        {
            double number = double.Parse(text, CultureInfo.InvariantCulture);
            // A text has the digits of a step, which is at least a hundredth of the axis.
            Assert.Equal(place, trial.Axis.Place(number), 0.01 * length + Near.Rounding(4000));
        }
    }

    sealed record AxisTrial(bool IsLogarithmic, double Low, double Width, double Start, double End)
    {
        public Axis Axis => Axis.Over([], IsLogarithmic, (NumberAt(0), NumberAt(1)), 0, Start, End);

        public double NumberAt(double share) => IsLogarithmic ? Math.Pow(10, Low + share * Width) : Low + share * Width;
    }

    static AxisTrial RandomAxis(Draw draw) =>
        new(draw.Flag(), draw.Number(-5, 5), draw.Number(0.2, 6), draw.Number(0, 1000), draw.Number(0, 1000));

    // Long enough that its direction is still seen in what is drawn.
    static (Complex From, Complex To) Arrow(Draw draw)
    {
        var from = new Complex(draw.Number(-0.3, 0.3), draw.Number(-0.3, 0.3));
        return (from, from + Complex.FromPolarCoordinates(draw.Number(0.2, 0.6), draw.Number(-Math.PI, Math.PI)));
    }

    static IEnumerable<(Complex From, Complex To)> Strokes(string svg) =>
        XDocument.Parse(svg).Descendants().Single(element => element.Name.LocalName == "path").Attribute("d")!.Value
            .Split('M', StringSplitOptions.RemoveEmptyEntries)
            .Select(stroke => stroke.Split('L').Select(Point).ToArray() is [var from, var to] ? (from, to)
                : throw new FormatException(stroke));

    static Complex Point(string place)
    {
        double[] numbers = [.. place.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        return new(numbers[0], numbers[1]);
    }
}
