using static Autograd.Functions;

namespace Autograd.Tests.Autodiff.Operations;

/// <summary>Order: sorting, the largest, and where they are.</summary>
public class RankTests
{
    public static TheoryData<ElementType, int> Axes => new()
    {
        { ElementType.Float32, 0 }, { ElementType.Float64, 1 }, { ElementType.Float32, 2 },
    };

    [Theory, MemberData(nameof(Axes))]
    public void RowsAreSortedStably(ElementType type, int axis)
    {
        // Few different numbers, so that many tie.
        var x = MoveAxis(Round(2 * Data.Normal([4, 3, 40], type: type)), 2, axis);
        double[][] rows = Rows(x, axis), order = Rows(ArgSort(x, axis), axis), down = Rows(ArgSort(x, axis, descending: true), axis);
        double[][] sorted = Rows(Sort(x, axis), axis), top = Rows(TopK(x, 7, axis), axis), first = Rows(ArgTopK(x, 7, axis), axis);
        double[] largest = ArgMax(x, axis).ToDoubles(), smallest = ArgMin(x, axis).ToDoubles();
        for (int i = 0; i < rows.Length; i++)
        {
            double[] indices = [.. Enumerable.Range(0, 40).Select(j => (double)j)];
            Assert.Equal(indices.OrderBy(j => rows[i][(int)j]), order[i]);
            Assert.Equal(indices.OrderByDescending(j => rows[i][(int)j]), down[i]);
            Assert.Equal(rows[i].Order(), sorted[i]);
            Assert.Equal(rows[i].OrderDescending().Take(7), top[i]);
            Assert.Equal(down[i].Take(7), first[i]);
            Assert.Equal((down[i][0], order[i][0]), (largest[i], smallest[i]));
        }
    }

    [Fact]
    public void TheSlopeGoesWithTheElement()
    {
        var x = Tensor.From([3.0, 1, 2]);
        var weights = Tensor.From([10.0, 20, 30]);
        Assert.Equal([30.0, 10, 20], Differentiate.Gradient(x => Sum(Sort(x) * weights), x).ToDoubles());
        Assert.Equal([10.0, 0, 20], Differentiate.Gradient(x => Sum(TopK(x, 2) * weights[..2]), x).ToDoubles());
    }

    [Fact]
    public void WhatDoesNotFitIsNamed()
    {
        var x = Tensor.Zeros([2, 3]);
        Expect.Mentions(Assert.Throws<ShapeException>(() => Sort(x, 2)), "ArgSort", "[2, 3]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => TopK(x, 4)), "ArgTopK", "[2, 3]", "4");
        Expect.Mentions(Assert.Throws<ShapeException>(() => ArgMax(Tensor.Zeros([2, 0]))), "ArgMax", "[2, 0]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => TakeAlong(x, Tensor.Full([2, 1], 3))), "TakeAlong", "index 3", "length 3");
        Expect.Mentions(Assert.Throws<ShapeException>(() => TakeAlong(x, Tensor.Full([2, 1], 0.5))), "TakeAlong", "0.5");
        Expect.Mentions(Assert.Throws<ShapeException>(() => TakeAlong(x, Tensor.Full([2, 1], double.NaN))), "TakeAlong", "NaN");
        Expect.Mentions(Assert.Throws<ShapeException>(() => TakeAlong(x, Tensor.Zeros([3, 1]))), "TakeAlong", "[3, 1]", "[2, 3]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => AddAlong(x, Tensor.Zeros([2, 1]), 3)), "AddAlong", "[2, 1]", "[2, 3]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => ScatterRowsMax(x, [0, 2], 2)), "ScatterRowsMax", "index 2");
        Expect.Mentions(Assert.Throws<ShapeException>(() => MatVec(x, Tensor.Zeros([2]))), "MatVec", "[2, 3]", "[2]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => MaskedSoftmax(x, Tensor.Zeros([2, 2]))), "MaskedSoftmax", "[2, 2]", "[2, 3]");
    }

    static double[][] Rows(Tensor x, int axis) => [.. MoveAxis(x, axis, 2).ToDoubles().Chunk(x.Shape[axis])];
}
