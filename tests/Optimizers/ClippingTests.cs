using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class ClippingTests
{
    [Fact]
    public void GlobalNormFollowsTheReference() => Valley.Walk(
        p => new Sgd(p, 0.05, momentum: 0.9) { Clipping = Clipping.GlobalNorm(2) },
        [-1.1199649745805709, 0.3696123700279173, 1.0235397133586557, -0.6539905602535366],
        [-0.9772837850061932, 0.30784777396726726, 1.0620537283063824, -0.5532195077262062],
        [-0.7053732791334391, 0.07260350198584979, 0.9243862720166585, 0.07916908312613512],
        [-0.3886377769662846, 0.43424550712858784, 0.07199002876808021, 0.32092810918948184]);

    [Fact]
    public void ValueFollowsTheReference() => Valley.Walk(
        p => new Sgd(p, 0.05, momentum: 0.9) { Clipping = Clipping.Value(1.5) },
        [-1.125, 0.325, 1.075, -0.625],
        [-0.9825, 0.1825, 1.2175, -0.4825],
        [-0.9866697739062501, 0.018880123906249973, 1.1443075, 0.22151710144363865],
        [-0.5629242002216822, 0.9600436825419641, 0.6242460898149507, 0.2962867304066826]);

    [Theory]
    [InlineData(6, 1.5, 2)]
    [InlineData(5, 1.5, 2)]
    [InlineData(2.5, 1.5, 2)]
    [InlineData(1, 0.6, 0.8)]
    public void GlobalNormScalesAllParametersTogether(double maximum, double first, double second)
    {
        // Of norm 2.5 together.
        var (a, b) = Clipped(Clipping.GlobalNorm(maximum), 1.5, 2);
        Near.Equal([-first, -second], [a, b]);
    }

    [Theory]
    [InlineData(6, 1.5, -2)]
    [InlineData(1.75, 1.5, -1.75)]
    [InlineData(0.25, 0.25, -0.25)]
    public void ValueConfinesElementsOneByOne(double maximum, double first, double second)
    {
        Assert.Equal((-first, -second), Clipped(Clipping.Value(maximum), 1.5, -2));
    }

    [Fact]
    public void ClippingComesBeforeThePenalty()
    {
        var parameter = new Parameter("p", Tensor.From([10.0]));
        new Sgd([parameter], 1, weightDecay: 0.1) { Clipping = Clipping.Value(0.5) }.Step([Tensor.From([7.0])]);
        Near.Equal([10 - (0.5 + 1)], parameter.ToDoubles());
    }

    [Fact]
    public void GradientsThemselvesStay()
    {
        var gradient = Tensor.From([3.0, 4.0]);
        new Sgd([new Parameter("p", gradient)], 1) { Clipping = Clipping.GlobalNorm(1) }.Step([gradient]);
        Assert.Equal([3.0, 4.0], gradient.ToDoubles());
    }

    // Their scale is below what float holds.
    [Theory, InlineData(1e-3), InlineData(1e-10), InlineData(1e-30)]
    public void HugeGradientsAreScaledToASmallNorm(double maximum)
    {
        var gradient = Tensor.From([3e38f, -2e38f]);
        double norm = Math.Sqrt(13) * 1e38;
        var parameter = new Parameter("p", Tensor.Zeros([2]));
        new Sgd([parameter], 1) { Clipping = Clipping.GlobalNorm(maximum) }.Step([gradient]);
        var (clipped, _) = Clipping.GlobalNorm(maximum).Clip([gradient]);
        double[] expected = [3e38 * (maximum / norm), -2e38 * (maximum / norm)];
        for (int i = 0; i < 2; i++)
        {
            double rounding = 8 * ElementType.Float32.Epsilon() * maximum;
            Assert.Equal(-expected[i], parameter.ToDoubles()[i], rounding);
            Assert.Equal(expected[i], clipped[0].ToDoubles()[i], rounding);
        }
    }

    [Fact]
    public void ZeroGradientsAreNotClipped() => Assert.Equal((0, 0), Clipped(Clipping.GlobalNorm(1e-9), 0, 0));

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(-1.5, "-1.5")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void MaximaOutOfRangeAreAnError(double maximum, string text)
    {
        var norm = Assert.Throws<ArgumentOutOfRangeException>(() => Clipping.GlobalNorm(maximum));
        Assert.StartsWith($"Clipping.GlobalNorm: maximum must be positive and finite; it is {text}.", norm.Message);
        var value = Assert.Throws<ArgumentOutOfRangeException>(() => Clipping.Value(maximum));
        Assert.StartsWith($"Clipping.Value: maximum must be positive and finite; it is {text}.", value.Message);
    }

    [Fact]
    public void TellsWhatItDoes()
    {
        Assert.Equal(2.5, Clipping.Value(2.5).Maximum);
        Assert.Equal("every element at most 2.5", Clipping.Value(2.5).ToString());
        Assert.Equal("global norm at most 5", Clipping.GlobalNorm(5).ToString());
    }

    /// <summary>Where two parameters come from 0 with rate 1: minus the clipped gradients.</summary>
    static (double, double) Clipped(Clipping clipping, double first, double second)
    {
        Parameter[] parameters = [new("a", Tensor.Scalar(0, ElementType.Float64)), new("b", Tensor.Scalar(0, ElementType.Float64))];
        new Sgd(parameters, 1) { Clipping = clipping }
            .Step([Tensor.Scalar(first, ElementType.Float64), Tensor.Scalar(second, ElementType.Float64)]);
        return (parameters[0].ToScalar(), parameters[1].ToScalar());
    }
}
