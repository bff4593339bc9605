using Autograd.Layers;

namespace Autograd.Tests.Layers;

public class HopfieldNetworkTests
{
    static readonly RandomKey Key = new(5);

    static Tensor Patterns(int count, int units) =>
        Tensor.From(Key.Uniform([count, units], -1, 1, ElementType.Float64).ToDoubles().Select(x => x < 0 ? -1.0 : 1).ToArray(),
            [count, units]);

    [Fact]
    public void WeightsAreSymmetricWithoutSelfConnections()
    {
        var w = new HopfieldNetwork(Patterns(3, 10)).Weights;
        Close.Same(w, Functions.Transpose(w));
        for (int i = 0; i < 10; i++) Assert.Equal(0, w.At(i, i));
    }

    [Fact]
    public void StoredPatternsAreRecalledFromCorruptedOnes()
    {
        var patterns = Patterns(5, 100);
        var network = new HopfieldNetwork(patterns);
        for (int p = 0; p < 5; p++)
        {
            double[] corrupted = patterns[p].ToDoubles();
            for (int i = 0; i < 15; i++) corrupted[(i * 7 + p) % 100] *= -1;
            var recall = network.Recall(Tensor.From(corrupted), Key);
            Assert.Equal(patterns[p].ToDoubles(), recall.State.ToDoubles());
            Assert.True(recall.Sweeps >= 1);
        }
    }

    [Fact]
    public void TheGradientOfTheEnergyIsTheInputWithAMinus()
    {
        var network = new HopfieldNetwork(Patterns(3, 8));
        var states = Key.For("s").Normal([2, 8], 1, ElementType.Float64);
        var gradient = Differentiate.Gradient(s => Functions.Sum(network.Energy(s)), states);
        Close.Equal(-Functions.MatMul(states, network.Weights), gradient, 1e-14);
    }

    [Fact]
    public void ErrorsSayWhatDoesNotFit()
    {
        Assert.Contains("0.5", Assert.Throws<ArgumentException>(() => new HopfieldNetwork(Tensor.Full([1, 2], 0.5))).Message);
        Assert.Throws<ShapeException>(() => new HopfieldNetwork(Tensor.Ones([3])));
        Assert.Contains(
            "[4]", Assert.Throws<ShapeException>(() => new HopfieldNetwork(Tensor.Ones([1, 4])).Recall(Tensor.Ones([3]), Key)).Message);
        Assert.Throws<ArgumentException>(() => new HopfieldNetwork(Tensor.Ones([1, 2])).Recall(Tensor.Zeros([2]), Key));
    }
}
