using Autograd.Data;

namespace Autograd.Tests.Data;

public class TokenWindowTests
{
    [Fact]
    public void HoldsWhatItWasGiven()
    {
        int[] inputs = [1, 2, 3, 4, 5, 6], targets = [3, 4, 5, 6, 7, 8];
        var window = new TokenWindow(inputs, targets, time: 3, rows: 2, isFirst: true);
        Assert.Equal(inputs, window.Inputs.ToArray());
        Assert.Equal(targets, window.Targets.ToArray());
        Assert.Equal((3, 2, true), (window.Time, window.Rows, window.IsFirst));
    }

    [Theory]
    [InlineData(0, 1, "time", 0)]
    [InlineData(-1, 1, "time", -1)]
    [InlineData(1, 0, "rows", 0)]
    public void SizesBelowOneAreAnError(int time, int rows, string name, int value)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new TokenWindow(new int[1], new int[1], time, rows, isFirst: false));
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith($"TokenWindow: {name} must be at least 1; it is {value}.", error.Message);
    }

    [Theory]
    [InlineData(5, 6, "inputs", 5)]
    [InlineData(6, 7, "targets", 7)]
    [InlineData(0, 0, "inputs", 0)]
    public void ArraysOfAnotherLengthAreAnError(int inputs, int targets, string name, int length)
    {
        var error = Assert.Throws<ArgumentException>(
            () => new TokenWindow(new int[inputs], new int[targets], time: 3, rows: 2, isFirst: false));
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith($"TokenWindow: {name} has {length} tokens; [time, rows] is [3, 2], 6 were expected.", error.Message);
    }

    [Fact]
    public void SizesWhoseProductOverflowsAreAnError()
    {
        var error = Assert.Throws<ArgumentException>(() => new TokenWindow(default, default, time: 65536, rows: 65536, isFirst: false));
        Assert.Contains("4294967296 were expected", error.Message);
    }
}
