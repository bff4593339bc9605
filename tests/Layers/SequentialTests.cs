using Autograd.Layers;

namespace Autograd.Tests.Layers;

public class SequentialTests
{
    static readonly RandomKey Key = new(1);

    [Fact]
    public void IsLayersOneAfterTheOther()
    {
        var (first, second) = (new Linear(3, 4, Key), new LayerNorm(4));
        var x = Key.Normal([5, 3]);
        Close.Same(second.Forward(first.Forward(x)), new Sequential(first, second).Forward(x));
        Assert.Same(x, new Sequential().Forward(x));
    }

    [Fact]
    public void LengthsReachTheLayersOverSequences()
    {
        var recurrent = Recurrent.Over(new RnnCell(3, 4, Key));
        var both = Bidirectional.Over(new GruCell(4, 2, Key.For("a")), new GruCell(4, 2, Key.For("b")));
        var head = new Linear(4, 1, Key);
        int[] lengths = [2, 5];
        var x = Key.Normal([5, 2, 3]);
        var expected = head.Forward(both.Forward(recurrent.Forward(x, lengths), lengths));
        var chain = new Sequential(new Sequential(recurrent), both, head);
        Close.Same(expected, chain.Forward(x, lengths));
        Assert.NotEqual(expected.ToDoubles(), chain.Forward(x).ToDoubles());
    }

    [Fact]
    public void ALayerMayComeTwiceAndCountsOnce()
    {
        var layer = new Linear(3, 3, Key);
        var chain = new Sequential(layer, layer);
        Assert.Equal(["0.weight", "0.bias"], chain.NamedParameters().Select(named => named.Path));
        var x = Key.Normal([2, 3]);
        Close.Same(layer.Forward(layer.Forward(x)), chain.Forward(x));
    }

    [Fact]
    public void OtherModulesAreAnError()
    {
        var error = Assert.Throws<ArgumentException>(() => new Sequential(new Linear(3, 3, Key), new Embedding(2, 3, Key)));
        Assert.StartsWith("Sequential: layer 1 is a Embedding; it must be an ILayer or an ISequenceLayer.", error.Message);
        error = Assert.Throws<ArgumentException>(() => new Sequential((Module)null!));
        Assert.StartsWith("Sequential: layer 0 is a null; it must be an ILayer or an ISequenceLayer.", error.Message);
        Assert.Throws<ArgumentNullException>(() => new Sequential((Module[])null!));
    }
}
