using static Autograd.Functions;

namespace Autograd.Tests.Autodiff.Kernels;

/// <summary>Sums of very many numbers, over every axis and in every gradient that is one.</summary>
public class LongSumTests : Poisoned
{
    const int Many = 1_000_000;

    static readonly double Exact = Many * (double)0.1f;

    [Fact]
    public void OverAnyAxis()
    {
        Near(Sum(Tensor.Full([Many], 0.1)));
        Near(Sum(Tensor.Full([Many, 2], 0.1), 0));
        Near(Sum(Tensor.Full([2, Many], 0.1), 1));
        Near(Sum(Tensor.Full([2, 500, 2000, 3], 0.1), 1, 2));
        Near(SumTo(Tensor.Full([Many, 1, 2], 0.1), [2]));
        Near(Mean(Tensor.Full([Many, 3], 0.1), 0) * Many);
        Near(Square(Norm(Tensor.Full([Many], Math.Sqrt(0.1)))));
        // Squares beyond the numbers, and below them.
        foreach (double scale in new[] { 1e30, 1e-30 })
            Near(Square(Norm(Tensor.Full([Many], Math.Sqrt(0.1) * scale)) / scale));
    }

    [Fact]
    public void InGradients()
    {
        using var tape = new Tape();
        Tensor bias = tape.Watch(Tensor.Zeros([2])), x = Tensor.Zeros([Many, 1]), weight = Tensor.Zeros([1, 2]),
            seed = Tensor.Full([Many, 2], 0.1);
        Near(tape.Gradients([Affine(x, weight, bias)], [seed], [bias])[0]);
        Near(tape.Gradients([seed + bias], [seed], [bias])[0]);
        Near(tape.Gradients([seed + bias], [seed], [bias], record: true)[0]);
    }

    [Fact]
    public void RunningSumsAreRightToTheLast()
    {
        foreach (var x in new[] { Tensor.Full([Many], 0.1), Tensor.Full([Many, 19], 0.1), Tensor.Full([3, Many], 0.1) })
        {
            int axis = x.Shape.Lengths.IndexOf(Many);
            var y = CumulativeSum(x, axis);
            foreach (int i in new[] { 0, 1, 1000, 333_333, Many - 1 })
                Assert.All(Slice(y, axis, i, 1).ToDoubles(), sum => Assert.Equal((i + 1) * (double)0.1f, sum, 2e-7 * (i + 1)));
        }
    }

    // 64 rows at a time, fewer, and single ones.
    [Theory, InlineData(ElementType.Float32, false), InlineData(ElementType.Float64, false), InlineData(ElementType.Float32, true)]
    public void RunningSumsOfManyRowsAreThoseOfEach(ElementType type, bool fromEnd)
    {
        var x = Data.Normal([123, 150], type: type);
        double[] all = CumulativeSum(x, 1, fromEnd).ToDoubles();
        for (int row = 0; row < 123; row++)
        {
            double[] alone = CumulativeSum(Slice(x, 0, row, 1), 1, fromEnd).ToDoubles();
            double[] down = CumulativeSum(Reshape(Slice(x, 0, row, 1), 150, 1), 0, fromEnd).ToDoubles();
            Assert.Equal(alone, all[(row * 150)..((row + 1) * 150)]);
            Assert.Equal(alone, down);
        }
    }

    [Fact]
    public void RunningSumsPassInfinities()
    {
        var y = CumulativeSum(Tensor.From(new[] { 1, double.PositiveInfinity, 1, 2 }), 0);
        Expect.Equal([4], [1, double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity], y);
    }

    [Fact]
    public void AMeanIsASumDividedOnce()
    {
        foreach (int n in new[] { 3, 41, 49, 1000 })
        {
            Assert.Equal(1, Mean(Tensor.Ones([n])).ToScalar());
            Assert.Equal(1, Mean(Tensor.Ones([n], ElementType.Float64)).ToScalar());
        }
    }

    static void Near(Tensor sum) => Assert.All(sum.ToDoubles(), x => Assert.Equal(Exact, x, 1e-6 * Exact));
}
