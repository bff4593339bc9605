using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class ShapeOperationTests : Poisoned
{
    [Fact]
    public void SlicesOfAnyAxisAndStep()
    {
        Shape shape = [4, 5, 3];
        var x = Data.Counting(shape);
        for (int axis = 0; axis < 3; axis++)
        {
            for (int step = 1; step <= 3; step++)
            {
                for (int start = 0; start < shape[axis]; start++)
                {
                    int most = (shape[axis] - 1 - start) / step + 1;
                    for (int length = 0; length <= most; length++)
                    {
                        var slice = Slice(x, axis - (axis % 2 == 0 ? 3 : 0), start, length, step);
                        Assert.Equal(shape.With(axis, length), slice.Shape);
                        Assert.Equal(Data.Tabulate(slice.Shape, at => x.At(With(at, axis, start + step * at[axis]))), slice.ToDoubles());
                    }
                    Expect.Mentions(
                        Assert.Throws<ShapeException>(() => Slice(x, axis, start, most + 1, step)), "Slice", "[4, 5, 3]", $"axis {axis}");
                }
            }
        }
    }

    [Theory]
    [InlineData(0, -1, 1, 1)]
    [InlineData(0, 0, -1, 1)]
    [InlineData(0, 0, 1, 0)]
    [InlineData(0, 5, 0, 1)]
    [InlineData(0, int.MaxValue, 2, 1)]
    [InlineData(0, 0, 3, int.MaxValue)]
    [InlineData(2, 0, 1, 1)]
    public void SlicesThatDoNotFitAreErrors(int axis, int start, int length, int step) =>
        Expect.Mentions(Assert.Throws<ShapeException>(() => Slice(Tensor.Zeros([4, 2]), axis, start, length, step)), "Slice", "[4, 2]");

    [Fact]
    public void PaddingIsTheAdjointOfASlice()
    {
        var x = Data.Counting([2, 2]);
        Expect.Equal([2, 5], [0, 1, 2, 0, 0, 0, 3, 4, 0, 0], Pad(x, 1, 1, 2));
        Expect.Equal([3, 2], [0, 0, 1, 2, 3, 4], Pad(x, -2, 1, 0));
        Expect.Mentions(Assert.Throws<ArgumentOutOfRangeException>(() => Pad(x, 0, -1, 0)), "Pad", "before", "-1");
        Expect.Mentions(Assert.Throws<ArgumentOutOfRangeException>(() => Pad(x, 0, 0, -2)), "Pad", "after", "-2");
        using var tape = new Tape();
        var watched = tape.Watch(Data.Counting([3, 4]));
        var slice = Slice(watched, 1, 1, 2, 2);
        foreach (bool record in new[] { false, true })
            Expect.Equal(
                [3, 4], [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6], tape.Gradients([slice], [Data.Counting([3, 2])], [watched], record)[0]);
    }

    [Fact]
    public void PermutationsOfThreeAxes()
    {
        var x = Data.Counting([2, 3, 4]);
        foreach (int[] order in new int[][] { [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0], [-1, 0, 1] })
        {
            int[] from = [.. order.Select(axis => (axis + 3) % 3)];
            var result = Permute(x, order);
            Assert.Equal(Shape.Create([.. from.Select(axis => x.Shape[axis])]), result.Shape);
            Assert.Equal(
                Data.Tabulate(result.Shape, at => x.At([.. Enumerable.Range(0, 3).Select(a => at[Array.IndexOf(from, a)])])),
                result.ToDoubles());
            using var tape = new Tape();
            tape.Watch(x);
            var y = Permute(x, order);
            Expect.Equal(x.Shape, x.ToDoubles(), tape.Gradients([y], [y], [x])[0]);
        }
        Expect.Equal([], [5], Permute(Tensor.Scalar(5)));
        Expect.Equal([3, 2, 0], [], Permute(Tensor.Zeros([0, 3, 2]), 1, 2, 0));
    }

    [Fact]
    public void NamedPermutations()
    {
        var x = Data.Counting([2, 3, 4]);
        Assert.Equal([2, 4, 3], Transpose(x).Shape);
        Assert.Equal([4, 3, 2], SwapAxes(x, 0, -1).Shape);
        Assert.Equal([3, 4, 2], MoveAxis(x, 0, -1).Shape);
        Assert.Equal([4, 2, 3], MoveAxis(x, 2, 0).Shape);
        Assert.Same(x, MoveAxis(x, 1, -2));
        Expect.Mentions(Assert.Throws<ShapeException>(() => Transpose(Tensor.Zeros([3]))), "Transpose", "[3]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => SwapAxes(x, 0, 3)), "SwapAxes", "axis 3", "[2, 3, 4]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => MoveAxis(x, -4, 0)), "MoveAxis", "axis -4");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Permute(x, 0, 1)), "Permute", "2 axes", "[2, 3, 4]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Permute(x, 0, 1, 1)), "Permute", "twice");
    }

    [Fact]
    public void FlipReversesAnAxis()
    {
        var x = Data.Counting([2, 3]);
        Expect.Equal([2, 3], [3, 2, 1, 6, 5, 4], Flip(x, -1));
        Expect.Equal([2, 3], [4, 5, 6, 1, 2, 3], Flip(x, 0));
        Expect.Mentions(Assert.Throws<ShapeException>(() => Flip(Tensor.Scalar(1), 0)), "Flip", "[]");
    }

    [Fact]
    public void SequencesAreReversedWithinTheirLengths()
    {
        var x = Data.Counting([3, 4, 1]);
        var reversed = ReverseSequences(x, [3, 2, 1, 0]);
        Expect.Equal([3, 4, 1], [9, 6, 3, 4, 5, 2, 7, 8, 1, 10, 11, 12], reversed);
        Expect.Equal([3, 4, 1], x.ToDoubles(), ReverseSequences(reversed, [3, 2, 1, 0]));
        Expect.Equal([3, 2], [5, 4, 3, 2, 1, 6], ReverseSequences(Data.Counting([3, 2]), [3, 2]));
        Expect.Mentions(Assert.Throws<ShapeException>(() => ReverseSequences(x, [3, 2])), "ReverseSequences", "2 lengths", "[3, 4, 1]");
        Expect.Mentions(
            Assert.Throws<ShapeException>(() => ReverseSequences(x, [1, 2, 3, 4])), "ReverseSequences", "length 4", "[3, 4, 1]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => ReverseSequences(x, [1, -2, 3, 0])), "length -2");
        Assert.Throws<ShapeException>(() => ReverseSequences(Tensor.Zeros([3]), [3]));
        Assert.Throws<ArgumentNullException>(() => ReverseSequences(null!, []));
    }

    [Fact]
    public void StackAndUnstackAreInverse()
    {
        var x = Data.Counting([2, 3, 4]);
        for (int axis = -3; axis < 3; axis++)
        {
            var parts = Unstack(x, axis);
            Assert.Equal(x.Shape[(axis + 3) % 3], parts.Length);
            Expect.Equal(x.Shape, x.ToDoubles(), Stack(parts, axis));
        }
        Assert.All(Unstack(x), part => Assert.Same(x.Storage, part.Storage));
        Expect.Equal([2], [1, 2], Stack([Tensor.Scalar(1), Tensor.Scalar(2)]));
        Expect.Mentions(Assert.Throws<ShapeException>(() => Stack([])), "Stack", "no tensors");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Stack([x, x[0]])), "Stack", "operand 1", "[2, 3, 4]", "[3, 4]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Stack([x], 4)), "Stack", "axis 4");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Unstack(Tensor.Scalar(1))), "Unstack");
        Expect.Mentions(Assert.Throws<ArgumentNullException>(() => Stack([x, null!])), "Stack", "operand 1");
        Expect.Mentions(Assert.Throws<ElementTypeException>(() => Stack([x, x.As(ElementType.Float32)])), "Stack", "operand 1");
        Assert.Throws<ArgumentNullException>(() => Unstack(null!));
    }

    [Fact]
    public void ConcatenationAlongAnyAxis()
    {
        var x = Data.Counting([2, 2]);
        Expect.Equal([3, 2], [1, 2, 3, 4, 1, 2], Concatenate(0, x, x[..1]));
        Expect.Equal([2, 3], [1, 2, 1, 3, 4, 3], Concatenate(-1, x, Slice(x, 1, 0, 1)));
        Expect.Equal([2, 2], [1, 2, 3, 4], Concatenate(1, Tensor.Zeros([2, 0], ElementType.Float64), x));
        Expect.Mentions(Assert.Throws<ShapeException>(() => Concatenate(0)), "Concatenate", "no tensors");
        Expect.Mentions(
            Assert.Throws<ShapeException>(() => Concatenate(0, x, Tensor.Zeros([2, 3]).As(ElementType.Float64))), "Concatenate", "[2, 2]",
            "[2, 3]", "axis 0");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Concatenate(2, x)), "Concatenate", "axis 2", "[2, 2]");
        Assert.Throws<ShapeException>(() => Concatenate(0, Tensor.Scalar(1)));
        Assert.Throws<ArgumentNullException>(() => Concatenate(0, x, null!));
    }

    [Fact]
    public void BroadcastingAndRepeating()
    {
        var x = Data.Counting([2, 1]);
        Expect.Equal([2, 3], [1, 1, 1, 2, 2, 2], BroadcastTo(x, [2, 3]));
        Expect.Equal([2, 2, 1], [1, 2, 1, 2], BroadcastTo(x, [2, 2, 1]));
        Expect.Equal([2, 0], [], BroadcastTo(x, [2, 0]));
        Assert.Same(x, BroadcastTo(x, [2, 1]));
        Expect.Mentions(Assert.Throws<ShapeException>(() => BroadcastTo(x, [3, 1])), "BroadcastTo", "[2, 1]", "[3, 1]");
        Expect.Equal([4], [1, 2, 1, 2], Repeat(Data.Counting([2]), 2, 0));
        Expect.Equal([2, 4], [1, 2, 1, 2, 3, 4, 3, 4], Repeat(Data.Counting([2, 2]), 2, -1));
        Expect.Equal([4, 2], [1, 2, 3, 4, 1, 2, 3, 4], Repeat(Data.Counting([2, 2]), 2, 0));
        Expect.Mentions(Assert.Throws<ArgumentOutOfRangeException>(() => Repeat(x, 0, 0)), "Repeat", "times", "0");
    }

    [Fact]
    public void ConversionsConvertTheGradientBack()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.From(new[] { 1f, 2f }));
        var y = x.As(ElementType.Float64);
        Assert.Equal(ElementType.Float64, (y * y).ElementType);
        var gradient = tape.Gradients(Sum(y * y), [x])[0];
        Assert.Equal(ElementType.Float32, gradient.ElementType);
        Expect.Equal([2], [2, 4], gradient);
    }

    static int[] With(int[] at, int axis, int value)
    {
        int[] other = [.. at];
        other[axis] = value;
        return other;
    }

    [Theory, InlineData(ElementType.Float32), InlineData(ElementType.Float64)]
    public void ARowOfAnyLengthIsReversed(ElementType type)
    {
        foreach (int length in new[] { 0, 1, 3, 4, 7, 8, 9, 16, 37 })
        {
            var x = Data.Counting([3, length], type);
            double[] expected = [.. x.ToDoubles().Chunk(Math.Max(length, 1)).SelectMany(row => row.Reverse())];
            Expect.Equal([3, length], expected, Functions.Flip(x, 1));
        }
    }
}
