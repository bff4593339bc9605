using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class PerSampleGradientsTests : Poisoned
{
    [Fact]
    public void TheyAreTheGradientsOfBatchesOfOne()
    {
        const int Batch = 3;
        var network = Recurrent.Over(new LstmCell(2, 3, new RandomKey(1)));
        var x = Data.Normal([4, Batch, 2], 2, ElementType.Float32);
        var parameters = network.Parameters;
        var gradients = Differentiate.PerSampleGradients(() => Losses(x), parameters);
        for (int sample = 0; sample < Batch; sample++)
        {
            var single = Slice(x, 1, sample, 1);
            var expected = Differentiate.ValueAndGradient(() => Sum(Losses(single)), parameters).Gradients;
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal([Batch, .. parameters[i].Shape.Lengths], gradients[i].Shape.Lengths.ToArray());
                Expect.Near(expected[i], gradients[i][sample], epsilons: 64, scale: 1);
            }
        }

        Tensor Losses(Tensor inputs) => Sum(Square(network.Forward(inputs)), 0, 2);
    }

    [Fact]
    public void TheyAddUpToTheGradientOfTheBatch()
    {
        var w = new Parameter("w", Data.Normal([3]));
        var x = Data.Normal([4, 3], 2);
        Tensor Losses() => Sum(Tanh(x * w), 1);
        var gradients = Differentiate.PerSampleGradients(Losses, [w])[0];
        Expect.Near(Differentiate.ValueAndGradient(() => Sum(Losses()), [w]).Gradients[0], Sum(gradients, 0), epsilons: 16, scale: 1);
    }

    [Fact]
    public void LossesThatAreNoVectorAreAnError()
    {
        var w = new Parameter("w", Data.Normal([3]));
        Expect.Mentions(
            Assert.Throws<ShapeException>(() => Differentiate.PerSampleGradients(() => Sum(w), [w])), "PerSampleGradients", "[]",
            "[batch]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Differentiate.PerSampleGradients(() => w.Reshape(3, 1) * 2, [w])), "[3, 1]");
        Assert.Throws<ArgumentNullException>(() => Differentiate.PerSampleGradients(null!, [w]));
        Assert.Null(Tape.Current);
    }
}
