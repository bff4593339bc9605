using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class StandardiseTests : Poisoned
{
    [Theory, InlineData(0), InlineData(1), InlineData(-1)]
    public void IsWhatItIsMadeOf(int axis)
    {
        foreach (var type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            var x = Data.Normal([3, 40, 50], 1, type);
            var centred = x - MeanKeepingAxes(x, axis);
            var expected = centred / Sqrt(MeanKeepingAxes(Square(centred), axis) + 0.1);
            Expect.Near(expected.ToDoubles(), Standardise(x, 0.1, axis), epsilons: 8, scale: 1);
        }
    }

    // The mean is taken away first: of squares less the square of the mean nothing would be left.
    [Theory, InlineData(ElementType.Float32), InlineData(ElementType.Float64)]
    public void BesideALargeMeanTheRestCounts(ElementType type)
    {
        var x = Data.Of(type, [4], 4097, 4095, 4097, 4095);
        Expect.Near([1, -1, 1, -1], Standardise(x, 0), epsilons: 2);
    }

    // In one pass, and by operations where the gradient is recorded.
    [Theory, InlineData(1, 1), InlineData(9, 5), InlineData(3, 30), InlineData(2, 600), InlineData(40, 1030)]
    public void GradientsOfRowsAreThoseOfTheRule(int count, int length)
    {
        foreach (var of in (Func<Tensor, Tensor>[])[x => Standardise(x, 0.1), x => Softmax(x), x => LogSoftmax(x)])
        {
            using var tape = new Tape();
            Tensor x = tape.Watch(Data.Normal([count, length], 1, ElementType.Float64)), cotangent = Data.Normal(x.Shape, 2, x.ElementType);
            var y = of(x);
            var expected = tape.Gradients([y], [cotangent], [x], record: true)[0];
            Expect.Near(expected.ToDoubles(), tape.Gradients([y], [cotangent], [x])[0], epsilons: 16 * Math.Log2(length + 1), scale: 4);
        }
    }

    [Fact]
    public void WrongArguments()
    {
        Expect.Mentions(Assert.Throws<ShapeException>(() => Standardise(Tensor.Zeros([2, 0]))), "Standardise", "axis 1", "[2, 0]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Standardise(Tensor.Zeros([2]), axis: 1)), "Standardise", "axis 1", "[2]");
        Assert.Throws<ArgumentOutOfRangeException>(() => Standardise(Tensor.Zeros([2]), -1e-9));
        Assert.Throws<ArgumentOutOfRangeException>(() => Standardise(Tensor.Zeros([2]), double.NaN));
        Assert.Throws<ArgumentNullException>(() => Standardise(null!));
        Expect.Equal([0, 2], [], Standardise(Tensor.Zeros([0, 2])));
    }
}
