using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

public class FixedPointsTests
{
    static readonly RandomKey Key = new(5);

    static Tensor Logistic(Tensor x, double r) => r * x * (1 - x);

    [Theory, InlineData(0.7), InlineData(2.5), InlineData(3.4), InlineData(4.0)]
    public void TheLogisticMapHasItsTwoFixedPoints(double r)
    {
        var points = FixedPoints.FindAll(x => Logistic(x, r), Tensor.From(new[,] { { 0.05 }, { 0.4 }, { 0.9 }, { -0.6 } }));
        Assert.Equal(2, points.Count);
        foreach (double expected in (double[])[0, 1 - 1 / r])
        {
            var point = Assert.Single(points, point => Math.Abs(point.Point.At(0) - expected) < 1e-10);
            double slope = r * (1 - 2 * expected);
            Assert.Equal(slope, point.Jacobian.At(0, 0), 1e-9);
            Assert.Equal(Math.Abs(slope) < 1, point.IsStable);
        }
    }

    [Fact]
    public void ALinearMapHasTheFixedPointOfTheory()
    {
        var a = Key.Normal([4, 4], 0.3, ElementType.Float64);
        var b = Key.For("b").Normal([4], 1, ElementType.Float64);
        var point = FixedPoints.Find(x => MatMul(x, a) + b, Tensor.Zeros([4]))!;
        // x = xA + b, so x(I − A) = b.
        var expected = Solve(Transpose(Tensor.Identity(4, ElementType.Float64) - a), b.Reshape(4, 1)).Reshape(4);
        Close.Equal(expected, point.Point, 1e-11);
        Close.Equal(Transpose(a), point.Jacobian, 1e-15);
        Assert.Equal(LinearAlgebra.SpectralRadius(a), point.SpectralRadius, 1e-12);
    }

    [Fact]
    public void CyclesAreFixedPointsOfTheIteratedMap()
    {
        var twice = FixedPoints.FindAll(
            Orbit.Iterate(x => Logistic(x, 3.4), 2), Tensor.From(new[,] { { 0.1 }, { 0.3 }, { 0.45 }, { 0.72 }, { 0.85 } }));
        var stable = twice.Where(point => point.IsStable).ToArray();
        Assert.Equal(2, stable.Length);
        // The multiplier of the 2-cycle is 4 + 2r − r².
        Assert.All(stable, point => Assert.Equal(4 + 2 * 3.4 - 3.4 * 3.4, point.Jacobian.At(0, 0), 1e-8));
    }

    [Fact]
    public void OfACellAtAConstantInput()
    {
        var cell = new RnnCell(2, 3, Key);
        var input = Tensor.From([0.3f, -0.2f]);
        var map = CellMap.Of(cell, input);
        var point = FixedPoints.Find(map, Tensor.Zeros([3]))!;
        var settled = Orbit.After(map, Tensor.Zeros([1, 3], ElementType.Float64), 2000);
        Close.Equal(settled.Reshape(3), point.Point, 1e-9);
        // J = diag(1 − h²)·Rᵀ for rows that are multiplied from the left.
        var slope = 1 - Square(point.Point);
        var expected = Transpose(cell["R"].Detach().As(ElementType.Float64)) * slope.Reshape(3, 1);
        Close.Equal(expected, point.Jacobian, 1e-13);
        Assert.True(point.IsStable);
    }

    [Fact]
    public void OfACellWithSeveralTensorsInItsState()
    {
        var cell = Stacked.Of(new LstmCell(2, 3, Key), new LstmCell(3, 2, Key.For("upper")));
        var point = FixedPoints.Find(CellMap.Of(cell, Tensor.From([1f, 0f])), Tensor.Zeros([10]))!;
        Assert.Equal([10, 10], point.Jacobian.Shape);
        Assert.True(point.Residual < 1e-11);
    }

    [Fact]
    public void WithoutAFixedPointNoneIsFound() => Assert.Null(FixedPoints.Find(x => x + 1, Tensor.Zeros([1])));

    [Fact]
    public void ADegenerateFixedPointIsFoundToo()
    {
        // f(x) − x = −x²: a double root, where Newton's matrix is singular.
        var point = FixedPoints.Find(x => x - x * x, Tensor.From([0.5]), 1e-10)!;
        Assert.InRange(Math.Abs(point.Point.At(0)), 0, 1.01e-5);
        Assert.False(FixedPoints.At(x => x - x * x, Tensor.From([0.0])).IsStable);
    }

    [Fact]
    public void ErrorsSayWhatDoesNotFit()
    {
        Assert.Contains("[2, 2]", Assert.Throws<ShapeException>(() => FixedPoints.Find(x => x, Tensor.Zeros([2, 2]))).Message);
        Assert.Contains(
            "the shape must stay", Assert.Throws<ShapeException>(() => FixedPoints.Find(x => Sum(x), Tensor.Zeros([2]))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => FixedPoints.Find(x => x, Tensor.Zeros([2]), tolerance: 0));
        Assert.Throws<ShapeException>(() => FixedPoints.FindAll(x => x, Tensor.Zeros([2])));
        Assert.Throws<ShapeException>(() => CellMap.Of(new RnnCell(2, 3, Key), Tensor.Zeros([1, 2])));
        Assert.Contains(
            "[rows, 3]",
            Assert.Throws<ShapeException>(
            () => CellMap.Of(new RnnCell(2, 3, Key), Tensor.Zeros([2]))(Tensor.Zeros([1, 4], ElementType.Float64))).Message);
    }
}
