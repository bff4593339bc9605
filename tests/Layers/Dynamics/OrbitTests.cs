using Autograd.Layers;

namespace Autograd.Tests.Layers;

public class OrbitTests
{
    static Func<Tensor, Tensor> Logistic(double r) => x => r * x * (1 - x);

    static readonly Tensor Start = Tensor.From(new[,] { { 0.1 } });

    [Theory]
    [InlineData(0.7, 1), InlineData(2.5, 1), InlineData(3.4, 2), InlineData(3.5, 4), InlineData(3.55, 8), InlineData(3.9, null),
        InlineData(4, null)]
    public void TheLogisticMapDoublesItsPeriod(double r, int? period) => Assert.Equal(period, Orbit.Period(Logistic(r), Start));

    [Fact]
    public void StatesFollowEachOther()
    {
        var states = Orbit.Of(x => 2 * x, Start, 3);
        Assert.Equal([4, 1, 1], states.Shape);
        Assert.Equal([0.1, 0.2, 0.4, 0.8], states.ToDoubles());
        Assert.Equal(0.8, Orbit.After(x => 2 * x, Start, 3).ToScalar());
        Assert.Equal(0.8, Orbit.Iterate(x => 2 * x, 3)(Start).ToScalar());
    }

    [Fact]
    public void ABifurcationDiagramHoldsWhatEachParameterSettlesTo()
    {
        var r = Tensor.From([0.7, 2.5, 3.4]);
        var diagram = Orbit.Bifurcations((r, x) => r * x * (1 - x), r, 0.1, 500, 4);
        Assert.Equal([4, 3], diagram.Shape);
        Assert.Equal(0, diagram.At(0, 0), 1e-12);
        Assert.Equal(0.6, diagram.At(3, 1), 1e-12);
        Assert.Equal(diagram.At(0, 2), diagram.At(2, 2), 1e-12);
        Assert.NotEqual(diagram.At(0, 2), diagram.At(1, 2), 1e-2);
    }

    [Fact]
    public void ErrorsSayWhatDoesNotFit()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Orbit.Of(x => x, Start, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Orbit.Iterate(x => x, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Orbit.Period(x => x, Start, longest: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Orbit.Bifurcations((_, x) => x, Start, 0, 0, 0));
    }
}
