using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>Numbers of steps, delays and bins that a measurement is told.</summary>
public class MeasureLaws
{
    const int Trials = 60;

    [Law(Trials)]
    public void TheLeastNumberIsTakenAndWhatIsBelowIsNot(Draw draw)
    {
        var cell = new RnnCell(1, 3, draw.Key());
        var (key, one, other) = (draw.Key(), Tensor.Full([1, 1], 0.25, ElementType.Float64), draw.Whole(1, 4));
        var gate = new Gate([], one);
        draw.Of(draw => draw.OneOf<Limit>(
            new("longest", 1, longest => MemoryCapacity.Measure(cell, key, longest, 1 + other, 4)),
            new("steps", 2, steps => MemoryCapacity.Measure(cell, key, other, steps, 4)),
            new("washout", other, washout => MemoryCapacity.Measure(cell, key, other, 3, washout)),
            new("bins", 1, bins => gate.Histogram(bins)),
            new("bins", 1, bins => new Chart("", "", "").Histogram("", [0.5], 0, 1, bins)),
            new("points", 2, points => Pictures.PhasePortrait("", (x, y) => (y, x), (0, 1), (0, 1), points)),
            new("steps", 0, steps => Orbit.Of(Map, one, steps)),
            new("steps", 0, steps => Orbit.After(Map, one, steps)),
            new("times", 1, times => Orbit.Iterate(Map, times)),
            new("longest", 1, longest => Orbit.Period(Map, one, other, longest)),
            new("washout", 0, washout => Orbit.Period(Map, one, washout, other)),
            new("kept", 1, kept => Orbit.Bifurcations((r, x) => r * x, Tensor.Ones([2]), 0.5, other, kept)),
            new("washout", 0, washout => Orbit.Bifurcations((r, x) => r * x, Tensor.Ones([2]), 0.5, washout, other)))).Holds(draw);
    }

    /// <summary>
    /// A measurement of any length gives a squared correlation for each delay: from 0 to 1, and 0 or 1 where there are two steps only.
    /// </summary>
    [Law(Trials)]
    public void AMemoryIsASquaredCorrelationForEachDelay(Draw draw)
    {
        var (longest, steps, key) = draw.Of(draw => (draw.Whole(1, 4), draw.Whole(2, 9), draw.Key()));
        var memory = MemoryCapacity.Measure(new RnnCell(1, 3, key), key, longest, steps, longest);
        Assert.Equal(longest, memory.ByDelay.Count);
        Assert.Equal(memory.ByDelay.Sum(), memory.Total);
        Assert.All(memory.ByDelay, share => Assert.InRange(share, 0, 1 + Near.Rounding(1)));
        // A line goes through any two points.
        if (steps == 2) Assert.All(memory.ByDelay, share => Assert.Equal(Math.Round(share), share, Near.Rounding(1)));
    }

    static Tensor Map(Tensor x) => x * 0.5;
}
