namespace Autograd.Tests.Autodiff;

public class ShapeTests
{
    [Fact]
    public void ACollectionIsAShape()
    {
        Shape shape = [2, 3, 4];
        Assert.Equal((3, 24), (shape.Rank, shape.ElementCount));
        Assert.Equal([2, 3, 4], shape.Lengths.ToArray());
        Assert.Equal((2, 4, 3), (shape[0], shape[^1], shape[1]));
    }

    [Fact]
    public void AScalarHasNoAxisAndOneElement()
    {
        Shape shape = [];
        Assert.Same(Shape.Scalar, shape);
        Assert.Equal((0, 1, "[]"), (shape.Rank, shape.ElementCount, shape.ToString()));
    }

    [Fact]
    public void AxesMayBeEmpty()
    {
        Shape shape = [3, 0, 2];
        Assert.Equal(0, shape.ElementCount);
        Assert.Equal("[3, 0, 2]", shape.ToString());
    }

    // Whatever the others are, and wherever the empty one stands.
    [Fact]
    public void AnEmptyAxisLeavesNoElements()
    {
        foreach (int[] lengths in (int[][])[[100000, 100000, 0], [0, 100000, 100000], [100000, 0, 100000]])
        {
            var shape = Shape.Create(lengths);
            Assert.Equal(0, shape.ElementCount);
            var x = Tensor.Zeros(shape);
            Assert.Equal([.. lengths.Reverse()], Functions.Permute(x, 2, 1, 0).Shape);
            Assert.Equal(shape, (x + x).Shape);
            Assert.Equal(shape, Functions.Softmax(x).Shape);
            Assert.Equal(shape, Functions.CumulativeSum(x, 1).Shape);
            Assert.Equal(0, Functions.Sum(x).ToScalar());
        }
        Assert.Equal(int.MaxValue, Shape.Create([0, 100000, 100000]).Product(1, 3));
        Assert.Throws<ShapeException>(() => Functions.Sum(Tensor.Zeros([0, 100000, 100000]), 0));
        Expect.Mentions(Assert.Throws<ShapeException>(() => Functions.Pad(Tensor.Zeros([3]), 0, int.MaxValue, 5)), "Pad", "[3]",
            "2147483655");
        Assert.Throws<ShapeException>(() => Shape.Create([100000, 100000]));
    }

    [Fact]
    public void EqualityIsByLengths()
    {
        Shape left = [2, 3, 4], right = [2, 3, 4], other = [4, 3, 2];
        Assert.True(left == right && left.Equals(right) && left.Equals((object)right));
        Assert.Equal(left.GetHashCode(), right.GetHashCode());
        Assert.True(left != other && !left.Equals(null) && left != null && null != left && !left.Equals("[2, 3, 4]"));
        Assert.True(Shape.Create([2, 3]) != Shape.Create([3, 2]));
    }

    [Fact]
    public void EveryShortShapeComesOutOfTheCacheAsItWentIn()
    {
        for (int pass = 0; pass < 2; pass++)
        {
            for (int rows = 0; rows < 40; rows++)
            {
                Assert.Equal([rows], Shape.Create([rows]).Lengths.ToArray());
                for (int columns = 0; columns < 40; columns++)
                {
                    var shape = Shape.Create([rows, columns]);
                    Assert.Equal([rows, columns], shape.Lengths.ToArray());
                    Assert.Equal(rows * columns, shape.ElementCount);
                }
            }
        }
    }

    [Fact]
    public void EnumeratesItsLengths()
    {
        var lengths = new List<int>();
        foreach (int length in Shape.Create([5, 6, 7])) lengths.Add(length);
        Assert.Equal([5, 6, 7], lengths);
    }

    [Fact]
    public void BadLengthsAreErrors()
    {
        Expect.Mentions(Assert.Throws<ShapeException>(() => Shape.Create([2, -1])), "[2, -1]", "negative");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Shape.Create([65536, 65536])), "[65536, 65536]", "elements");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Shape.Create([int.MaxValue, int.MaxValue, int.MaxValue])), "2147483647");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Shape.Create([2, 3])[2]), "[2, 3]", "axis 2", "rank is 2");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Shape.Create([2, 3])[^3]), "[2, 3]", "axis ^3");
    }
}
