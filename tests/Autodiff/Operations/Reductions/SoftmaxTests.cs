using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class SoftmaxTests : Poisoned
{
    [Theory, InlineData(0), InlineData(1), InlineData(-1), InlineData(2)]
    public void AlongAnyAxis(int axis)
    {
        foreach (var type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            var x = Data.Normal([3, 4, 5], 1, type);
            var sums = SumKeepingAxes(Data.Of(ElementType.Float64, x.Shape, Array.ConvertAll(x.ToDoubles(), Math.Exp)), axis);
            int position = axis < 0 ? 2 : axis;
            double[] expected = Data.Tabulate(x.Shape, at => Math.Exp(x.At(at)) / sums.At([.. at.Select((i, a) => a == position ? 0 : i)]));
            Expect.Near(expected, Softmax(x, axis), epsilons: 16);
            Expect.Near(Array.ConvertAll(expected, Math.Log), LogSoftmax(x, axis), epsilons: 16, scale: 1);
        }
    }

    [Theory, InlineData(ElementType.Float32), InlineData(ElementType.Float64)]
    public void LargeLogitsKeepTheirDigits(ElementType type)
    {
        var x = Data.Of(type, [4, 2], 1e4, 1e4, 1e4, -1e4, -1e4, -1e4, 1e4, 1e4 - 1);
        double e = 1 / (1 + Math.Exp(-1));
        Expect.Near([0.5, 0.5, 1, 0, 0.5, 0.5, e, 1 - e], Softmax(x), epsilons: 8);
        double half = -Math.Log(2);
        Expect.Near([half, half, 0, -2e4, half, half, Math.Log(e), Math.Log(1 - e)], LogSoftmax(x), epsilons: 8);
    }

    [Fact]
    public void MaskedLogitsGetNothing()
    {
        var x = Tensor.From(new[] { 1, double.NegativeInfinity, 1 });
        Expect.Near([0.5, 0, 0.5], Softmax(x));
        Expect.Near([-Math.Log(2), double.NegativeInfinity, -Math.Log(2)], LogSoftmax(x));
        Assert.All(Softmax(Tensor.From(new[] { 1, double.NaN })).ToDoubles(), y => Assert.True(double.IsNaN(y)));
    }

    [Fact]
    public void EmptyAndSingleRows()
    {
        Expect.Equal([2, 1], [1, 1], Softmax(Data.Counting([2, 1])));
        Expect.Equal([2, 0], [], Softmax(Tensor.Zeros([2, 0])));
        Expect.Equal([0, 2], [], LogSoftmax(Tensor.Zeros([0, 2]), 0));
        Expect.Mentions(Assert.Throws<ShapeException>(() => Softmax(Tensor.Scalar(1))), "Softmax", "[]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => LogSoftmax(Tensor.Zeros([2]), 1)), "LogSoftmax", "axis 1", "[2]");
        Assert.Throws<ArgumentNullException>(() => Softmax(null!));
    }

    [Fact]
    public void TheJacobianIsDiagonalMinusOuterProduct()
    {
        using var tape = new Tape();
        var x = tape.Watch(Data.Normal([5]));
        var y = Softmax(x);
        var p = y.ToDoubles();
        for (int i = 0; i < 5; i++)
        {
            var unit = new double[5];
            unit[i] = 1;
            var seed = Tensor.From(unit);
            double[] expected = [.. p.Select((pj, j) => (i == j ? p[i] : 0) - p[i] * pj)];
            Expect.Near(expected, tape.Gradients([y], [seed], [x])[0], scale: 1);
            Expect.Near(expected, tape.Tangents([y], [x], [seed])[0], scale: 1);
            Expect.Near([.. p.Select((pj, j) => (i == j ? 1 : 0) - pj)], tape.Gradients([LogSoftmax(x)], [seed], [x])[0], scale: 1);
            Expect.Near([.. p.Select((_, j) => (i == j ? 1 : 0) - p[i])], tape.Tangents([LogSoftmax(x)], [x], [seed])[0], scale: 1);
        }
    }
}
