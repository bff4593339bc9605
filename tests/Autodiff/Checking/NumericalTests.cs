using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class NumericalTests
{
    [Fact]
    public void ItAgreesWithTheTape()
    {
        var x = Data.Normal([2, 3]);
        Close(Differentiate.Jacobian(y => MatMul(Tanh(y), y, transposeRight: true), x),
            Numerical.Jacobian(y => MatMul(Tanh(y), y, transposeRight: true), x));
        Close(Differentiate.Gradient(y => Sum(Exp(y)), x), Numerical.Gradient(y => Sum(Exp(y)), x));
        Assert.Equal([0, 3, 2, 3], Numerical.Jacobian(y => y[..0], x).Shape.Lengths.ToArray());
    }

    [Fact]
    public void FloatArgumentsAreTakenInDouble() =>
        Close(Data.Vector(ElementType.Float64, 2, 4), Numerical.Gradient(y => Sum(Square(y)), Tensor.From([1f, 2f])));

    [Fact]
    public void AGradientNeedsOneElement()
    {
        Expect.Mentions(Assert.Throws<ShapeException>(() => Numerical.Gradient(y => y, Data.Normal([2]))), "Numerical.Gradient", "[2]");
        Assert.Throws<ArgumentNullException>(() => Numerical.Jacobian(null!, Data.Normal([2])));
        Assert.Throws<ArgumentNullException>(() => Numerical.Jacobian(y => y, null!));
    }

    static void Close(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        foreach (var (e, a) in expected.ToDoubles().Zip(actual.ToDoubles())) Assert.Equal(e, a, 1e-10);
    }
}
