using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class TapeBindTests : Poisoned
{
    [Fact]
    public void AFloatParameterMayBeBoundToADoubleValue()
    {
        var weight = new Parameter("w", Tensor.From(new float[,] { { 1, 2 }, { 3, 4 } }));
        using var tape = new Tape();
        var value = Tensor.From(new double[,] { { 5, 6 }, { 7, 8 } });
        tape.Bind(weight, value);
        var product = MatMul(Tensor.Identity(2, ElementType.Float64), weight);
        Expect.Equal([2, 2], [5, 6, 7, 8], product);
        var gradients = tape.Gradients(Sum(product * product), [weight, value]);
        Expect.Equal([2, 2], [10, 12, 14, 16], gradients[0]);
        Expect.Equal([2, 2], [10, 12, 14, 16], gradients[1]);
        Assert.Equal(ElementType.Float64, gradients[0].ElementType);
        Assert.Equal([1f, 2f, 3f, 4f], weight.ToArray<float>());
    }

    [Fact]
    public void TheBoundValueDecidesTheTypeOfNumbersBesideIt()
    {
        var p = new Parameter("p", Tensor.From(new[] { 1f, 2f }));
        using var tape = new Tape();
        tape.Bind(p, Tensor.From(new[] { 4.0, 8.0 }));
        Expect.Equal([2], [2, 4], p / 2);
        Expect.Equal([2], [0.5, 0.25], 2 / p);
        Expect.Equal([2], [5, 9], p + 1);
        Assert.Equal(ElementType.Float64, Dropout(p, 0.5, new RandomKey(1)).ElementType);
        Expect.Equal([2], [4, 8], Stack(Unstack(p)));
        Expect.Equal([], [32], Product(p));
        Expect.Equal([], [8], p[1]);
        Expect.Equal([2], [4, 8], p.As(ElementType.Float64));
    }

    [Fact]
    public void BindingEndsWithTheTape()
    {
        var p = new Parameter("p", Tensor.Full([1], 3));
        using (var tape = new Tape())
        {
            tape.Bind(p, Tensor.Full([1], 5));
            Expect.Equal([1], [10], p * 2);
        }
        using var next = new Tape();
        Expect.Equal([1], [6], p * 2);
    }

    [Fact]
    public void AnotherShapeOrEarlierUseIsAnError()
    {
        var p = new Parameter("gate.b", Tensor.Ones([2]));
        using var tape = new Tape();
        Expect.Mentions(Assert.Throws<ShapeException>(() => tape.Bind(p, Tensor.Ones([2, 1]))), "Bind", "gate.b", "[2]", "[2, 1]");
        _ = p + 1;
        Expect.Mentions(Assert.Throws<TapeException>(() => tape.Bind(p, Tensor.Ones([2]))), "Bind", "gate.b", "used");
        Expect.Mentions(Assert.Throws<ShapeException>(() => tape.Rebind(p, Tensor.Ones([2, 1]))), "Rebind", "gate.b", "[2]", "[2, 1]");
        // Nor may it be bound again once the bound value has been used.
        var q = new Parameter("gate.c", Tensor.Ones([2]));
        tape.Bind(q, Tensor.Zeros([2]));
        tape.Bind(q, Tensor.Ones([2]));
        _ = q * 2;
        Expect.Mentions(Assert.Throws<TapeException>(() => tape.Bind(q, Tensor.Zeros([2]))), "Bind", "gate.c", "used");
        Assert.Throws<ArgumentNullException>(() => tape.Bind(null!, Tensor.Ones([2])));
        Assert.Throws<ArgumentNullException>(() => tape.Bind(p, null!));
    }

    [Fact]
    public void AValueThatHasEndedIsAnError()
    {
        Tensor ended;
#pragma warning disable AG0006 // What has ended is what the test is about.
        using (new Tape()) ended = Tensor.Ones([2]) + 1;
#pragma warning restore AG0006
        using var tape = new Tape();
        var error = Assert.Throws<ObjectDisposedException>(() => tape.Bind(new Parameter("p", Tensor.Ones([2])), ended));
        Expect.Mentions(error, "Bind", "ScaleShift");
    }
}
