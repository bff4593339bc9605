using Autograd.Layers;
using Autograd.Tests.Autodiff;

namespace Autograd.Tests.Layers;

public class ReservoirWeightsTests
{
    [Theory]
    [InlineData(0, 0.5, "units")]
    [InlineData(4, 0.0, "connectivity")]
    [InlineData(4, -0.5, "connectivity")]
    [InlineData(4, 1.5, "connectivity")]
    [InlineData(4, double.NaN, "connectivity")]
    public void NumbersOutsideTheirRangesAreRefusedByName(int units, double connectivity, string name) => Expect.Mentions(
        Assert.Throws<ArgumentOutOfRangeException>(() => ReservoirWeights.Sparse(units, connectivity, 0.9, new RandomKey(1))),
        "ReservoirWeights", name);
}
