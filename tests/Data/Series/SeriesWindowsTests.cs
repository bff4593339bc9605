using Autograd.Data;

namespace Autograd.Tests.Data;

public class SeriesWindowsTests
{
    [Fact]
    public void WindowsAndHorizonsFollowOneAnother()
    {
        var windows = new SeriesWindows([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], window: 3, horizon: 2, stride: 2);
        Assert.Equal((3, 1), (windows.Count, windows.Features));
        var (x, y) = windows.All(ElementType.Float64);
        Assert.Equal([3, 3, 1], x.Shape.Lengths.ToArray());
        Assert.Equal([2, 3, 1], y.Shape.Lengths.ToArray());
        // Time-major: step 0 of the three windows, then step 1, …
        Assert.Equal([0, 2, 4, 1, 3, 5, 2, 4, 6], x.ToArray<double>());
        Assert.Equal([3, 5, 7, 4, 6, 8], y.ToArray<double>());
    }

    [Fact]
    public void FeaturesStandSideBySideAndWindowsMayBeChosen()
    {
        var windows = new SeriesWindows(new double[,] { { 1, 10 }, { 2, 20 }, { 3, 30 } }, window: 1);
        var (x, y) = windows.Batch([1, 0, 1]);
        Assert.Equal([2, 20, 1, 10, 2, 20], x.ToDoubles());
        Assert.Equal([3, 30, 2, 20, 3, 30], y.ToDoubles());
    }

    [Fact]
    public void TheSeriesIsCopied()
    {
        var series = new double[,] { { 1 }, { 2 } };
        var windows = new SeriesWindows(series, 1);
        series[0, 0] = 5;
        Assert.Equal(1, windows.All().Inputs.ToScalar());
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        double[] three = [1, 2, 3];
        Assert.Throws<ArgumentOutOfRangeException>(() => new SeriesWindows(three, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SeriesWindows(three, 1, horizon: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SeriesWindows(three, 1, stride: 0));
        Assert.Equal(1, new SeriesWindows(three, 2).Count);
        var shortage = Assert.Throws<ArgumentException>(() => new SeriesWindows(three, 3));
        Assert.Contains("3 steps; a window of 3 and a horizon of 1 need 4", shortage.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new SeriesWindows(three, int.MaxValue, horizon: int.MaxValue));
        Assert.Throws<ArgumentException>(() => new SeriesWindows(new double[3, 0], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SeriesWindows(three, 1).Batch([2]));
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void WhatIsNotFiniteIsNamedByItsPlace(double value, string name)
    {
        var error = Assert.Throws<ArgumentException>(() => new SeriesWindows(new double[,] { { 1, 2 }, { 3, value } }, 1));
        Assert.Contains($"the series is {name} at step 1, feature 1", error.Message, StringComparison.Ordinal);
    }
}
