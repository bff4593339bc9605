using Autograd.Layers;

namespace Autograd.Tests.Layers.Recurrence;

public class LayerStatesTests
{
    static readonly Tensor[] Two = [Tensor.Ones([1]), Tensor.Zeros([2])];

    [Fact]
    public void IsAListThatKeepsACopy()
    {
        var source = new List<Tensor>(Two);
        var states = new LayerStates<Tensor>(source);
        source.Clear();
        Assert.Equal(2, states.Count);
        Assert.Equal(Two, states);
        Assert.Same(Two[1], states[1]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    public void ALayerThatDoesNotExistIsAnError(int index)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new LayerStates<Tensor>(Two)[index]);
        Assert.StartsWith($"LayerStates: there is no layer {index}; there are 2.", error.Message);
    }

    [Fact]
    public void NullIsAnError() => Assert.Throws<ArgumentNullException>(() => new LayerStates<Tensor>(null!));
}
