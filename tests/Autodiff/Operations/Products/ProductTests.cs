using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class ProductTests : Poisoned
{
    public static TheoryData<int[], int[], int[]> Shapes => new()
    {
        { [3, 4], [4, 5], [3, 5] },
        { [4], [4, 5], [5] },
        { [2, 3, 4], [4, 5], [2, 3, 5] },
        { [2, 3, 4], [2, 4, 5], [2, 3, 5] },
        { [3, 4], [2, 4, 5], [2, 3, 5] },
        { [2, 1, 3, 4], [6, 4, 5], [2, 6, 3, 5] },
        { [2, 0, 4], [4, 5], [2, 0, 5] },
        { [3, 0], [0, 5], [3, 5] },
        { [3, 4], [4, 0], [3, 0] },
        { [0], [0, 2], [2] },
        { [2, 3, 0], [2, 0, 5], [2, 3, 5] },
        { [1, 1], [1, 1], [1, 1] },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void EveryTranspositionIsTheSameProduct(int[] leftLengths, int[] rightLengths, int[] expectedLengths)
    {
        foreach (var type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            var (left, right) = (Data.Normal(Shape.Create(leftLengths), 1, type), Data.Normal(Shape.Create(rightLengths), 2, type));
            var expected = Naively(left, right, Shape.Create(expectedLengths));
            Check(expected, expectedLengths, MatMul(left, right));
            Check(expected, expectedLengths, MatMul(left, Transpose(right), transposeRight: true));
            if (left.Rank < 2) continue;
            // A transposed left operand has exactly two matrix axes; only with a batch on the right, or two axes, is that the same.
            Check(expected, expectedLengths, MatMul(Transpose(left), right, transposeLeft: true));
            Check(expected, expectedLengths, MatMul(Transpose(left), Transpose(right), true, true));
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void GradientsAgreeOnEveryPath(int[] leftLengths, int[] rightLengths, int[] _)
    {
        foreach (int flags in new[] { 0, 1, 2, 3 })
        {
            bool transposeLeft = flags > 1, transposeRight = flags % 2 == 1;
            if (transposeLeft && leftLengths.Length < 2) continue;
            using var tape = new Tape();
            var (plainLeft, plainRight) = (Data.Normal(Shape.Create(leftLengths), 1), Data.Normal(Shape.Create(rightLengths), 2));
            var left = tape.Watch(transposeLeft ? Transpose(plainLeft).Detach() : plainLeft);
            var right = tape.Watch(transposeRight ? Transpose(plainRight).Detach() : plainRight);
            var y = MatMul(left, right, transposeLeft, transposeRight);
            var seed = Data.Normal(y.Shape, 3);
            var queued = tape.Gradients([y], [seed], [left, right]);
            var recorded = tape.Gradients([y], [seed], [left, right], record: true);
            Expect.Near(recorded[0], queued[0], epsilons: 32, scale: 4);
            Expect.Near(recorded[1], queued[1], epsilons: 32, scale: 4);
            var (u, v) = (Data.Normal(left.Shape, 4), Data.Normal(right.Shape, 5));
            double expected = (Sum(queued[0] * u) + Sum(queued[1] * v)).ToScalar();
            Expect.Near([expected], Sum(tape.Tangents([y], [left, right], [u, v])[0] * seed), epsilons: 256, scale: 10);
        }
    }

    [Fact]
    public void AParameterIsPackedForEveryUse()
    {
        var weight = new Parameter("w", Data.Normal([33, 47], 1, ElementType.Float32));
        var x = Data.Normal([9, 33], 2, ElementType.Float32);
        var y = Data.Normal([9, 47], 3, ElementType.Float32);
        double[] forward = MatMul(x, weight).ToDoubles(), back = MatMul(y, weight, transposeRight: true).ToDoubles();
        using var tape = new Tape();
        for (int i = 0; i < 2; i++)
        {
            Expect.Near(forward, MatMul(x, weight), epsilons: 32, scale: 10);
            Expect.Near(back, MatMul(y, weight, transposeRight: true), epsilons: 32, scale: 10);
        }
        // What was packed is not used for another value.
        weight.Change<float>(values => values.Clear());
        using (tape.Pause()) Assert.All(MatMul(x, weight).ToDoubles(), value => Assert.Equal(0, value));
        Expect.Mentions(
            Assert.Throws<TapeException>(() => MatMul(x, weight)), "Parameter w", "was changed after it had been used on this tape");
    }

    [Fact]
    public void AffineMaps()
    {
        foreach (var type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            var (weight, bias) = (Data.Normal([4, 5], 1, type), Data.Normal([5], 2, type));
            foreach (Shape shape in new Shape[] { [4], [3, 4], [2, 3, 4], [0, 4] })
            {
                var x = Data.Normal(shape, 3, type);
                Expect.Near(MatMul(x, weight) + bias, Affine(x, weight, bias), epsilons: 8, scale: 4);
            }
        }
        Expect.Equal([3, 0], [], Affine(Tensor.Zeros([3, 2]), Tensor.Zeros([2, 0]), Tensor.Zeros([0])));
        Expect.Equal([2, 2], [1, 2, 1, 2], Affine(Tensor.Zeros([2, 0]), Tensor.Zeros([0, 2]), Tensor.From(new[] { 1f, 2f })));
    }

    [Fact]
    public void ConvolutionOverTime()
    {
        var (x, kernel) = (Data.Normal([9, 2, 3], 1), Data.Normal([3, 3, 4], 2));
        foreach (var (stride, dilation, steps) in new[] { (1, 1, 7), (2, 1, 4), (1, 3, 3), (3, 2, 2), (5, 4, 1) })
        {
            var y = Convolution(x, kernel, stride, dilation);
            var expected = Data.Tabulate([steps, 2, 4], at => Enumerable.Range(0, 3).Sum(
                k => Enumerable.Range(0, 3).Sum(i => x.At(at[0] * stride + k * dilation, at[1], i) * kernel.At(k, i, at[2]))));
            Assert.Equal([steps, 2, 4], y.Shape);
            Expect.Near(expected, y, epsilons: 16, scale: 4);
        }
    }

    [Fact]
    public void ShapesThatDoNotFitAreNamed()
    {
        Tensor x = Tensor.Zeros([32, 64]), w = Tensor.Zeros([65, 10]);
        Assert.Equal(
            "MatMul: left is [32, 64], right is [65, 10]; 64 and 65 must be equal.",
            Assert.Throws<ShapeException>(() => MatMul(x, w)).Message);
        Expect.Mentions(
            Assert.Throws<ShapeException>(() => MatMul(x, w, true, true)), "[32, 64] transposed", "[65, 10] transposed", "32 and 10");
        Expect.Mentions(Assert.Throws<ShapeException>(() => MatMul(x, Tensor.Zeros([64]))), "MatMul", "[64]");
        Expect.Mentions(
            Assert.Throws<ShapeException>(() => MatMul(Tensor.Zeros([4]), Tensor.Zeros([4, 2]), transposeLeft: true)), "MatMul", "[4]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => MatMul(Tensor.Zeros([4]), Tensor.Zeros([3, 4, 2]))), "MatMul", "[3, 4, 2]");
        Expect.Mentions(
            Assert.Throws<ShapeException>(() => MatMul(Tensor.Zeros([2, 3, 4]), Tensor.Zeros([3, 4, 5]))), "MatMul", "[2]", "[3]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Affine(x, w, Tensor.Zeros([10]))), "Affine", "[32, 64]", "[65, 10]", "[10]");
        Assert.Throws<ShapeException>(() => Affine(x, Tensor.Zeros([64, 10]), Tensor.Zeros([1])));
        Expect.Mentions(Assert.Throws<ElementTypeException>(() => MatMul(x, w.As(ElementType.Float64))), "MatMul", "Float32", "Float64");
        var (sequence, kernel) = (Tensor.Zeros([4, 2, 3]), Tensor.Zeros([3, 3, 5]));
        Expect.Mentions(
            Assert.Throws<ShapeException>(() => Convolution(sequence, kernel, dilation: 2)), "Convolution", "[4, 2, 3]", "[3, 3, 5]", "5");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Convolution(sequence[0], kernel)), "Convolution", "[2, 3]");
        Expect.Mentions(
            Assert.Throws<ArgumentOutOfRangeException>(() => Convolution(sequence, kernel, stride: 0)), "Convolution", "stride");
        Expect.Mentions(
            Assert.Throws<ArgumentOutOfRangeException>(() => Convolution(sequence, kernel, dilation: 0)), "Convolution", "dilation");
        Assert.Throws<ArgumentNullException>(() => MatMul(x, null!));
    }

    static void Check(double[] expected, int[] lengths, Tensor actual)
    {
        Assert.Equal(Shape.Create(lengths), actual.Shape);
        Expect.Near(expected, actual, epsilons: 16, scale: 4);
    }

    static double[] Naively(Tensor left, Tensor right, Shape result)
    {
        int inner = left.Shape[^1];
        return Data.Tabulate(result, at =>
        {
            int[] row = left.Rank == 1 ? [] : at[..^1];
            int[] batch = left.Rank == 1 ? [] : at[..^2];
            return Enumerable.Range(0, inner)
                .Sum(k => left.At(Reader([.. row, k], left.Shape)) * right.At(Reader([.. batch, k, at[^1]], right.Shape)));
        });
    }

    static int[] Reader(int[] at, Shape shape) =>
        [.. Enumerable.Range(0, shape.Rank).Select(i => shape[i] == 1 ? 0 : at[at.Length - shape.Rank + i])];
}
