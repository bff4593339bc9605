using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

public class MemoryCapacityTests
{
    static readonly RandomKey Key = new(7);

    /// <summary>A delay line of n units remembers n inputs fully and nothing else.</summary>
    [Fact]
    public void OfADelayLineIsItsLength()
    {
        // The first unit takes the input of the step before, so that the state at t holds u(t − 1) … u(t − 5) behind u(t).
        var shift = Tensor.From([.. Enumerable.Range(0, 36).Select(i => i / 6 + 1 == i % 6 ? 1.0 : 0)], [6, 6]);
        var first = Tensor.From([1.0, 0, 0, 0, 0, 0], [1, 6]);
        var line = new StateSpaceCell(6, (u, x) => MatMul(x, shift) + MatMul(u, first));
        var capacity = MemoryCapacity.Measure(line, Key, 8);
        for (int k = 0; k < 5; k++) Assert.Equal(1, capacity.ByDelay[k], 1e-6);
        // What is left is chance: squared correlations of independent numbers are about 1/steps.
        for (int k = 5; k < 8; k++) Assert.InRange(capacity.ByDelay[k], 0, 20 / 2000.0);
    }

    [Theory, InlineData(10, 0.9), InlineData(20, 0.95)]
    public void IsAtMostTheNumberOfUnits(int units, double radius)
    {
        var capacity = MemoryCapacity.Measure(
            new EchoStateCell(1, units, Key, new() { Connectivity = 0.5, SpectralRadius = radius, InputScaling = 0.1 }), Key, 3 * units);
        Assert.InRange(capacity.Total, 0.3 * units, units);
        Assert.All(capacity.ByDelay, c => Assert.InRange(c, 0, 1));
    }

    [Fact]
    public void OfACellOfFloats() => Assert.InRange(MemoryCapacity.Measure(new GruCell(1, 5, Key), Key, 10).Total, 0.5, 5);

    [Fact]
    public void ErrorsSayWhatDoesNotFit()
    {
        var cell = new EchoStateCell(1, 5, Key);
        Assert.Throws<ArgumentOutOfRangeException>(() => MemoryCapacity.Measure(cell, Key, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => MemoryCapacity.Measure(cell, Key, 10, steps: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => MemoryCapacity.Measure(cell, Key, 10, washout: 9));
        Assert.Throws<ArgumentOutOfRangeException>(() => MemoryCapacity.Measure(cell, Key, 10, amplitude: 0));
    }
}
