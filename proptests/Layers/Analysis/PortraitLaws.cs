using Autograd.Charts;
using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>A phase portrait has an arrow at each point of a grid, in the direction of the map.</summary>
public class PortraitLaws
{
    const int Trials = 100;

    /// <summary>An affine map with a speed of any size, and ranges in either direction.</summary>
    sealed record Trial(double[] Map, double Speed, (double Low, double High) Across, (double Low, double High) Up, int Points)
    {
        public (double X, double Y) Move(double x, double y) =>
            (Speed * (Map[0] * x + Map[1] * y + Map[2]), Speed * (Map[3] * x + Map[4] * y + Map[5]));

        public Series Arrows() => Assert.Single(
            Pictures.PhasePortrait("", (x, y) => Move(x, y) is var move ? (x + move.X, y + move.Y) : default, Across, Up, Points).All);

        public double Rounding => Near.Rounding(
            new[] { Across.Low, Across.High, Up.Low, Up.High }.Max(Math.Abs) * (1 + 10 * Speed * Map.Max(Math.Abs)));
    }

    [Law(Trials)]
    public void ArrowsStartAtThePointsOfTheGrid(Draw draw)
    {
        var trial = draw.Of(RandomTrial);
        var arrows = trial.Arrows();
        Assert.Equal(trial.Points * trial.Points, arrows.Xs.Length);
        for (int i = 0; i < trial.Points; i++)
            for (int j = 0; j < trial.Points; j++)
            {
                double x = Between(trial.Across, i, trial.Points), y = Between(trial.Up, j, trial.Points);
                Assert.Single(arrows.Xs.Zip(arrows.Ys), start =>
                    Math.Abs(start.First - x) <= trial.Rounding && Math.Abs(start.Second - y) <= trial.Rounding);
            }
    }

    /// <summary>All go the same part of their way: the whole, or as much as makes the longest about as long as the grid is wide.</summary>
    [Law(Trials)]
    public void ArrowsGoWhereTheMapGoesAndCrossNoOtherPoint(Draw draw)
    {
        var trial = draw.Of(RandomTrial);
        var (arrows, wide, high) = (trial.Arrows(), Distance(trial.Across, trial.Points), Distance(trial.Up, trial.Points));
        var (toXs, toYs) = arrows.Ends!.Value;
        var arrow = Enumerable.Range(0, arrows.Xs.Length).Select(i => (X: toXs[i] - arrows.Xs[i], Y: toYs[i] - arrows.Ys[i])).ToList();
        var moves = arrows.Xs.Zip(arrows.Ys, trial.Move).ToList();
        double most = moves.Max(move => Math.Max(Math.Abs(move.X) / wide, Math.Abs(move.Y) / high));
        double longest = arrow.Max(one => Math.Max(Math.Abs(one.X) / wide, Math.Abs(one.Y) / high));
        if (most <= 0.5) Assert.Equal(most, longest, trial.Rounding / Math.Min(wide, high));
        else Assert.InRange(longest, 0.5, 1);
        double part = most == 0 ? 1 : longest / most, rounding = trial.Rounding * Math.Max(1, Math.Max(wide, high) / Math.Min(wide, high));
        foreach (var (one, move) in arrow.Zip(moves))
        {
            Assert.Equal(part * move.X, one.X, rounding);
            Assert.Equal(part * move.Y, one.Y, rounding);
        }
    }

    /// <summary>Where a map has no value there is no arrow; the others are drawn.</summary>
    [Law(Trials)]
    public void AMapThatIsNotFiniteSomewhereLeavesTheOthersAlone(Draw draw)
    {
        var trial = draw.Of(RandomTrial);
        double odd = draw.OneOf(double.NaN, double.PositiveInfinity, double.NegativeInfinity);
        var arrows = Assert.Single(Pictures.PhasePortrait(
            "", (x, y) => x == trial.Across.Low ? (odd, odd) : (x + 1e-3, y + 1e-3), trial.Across, trial.Up, trial.Points).All);
        for (int i = 0; i < arrows.Xs.Length; i++)
            Assert.Equal(arrows.Xs[i] != trial.Across.Low, double.IsFinite(arrows.Ends!.Value.Xs[i] + arrows.Ends.Value.Ys[i]));
    }

    [Law(Trials)]
    public void BadInputIsRefusedByName(Draw draw)
    {
        var trial = draw.Of(RandomTrial);
        double odd = draw.OneOf(double.NaN, double.PositiveInfinity, double.NegativeInfinity);
        Refused<ArgumentOutOfRangeException>("points", trial with { Points = draw.Whole(-3, 1) });
        Refused<ArgumentException>("across", trial with { Across = draw.Flag() ? (odd, trial.Across.High) : (trial.Across.Low, odd) });
        Refused<ArgumentException>("up", trial with { Up = draw.Flag() ? (odd, trial.Up.High) : (trial.Up.Low, odd) });
        Refused<ArgumentException>("across", trial with { Across = (trial.Across.Low, trial.Across.Low) });
        Refused<ArgumentException>("up", trial with { Up = (trial.Up.High, trial.Up.High) });
        Assert.Throws<ArgumentNullException>(() => Pictures.PhasePortrait("", null!, trial.Across, trial.Up));
    }

    static void Refused<T>(string parameter, Trial trial)
        where T : ArgumentException
    {
        var error = Assert.ThrowsAny<T>(() => trial.Arrows());
        Assert.StartsWith("PhasePortrait: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(parameter, error.ParamName);
    }

    static Trial RandomTrial(Draw draw) => new(
        [.. Enumerable.Range(0, 6).Select(_ => draw.Number(-1, 1))], Math.Pow(10, draw.Number(-3, 2)), Range(draw), Range(draw),
        draw.Whole(2, 7));

    static (double Low, double High) Range(Draw draw)
    {
        double low = draw.Number(-2, 2), size = draw.Number(0.1, 4);
        return (low, draw.Flag() ? low + size : low - size);
    }

    static double Between((double Low, double High) range, int i, int points)
    {
        double share = i / (points - 1.0);
        return (1 - share) * range.Low + share * range.High;
    }

    static double Distance((double Low, double High) range, int points) => Math.Abs(range.High - range.Low) / (points - 1);
}
