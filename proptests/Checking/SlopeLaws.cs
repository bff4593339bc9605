namespace Autograd.PropertyTests;

/// <summary>What is read from values around a point, and the directions along which they are taken.</summary>
public class SlopeLaws
{
    const double LargestStep = 7e-4;

    /// <summary>A sine of a scale of its own on either side.</summary>
    sealed record Side(double Slope, double Scale, double Phase)
    {
        public double At(double h) => Slope * Scale * (Math.Sin(h / Scale + Phase) - Math.Sin(Phase)) / Math.Cos(Phase);
    }

    /// <summary>At a kink the smaller and the greater slope are known to the error that is stated, whichever side is the wilder.</summary>
    [Law(200)]
    public void TheSlopesOfAKinkAreWithinTheirError(Draw draw)
    {
        var (left, right, middle, x) = draw.Of(draw => (RandomSide(draw), RandomSide(draw), draw.Number(-1, 1), draw.Number(-2, 2)));
        if (Math.Abs(left.Slope - right.Slope) < 0.1) return;
        var ladder = new StepLadder(h => middle + (h < 0 ? left : right).At(h), x, LargestStep);
        var slope = LocalSlope.Of(ladder, StepLadder.Rounding, 1e-6, StepLadder.Rounding);
        Assert.Equal(Obstacle.Kink, slope.Obstacle);
        Near.Equal(
            [Math.Min(left.Slope, right.Slope), Math.Max(left.Slope, right.Slope)], [slope.Low, slope.High], slope.Error, "slopes");
        Assert.InRange(slope.Error, 0, 1e-3);
        // The error is what rounding makes at that step, and not at the step of the smoother side.
        Assert.InRange(slope.Error * slope.Step / StepLadder.Rounding, 1, 100);
    }

    /// <summary>Without one there is a single slope, which is known as well.</summary>
    [Law(200)]
    public void TheSlopeOfASmoothFunctionIsWithinItsError(Draw draw)
    {
        var (side, middle, x) = draw.Of(draw => (RandomSide(draw), draw.Number(-1, 1), draw.Number(-2, 2)));
        var slope = LocalSlope.Of(
            new StepLadder(h => middle + side.At(h), x, LargestStep), StepLadder.Rounding, 1e-6, StepLadder.Rounding);
        Assert.Equal((Obstacle.None, slope.Low), (slope.Obstacle, slope.High));
        Assert.Equal(side.Slope, slope.Low, slope.Error);
        Assert.InRange(slope.Error, 0, 1e-3);
    }

    /// <summary>
    /// Three slopes have to agree, each from two steps: they do where the function is smooth within the four smallest steps, if no further.
    /// </summary>
    [Law(200)]
    public void ASlopeIsKnownWhereTheFourSmallestStepsSeeNothingElse(Draw draw)
    {
        var (slope, beyond, reach, x) = draw.Of(draw => (
            draw.Number(-2, 2), draw.Number(3, 9) * (draw.Flag() ? 1 : -1), draw.Number(8.1, 10), draw.Number(-2, 2)));
        double least = double.PositiveInfinity;
        _ = new StepLadder(h => h == 0 ? 0 : least = Math.Min(least, Math.Abs(h)), x, LargestStep);
        double edge = reach * least;
        var found = new StepLadder(h => slope * h + beyond * (h - Math.Clamp(h, -edge, edge)), x, LargestStep)
            .Central(StepLadder.Rounding);
        Near.Equal([slope], [found.Value], found.Error, "slope");
        Assert.InRange(found.Error * found.Step / StepLadder.Rounding, 1, 10);
    }

    /// <summary>The nearest of the numbers that a slope may be is as far away as is said, and is one of them.</summary>
    [Law(200)]
    public void TheNearestSlopeIsAtItsDistance(Draw draw)
    {
        var (low, width, number) = draw.Of(draw => (draw.Number(-1, 1), draw.Number(0, 1), draw.Number(-3, 3)));
        var slope = new LocalSlope(low, low + width, 0, 1e-3, Obstacle.Kink);
        double nearest = slope.Nearest(number);
        Assert.InRange(nearest, slope.Low, slope.High);
        Assert.Equal(Math.Abs(number - nearest), slope.DistanceOf(number));
        Assert.Equal(number >= slope.Low && number <= slope.High, slope.DistanceOf(number) == 0);
    }

    /// <summary>A direction has unit length in terms of the elements' sizes, and one of a part has components in that part only.</summary>
    [Law(100)]
    public void ADirectionOfAPartMovesThatPartOnly(Draw draw)
    {
        var inputs = draw.Of(draw => Enumerable.Range(0, draw.Whole(1, 3))
            .Select(_ => draw.Values([draw.Whole(1, 8)], Domain.Between(-30, 30))).ToList());
        string[] names = [.. inputs.Select((_, i) => $"input {i}")];
        var subject = new CheckedFunction(x => x[0], inputs, names, [], new() { Seed = (ulong)draw.Whole(1, 1_000_000) });
        int index = draw.Whole(0, inputs.Count - 1), count = inputs[index].ElementCount;
        int start = draw.Whole(0, count), end = draw.Whole(start, count), number = draw.Whole(0, 3);
        var part = new Direction(subject, number, index, index + 1, start..end);
        double[] components = Components(subject, part);
        for (int i = 0; i < count; i++) Assert.Equal(start <= i && i < end, components[i] != 0);
        if (start < end) Assert.Equal(1, components.Sum(component => component * component), Near.Rounding(1));
        double[] all = Components(subject, new Direction(subject, number, 0, inputs.Count));
        Assert.DoesNotContain(0, all);
        Assert.Equal(1, all.Sum(component => component * component), Near.Rounding(1));
    }

    static Side RandomSide(Draw draw) => new(draw.Number(-2, 2), Math.Pow(10, -draw.Number(0, 3.5)), draw.Number(-1, 1));

    static double[] Components(CheckedFunction subject, Direction direction) =>
    [
        .. from i in Enumerable.Range(direction.First, direction.End - direction.First)
           from position in Enumerable.Range(0, subject.ShapeOf(i).ElementCount)
           select direction.At(i, position) / subject.ScaleOf(i, position),
    ];
}
