using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class StopGradientTests : Poisoned
{
    [Fact]
    public void NoDerivativeFlowsInEitherMode()
    {
        var x = Data.Vector(ElementType.Float64, 2, 3);
        Expect.Equal([2], [2, 3], Differentiate.Gradient(y => Sum(y * StopGradient(y)), x));
        Expect.Equal([2], [20, 300], Differentiate.Jvp(y => y * StopGradient(y), x, Data.Vector(ElementType.Float64, 10, 100)).Product);
        Expect.Equal([2], [0, 0], Differentiate.Gradient(y => Sum(StopGradient(y * y)), x));
        Expect.Equal([2], [0, 0], Differentiate.Jvp(y => StopGradient(Exp(y)), x, x).Product);
    }

    // (y²)'' where one factor of the gradient 2y is held.
    [Fact]
    public void NorInHigherOrders()
    {
        var x = Data.Vector(ElementType.Float64, 2, 3);
        var product = Differentiate.HessianVectorProduct(
            y => Sum(y * y * StopGradient(y)), x, Tensor.Ones([2], ElementType.Float64)).Product;
        Expect.Equal([2], [4, 6], product);
    }

    [Fact]
    public void ValuesAndMemoryAreTheArguments()
    {
        using var tape = new Tape();
        var x = tape.Watch(Data.Normal([3, 4]));
        var part = (x * 2)[1..];
        int position = tape.Position;
        var stopped = StopGradient(part);
        Expect.Near(part, stopped, epsilons: 0);
        Assert.Same(part.Storage, stopped.Storage);
        Assert.Equal(part.Offset, stopped.Offset);
        Assert.Equal(position, tape.Position);
        Assert.Throws<TapeException>(() => tape.Gradients(Sum(stopped), [x]));
    }

    [Fact]
    public void ItStopsParametersAndOutlivesNoTape()
    {
        var w = new Parameter("w", Data.Vector(ElementType.Float64, 2, 3));
        Tensor stopped;
        using (var tape = new Tape())
        {
#pragma warning disable AG0006 // What has ended is what the test is about.
            stopped = StopGradient(w * 2);
#pragma warning restore AG0006
            Expect.Equal([2], [2, 3], tape.Gradients(Sum(w * StopGradient(w)), [w])[0]);
        }
        Assert.Throws<ObjectDisposedException>(() => stopped.ToDoubles());
        Assert.Throws<ObjectDisposedException>(() => StopGradient(stopped));
        Assert.Throws<ArgumentNullException>(() => StopGradient(null!));
    }
}
