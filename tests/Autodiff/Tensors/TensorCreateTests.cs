using System.Numerics.Tensors;

namespace Autograd.Tests.Autodiff;

public class TensorCreateTests
{
    [Fact]
    public void ArraysOfOneTwoAndThreeAxes()
    {
        Expect.Equal([3], [1, 2, 3], Tensor.From(new float[] { 1, 2, 3 }));
        Expect.Equal([2, 2], [1, 2, 3, 4], Tensor.From(new double[,] { { 1, 2 }, { 3, 4 } }));
        Expect.Equal([2, 1, 3], [1, 2, 3, 4, 5, 6], Tensor.From(new float[,,] { { { 1, 2, 3 } }, { { 4, 5, 6 } } }));
        Expect.Equal([2, 0], [], Tensor.From(new double[2, 0]));
        Expect.Equal([0, 2, 3], [], Tensor.From(new double[0, 2, 3]));
        Expect.Equal([0], [], Tensor.From(Array.Empty<float>()));
    }

    [Fact]
    public void SpansAreCopied()
    {
        double[] numbers = [1, 2, 3, 4];
        var tensor = Tensor.From(numbers, [2, 2]);
        var part = Tensor.From<double>(numbers.AsSpan(1, 2), [2]);
        numbers[1] = 9;
        Expect.Equal([2, 2], [1, 2, 3, 4], tensor);
        Expect.Equal([2], [2, 3], part);
    }

    [Fact]
    public void ElementTypesAreThoseGiven()
    {
        Assert.Equal(ElementType.Float32, Tensor.From(new[] { 1f }).ElementType);
        Assert.Equal(ElementType.Float64, Tensor.From(new[] { 1.0 }).ElementType);
        Assert.Equal(ElementType.Float32, Tensor.Scalar(1).ElementType);
        Assert.Equal(ElementType.Float64, Tensor.Zeros([1], ElementType.Float64).ElementType);
    }

    [Theory, InlineData(ElementType.Float32), InlineData(ElementType.Float64)]
    public void Constants(ElementType type)
    {
        Expect.Equal([], [2.5], Tensor.Scalar(2.5, type));
        Expect.Equal([2, 1], [0, 0], Tensor.Zeros([2, 1], type));
        Expect.Equal([2], [1, 1], Tensor.Ones([2], type));
        Expect.Equal([3], [7, 7, 7], Tensor.Full([3], 7, type));
        Expect.Equal([2, 2], [1, 0, 0, 1], Tensor.Identity(2, type));
        Expect.Equal([0, 0], [], Tensor.Identity(0, type));
        Assert.True(double.IsNegative(Tensor.Scalar(-0.0, type).ToScalar()));
    }

    [Fact]
    public void DataOutlivesATape()
    {
        Tensor[] made;
        using (new Tape())
        {
            made =
            [
                Tensor.Zeros([2]), Tensor.Identity(2), Functions.OneHot([1], 2), Functions.DropoutMask([2], 0.5, new RandomKey(1)),
                new RandomKey(1).Normal([2]), new RandomKey(1).Uniform([2]),
            ];
        }
        Assert.All(made, tensor => Assert.Equal(tensor.ElementCount, tensor.ToDoubles().Length));
    }

    [Fact]
    public void TensorSpansGoInAndOut()
    {
        var tensor = Data.Counting([2, 3, 4]);
        var span = tensor.AsTensorSpan<double>();
        Assert.Equal([2, 3, 4], span.Lengths.ToArray().Select(length => (int)length));
        Assert.Equal(24, span.FlattenedLength);
        Expect.Equal([2, 3, 4], tensor.ToDoubles(), Tensor.From(span));
    }

    [Fact]
    public void StridedTensorSpansAreCopiedInOrder()
    {
        double[] numbers = [.. Enumerable.Range(0, 12).Select(i => (double)i)];
        var transposed = new ReadOnlyTensorSpan<double>(numbers, lengths: [4, 3], strides: [1, 4]);
        Expect.Equal([4, 3], Data.Tabulate([4, 3], at => at[0] + 4 * at[1]), Tensor.From(transposed));
        var everySecond = new ReadOnlyTensorSpan<double>(numbers, lengths: [2, 2], strides: [6, 2]);
        Expect.Equal([2, 2], [0, 2, 6, 8], Tensor.From(everySecond));
    }

    [Fact]
    public void ScalarAndEmptyTensorSpans()
    {
        var scalar = Tensor.Scalar(5, ElementType.Float64).AsTensorSpan<double>();
        Assert.Equal(1, scalar.FlattenedLength);
        Assert.Equal(5, Tensor.From(scalar).ToDoubles().Single());
        Assert.Equal(0, Tensor.Zeros([0, 3]).AsTensorSpan<float>().FlattenedLength);
        Assert.Equal(0, Tensor.From(default(ReadOnlyTensorSpan<float>)).ElementCount);
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Expect.Mentions(Assert.Throws<ShapeException>(() => Tensor.From(new float[5], [2, 3])), "Tensor.From", "[2, 3]", "6", "5");
        Expect.Mentions(Assert.Throws<ElementTypeException>(() => Tensor.From(new[] { 1, 2 })), "Int32");
        Assert.Throws<ArgumentNullException>(() => Tensor.From((float[])null!));
        Assert.Throws<ArgumentNullException>(() => Tensor.From((float[,])null!));
        Assert.Throws<ArgumentNullException>(() => Tensor.From((float[,,])null!));
        Assert.Throws<ArgumentNullException>(() => Tensor.From(new float[1], null!));
        Assert.Throws<ArgumentNullException>(() => Tensor.Zeros(null!));
        Assert.Throws<ArgumentNullException>(() => Tensor.Symbolic(null!));
        Assert.Throws<ShapeException>(() => Tensor.Identity(-1));
        Assert.Throws<ShapeException>(() => Tensor.Identity(100_000));
    }
}
