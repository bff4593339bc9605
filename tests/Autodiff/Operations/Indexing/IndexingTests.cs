using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class IndexingTests : Poisoned
{
    [Fact]
    public void RowsByNumber()
    {
        var table = Data.Counting([3, 2]);
        Expect.Equal([4, 2], [5, 6, 1, 2, 5, 6, 3, 4], GatherRows(table, [2, 0, 2, 1]));
        Expect.Equal([0, 2], [], GatherRows(table, []));
        Expect.Equal([2], [3, 1], GatherRows(Data.Counting([3]), [2, 0]));
        Expect.Equal([3, 2], [0, 0, 1 + 5, 2 + 6, 3, 4], ScatterRows(Data.Counting([3, 2]), [1, 2, 1], 3));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void ARowNamedTwiceGetsTheSum(bool record)
    {
        using var tape = new Tape();
        var table = tape.Watch(Data.Counting([4, 2]));
        var rows = GatherRows(table, [2, 0, 2]);
        Expect.Equal([4, 2], [3, 4, 0, 0, 1 + 5, 2 + 6, 0, 0], tape.Gradients([rows], [Data.Counting([3, 2])], [table], record)[0]);
        Expect.Equal([3, 2], [5, 6, 1, 2, 5, 6], tape.Tangents([rows], [table], [table], record)[0]);
    }

    [Fact]
    public void ElementsOfAnAxisByNumber()
    {
        var x = Data.Counting([2, 3]);
        Expect.Equal([2, 1], [3, 4], GatherAlong(x, [2, 0]));
        Expect.Equal([2, 2], [3, 1, 4, 6], GatherAlong(x, [2, 0, 0, 2], count: 2));
        Expect.Equal([1, 3], [1, 5, 3], GatherAlong(x, [0, 1, 0], axis: 0));
        Expect.Equal([2, 3], [0, 0, 1, 2, 0, 0], ScatterAlong(Data.Counting([2, 1]), [2, 0], 3));
        Expect.Equal([2, 3], [1, 0, 3, 0, 2, 0], ScatterAlong(Data.Counting([1, 3]), [0, 1, 0], 2, axis: 0));
        Expect.Equal([2, 2], [3, 0, 0, 7], ScatterAlong(Data.Counting([2, 2]), [0, 0, 1, 1], 2));
        Shape middle = [2, 3, 2];
        Expect.Equal([2, 1, 2], [1, 4, 11, 8], GatherAlong(Data.Counting(middle), [0, 1, 2, 0], axis: 1));
    }

    [Fact]
    public void OneHotRows()
    {
        Expect.Equal([3, 2], [0, 1, 1, 0, 0, 1], OneHot([1, 0, 1], 2));
        Expect.Equal([0, 4], [], OneHot([], 4, ElementType.Float64));
    }

    [Fact]
    public void IndicesOutsideAreNamed()
    {
        var x = Tensor.Zeros([3, 2]);
        Expect.Mentions(Assert.Throws<ShapeException>(() => GatherRows(x, [0, 3])), "GatherRows", "index 3", "position 1", "[3, 2]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => GatherRows(x, [-1])), "GatherRows", "index -1");
        Expect.Mentions(Assert.Throws<ShapeException>(() => GatherRows(Tensor.Scalar(1), [0])), "GatherRows", "scalar");
        Expect.Mentions(Assert.Throws<ShapeException>(() => ScatterRows(x, [0, 1], 3)), "ScatterRows", "2 indices", "[3, 2]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => ScatterRows(x, [0, 1, 2], 2)), "ScatterRows", "index 2", "2 rows");
        Assert.Throws<ShapeException>(() => ScatterRows(x, [0, 1, 2], -1));
        Expect.Mentions(Assert.Throws<ShapeException>(() => GatherAlong(x, [0, 1, 2])), "GatherAlong", "index 2", "position 2");
        Expect.Mentions(Assert.Throws<ShapeException>(() => GatherAlong(x, [0, 1])), "GatherAlong", "2 indices", "[3, 2]", "[3, 1]");
        Expect.Mentions(Assert.Throws<ArgumentOutOfRangeException>(() => GatherAlong(x, [], count: -1)), "GatherAlong", "count");
        Expect.Mentions(Assert.Throws<ShapeException>(() => GatherAlong(x, [], axis: 2)), "GatherAlong", "axis 2");
        Expect.Mentions(Assert.Throws<ShapeException>(() => ScatterAlong(x, [0], 3)), "ScatterAlong", "[3, 2]");
        Assert.Throws<ShapeException>(() => ScatterAlong(x, new int[6], -1));
        Expect.Mentions(Assert.Throws<ShapeException>(() => OneHot([0, 2], 2)), "OneHot", "index 2", "2 classes");
        Expect.Mentions(Assert.Throws<ArgumentOutOfRangeException>(() => OneHot([], 0)), "OneHot", "classes");
        Assert.Throws<ArgumentNullException>(() => GatherRows(null!, []));
        Assert.Throws<ArgumentNullException>(() => GatherAlong(null!, []));
    }

    [Fact]
    public void DropoutKeepsTheMean()
    {
        var key = new RandomKey(4).For("dropout");
        var mask = DropoutMask([100, 1000], 0.25, key);
        Assert.Equal([0.0, (float)(1 / 0.75)], mask.ToDoubles().Distinct().Order());
        Assert.InRange(Mean(mask).ToScalar(), 0.99, 1.01);
        Assert.Equal(mask.ToDoubles(), DropoutMask([100, 1000], 0.25, key).ToDoubles());
        Assert.NotEqual(mask.ToDoubles(), DropoutMask([100, 1000], 0.25, key.At(1)).ToDoubles());
        var x = Data.Normal([7], 1, ElementType.Float32);
        Assert.Same(x, Dropout(x, 0, key));
        Expect.Equal([7], (x * DropoutMask([7], 0.5, key)).ToDoubles(), Dropout(x, 0.5, key));
        Assert.Equal(ElementType.Float64, Dropout(x.As(ElementType.Float64), 0.5, key).ElementType);
        foreach (double rate in new[] { -0.1, 1, double.NaN })
            Expect.Mentions(Assert.Throws<ArgumentOutOfRangeException>(() => Dropout(x, rate, key)), "Dropout", "rate");
    }
}
