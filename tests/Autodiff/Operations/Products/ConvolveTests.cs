using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class ConvolveTests
{
    /// <summary>The lengths of the axes, and how the kernel moves along each.</summary>
    public static TheoryData<int[], WindowAxis[]> Cases => new()
    {
        { [7], [new(3)] }, { [7], [new(3, Stride: 2)] }, { [7], [new(3, Dilation: 2, Before: 1, After: 4)] }, { [1], [new(3, Before: 2)] },
        { [5], [WindowAxis.Centred(3)] }, { [5], [WindowAxis.Centred(4)] }, { [5], [WindowAxis.Causal(3, 2)] },
        { [2], [new(2, Stride: 3, Before: 5, After: 5)] },
        { [4, 5], [new(2), new(3)] }, { [4, 5], [WindowAxis.Centred(3), WindowAxis.Centred(3)] },
        { [4, 5], [new(1, Stride: 2), new(3, 1, 2, 1, 1)] },
        { [2, 3, 4], [new(2), WindowAxis.Causal(2), new(3, Stride: 2, Before: 1)] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void ItIsTheSumOverTheTaps(int[] axes, WindowAxis[] windows)
    {
        const int batch = 2, inputs = 3, outputs = 2;
        var x = Data.Normal([batch, .. axes, inputs], 1);
        var kernel = Data.Normal([.. windows.Select(window => window.Width), inputs, outputs], 2);
        var y = Convolve(x, kernel, windows);
        int[] positions =
            [.. axes.Zip(windows)
            .Select(pair => (pair.First + pair.Second.Before + pair.Second.After - ((pair.Second.Width - 1) * pair.Second.Dilation) - 1)
            / pair.Second.Stride + 1)];
        Assert.Equal([batch, .. positions, outputs], y.Shape);
        var expected = Data.Tabulate(y.Shape, at => Taps(windows).Sum(taps =>
        {
            int[] source =
                [.. taps.Select((tap, axis) => at[axis + 1] * windows[axis].Stride + tap * windows[axis].Dilation - windows[axis].Before)];
            if (source.Where((element, axis) => element < 0 || element >= axes[axis]).Any()) return 0;
            return Enumerable.Range(0, inputs).Sum(i => x.At([at[0], .. source, i]) * kernel.At([.. taps, i, at[^1]]));
        }));
        Expect.Near(expected, y, epsilons: 64, scale: 4);
    }

    static IEnumerable<int[]> Taps(WindowAxis[] windows) => windows.Aggregate(
        (IEnumerable<int[]>)[[]], (taps, window) =>
        taps.SelectMany(first => Enumerable.Range(0, window.Width).Select(tap => (int[])[.. first, tap])));

    [Fact]
    public void WithoutWindowsTheKernelMovesByOne()
    {
        var (x, kernel) = (Data.Normal([2, 6, 3], 1), Data.Normal([2, 3, 4], 2));
        // Over time, with the batch and the time exchanged.
        Expect.Near(Permute(Convolution(Permute(x, 1, 0, 2), kernel), 1, 0, 2), Convolve(x, kernel), epsilons: 32, scale: 4);
    }

    [Fact]
    public void NothingIsConvolvedToNothing()
    {
        Expect.Equal([0, 2, 4], [], Convolve(Tensor.Zeros([0, 3, 2]), Tensor.Zeros([2, 2, 4])));
        Expect.Equal([1, 2, 1], [0, 0], Convolve(Tensor.Zeros([1, 0, 2]), Tensor.Ones([2, 2, 1]), new WindowAxis(2, Before: 1, After: 2)));
        Expect.Equal([1, 2, 1], [0, 0], Convolve(Tensor.Zeros([1, 3, 0]), Tensor.Zeros([2, 0, 1])));
    }

    [Fact]
    public void PatchesThatOverlapAreAddedUp()
    {
        var window = new WindowAxis(3, Before: 1, After: 1);
        // Each element is in three patches, but those at the ends.
        Expect.Equal(
            [1, 4, 1], [2, 6, 9, 8], PatchSums(Patches(Tensor.From(new[] { 1.0, 2, 3, 4 }).Reshape(1, 4, 1), window), [1, 4, 1], window));
        Expect.Mentions(
            Assert.Throws<ShapeException>(() => PatchSums(Tensor.Zeros([1, 4, 2]), [1, 4, 1], window)), "PatchSums", "[1, 4, 2]",
            "[1, 4, 3]");
    }

    [Fact]
    public void WhatDoesNotFitIsNamed()
    {
        var x = Tensor.Zeros([2, 5, 6, 3]);
        Expect.Mentions(Assert.Throws<ShapeException>(() => Convolve(x, Tensor.Zeros([3, 3, 4]))), "Convolve", "[2, 5, 6, 3]", "[3, 3, 4]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Convolve(x, Tensor.Zeros([3, 3, 2, 4]))), "Convolve", "[3, 3, 2, 4]");
        Expect.Mentions(
            Assert.Throws<ShapeException>(() => Convolve(x, Tensor.Zeros([3, 3, 3, 4]), new WindowAxis(3), new WindowAxis(2))), "Convolve",
            "3, 2");
        Expect.Mentions(
            Assert.Throws<ShapeException>(() => Convolve(x, Tensor.Zeros([3, 9, 3, 4]))), "Patches", "axis 2", "[2, 5, 6, 3]", "9");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Patches(x, new WindowAxis(3))), "Patches", "1 windows");
        Expect.Mentions(Assert.Throws<ArgumentOutOfRangeException>(() => Patches(x, new(0), new(1))), "Patches", "Width");
        Expect.Mentions(Assert.Throws<ArgumentOutOfRangeException>(() => Patches(x, new(1), new(1, Stride: 0))), "Patches", "Stride");
        Expect.Mentions(Assert.Throws<ArgumentOutOfRangeException>(() => Patches(x, new(1), new(1, After: -1))), "Patches", "After");
    }
}
