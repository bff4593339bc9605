using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

public class ImpulseResponseTests
{
    static readonly RandomKey Key = new(9);

    [Fact]
    public void OfAContractionFallsGeometrically()
    {
        double[] response =
            ImpulseResponse.Of(new ContractiveCell(2, 0.25), Key.Normal([20, 3, 2], 1, ElementType.Float64), Tensor.From([1.0, -2]));
        for (int t = 0; t < 20; t++) Assert.Equal(Math.Pow(0.25, t), response[t], 1e-15);
    }

    [Fact]
    public void ErrorsSayWhatDoesNotFit()
    {
        var cell = new RnnCell(2, 3, Key);
        Assert.Throws<ShapeException>(() => ImpulseResponse.Of(cell, Tensor.Zeros([4, 1, 2]), Tensor.Zeros([3])));
        Assert.Throws<ShapeException>(() => ImpulseResponse.Of(cell, Tensor.Zeros([4, 1]), Tensor.Zeros([2])));
        Assert.Contains(
            "sequence 0",
            Assert.Throws<ArgumentException>(() => ImpulseResponse.Of(cell, Tensor.Zeros([4, 1, 2]), Tensor.Zeros([2]))).Message);
    }
}
