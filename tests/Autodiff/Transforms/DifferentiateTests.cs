using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class DifferentiateTests : Poisoned
{
    static Tensor Number(double value) => Tensor.Scalar(value, ElementType.Float64);

    [Fact]
    public void ValueAndGradientOfALoss()
    {
        var w = new Parameter("w", Tensor.From(new[] { 2.0, 3.0 }));
        var unused = new Parameter("unused", Tensor.Ones([1]));
        var (value, gradients) = Differentiate.ValueAndGradient(() => Sum(w * w * w), [w, unused]);
        Assert.Equal(35, value.ToScalar());
        Expect.Equal([2], [12, 27], gradients[0]);
        Expect.Equal([1], [0], gradients[1]);
        Assert.Null(Tape.Current);
    }

    [Fact]
    public void GradientsOfGradients()
    {
        static Tensor First(Tensor x) => Differentiate.Gradient(y => y * y * y * y, x);
        static Tensor Second(Tensor x) => Differentiate.Gradient(First, x);
        static Tensor Third(Tensor x) => Differentiate.Gradient(Second, x);
        static Tensor Fourth(Tensor x) => Differentiate.Gradient(Third, x);
        Assert.Equal(4 * 27, First(Number(3)).ToScalar());
        Assert.Equal(12 * 9, Second(Number(3)).ToScalar());
        Assert.Equal(24 * 3, Third(Number(3)).ToScalar());
        Assert.Equal(24, Fourth(Number(3)).ToScalar());
    }

    // d/dx (x · d/dy (x + y)) = 1: the inner derivative must not take the outer variable for its own.
    [Theory, InlineData(2.0), InlineData(-7.0)]
    public void PerturbationsAreNotConfused(double at)
    {
        var result = Differentiate.Gradient(x => x * Differentiate.Gradient(y => x + y, Number(1)), Number(at));
        Assert.Equal(1, result.ToScalar());
        var forward = Differentiate.Jvp(x => x * Differentiate.Jvp(y => x + y, Number(1), Number(1)).Product, Number(at), Number(1));
        Assert.Equal(1, forward.Product.ToScalar());
        var same = Differentiate.Gradient(x => x * Differentiate.Gradient(y => x * y, x), Number(at));
        Assert.Equal(2 * at, same.ToScalar());
    }

    [Fact]
    public void ForwardOverReverseIsReverseOverReverse()
    {
        var x = Data.Normal([4]);
        var v = Data.Normal([4], 2);
        static Tensor Function(Tensor x) => Sum(Tanh(x) * x[0] * Exp(x));
        Tensor Gradient(Tensor x) => Differentiate.Gradient(Function, x);
        var forward = Differentiate.Jvp(Gradient, x, v).Product;
        var reverse = Differentiate.Gradient(y => Sum(Gradient(y) * v), x);
        Expect.Near(reverse, forward, epsilons: 32, scale: 1);
    }

    [Fact]
    public void ProductsWithTheJacobian()
    {
        static Tensor Function(Tensor x) => Stack([x[0] * x[1], x[1] * x[1], Sin(x[0])]);
        var x = Tensor.From(new[] { 2.0, 3.0 });
        var (value, vjp) = Differentiate.Vjp(Function, x, Tensor.From(new[] { 1.0, 10.0, 100.0 }));
        Expect.Near([6, 9, Math.Sin(2)], value);
        Expect.Near([3 + 100 * Math.Cos(2), 2 + 60], vjp);
        var jvp = Differentiate.Jvp(Function, x, Tensor.From(new[] { 1.0, 10.0 })).Product;
        Expect.Near([3 + 20, 60, Math.Cos(2)], jvp);
    }

    [Fact]
    public void InsideATapeTheResultBelongsToIt()
    {
        Tensor inner;
        using (var tape = new Tape())
        {
            var x = tape.Watch(Number(3));
            inner = Differentiate.Gradient(y => y * y * y, x);
            Assert.Equal(27, inner.ToScalar());
            Assert.Equal(18, tape.Gradients(inner, [x])[0].ToScalar());
        }
        Assert.Throws<ObjectDisposedException>(() => inner.ToScalar());
    }

    [Fact]
    public void AFunctionThatFailsEndsItsTape()
    {
        Assert.Throws<InvalidOperationException>(() => Differentiate.Gradient(_ => throw new InvalidOperationException("no"), Number(1)));
        Assert.Null(Tape.Current);
        Assert.Throws<ShapeException>(() => Differentiate.Gradient(x => x, Tensor.Ones([2])));
        Assert.Null(Tape.Current);
    }

    [Fact]
    public void BothModesTakeParametersToo()
    {
        var (weight, bias) = (new Parameter("w", Data.Normal([3, 2], 1)), new Parameter("b", Data.Normal([2], 2)));
        var x = Data.Normal([4, 3], 3);
        Tensor Model() => Tanh(Affine(x, weight, bias));
        Tensor u = Data.Normal([4, 2], 4), v = Data.Normal([3, 2], 5), w = Data.Normal([2], 6);
        var (value, reverse) = Differentiate.Vjp(Model, [weight, bias], u);
        var (same, forward) = Differentiate.Jvp(Model, [weight, bias], [v, w]);
        Assert.Equal(value.ToDoubles(), same.ToDoubles());
        Assert.Equal(Sum(forward * u).ToScalar(), Sum(reverse[0] * v).ToScalar() + Sum(reverse[1] * w).ToScalar(), 1e-12);
    }

    [Fact]
    public void TheDerivativeOfAConstantIsZero()
    {
        Assert.Equal(0, Differentiate.Gradient(_ => Number(1), Number(1)).ToScalar());
        Assert.Equal(0, Differentiate.Gradient(x => Differentiate.Gradient(y => 3 * y, x), Number(1)).ToScalar());
    }

    [Fact]
    public void MissingArgumentsAreErrors()
    {
        var x = Number(1);
        Assert.Throws<ArgumentNullException>(() => Differentiate.ValueAndGradient(null!, []));
        Assert.Throws<ArgumentNullException>(() => Differentiate.ValueAndGradient(() => x, null!));
        Assert.Throws<ArgumentNullException>(() => Differentiate.Gradient(null!, x));
        Assert.Throws<ArgumentNullException>(() => Differentiate.Gradient(y => y, null!));
        Assert.Throws<ArgumentNullException>(() => Differentiate.Vjp(y => y, x, null!));
        Assert.Throws<ArgumentNullException>(() => Differentiate.Jvp(y => y, x, null!));
        Expect.Mentions(
            Assert.Throws<ShapeException>(() => Differentiate.Vjp(y => y, x, Tensor.Ones([2], ElementType.Float64))), "[2]", "[]");
    }
}
