using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff.Operations.Products;

public class SparseProductTests
{
    [Theory]
    [InlineData(ElementType.Float64)]
    [InlineData(ElementType.Float32)]
    public void IsTheProductWithTheWholeMatrix(ElementType type)
    {
        foreach (var (rows, columns) in new[] { (1, 1), (3, 5), (40, 30), (0, 3), (3, 0) })
        {
            var dense = Dense(rows, columns).As(type).Detach();
            var sparse = new SparseMatrix(dense);
            Assert.Equal(dense.ToDoubles(), sparse.ToTensor().ToDoubles());
            Assert.Equal(Transpose(dense).ToDoubles(), sparse.Transpose().ToTensor().ToDoubles());
            Assert.Same(sparse, sparse.Transpose().Transpose());
            Assert.Equal(dense.ToDoubles().Count(element => element != 0), sparse.Count);
            var x = Data.Normal([2, 4, rows], 3, type);
            double[] expected = MatMul(x.As(ElementType.Float64), sparse.ToTensor()).ToDoubles();
            double[] actual = SparseProduct(x, sparse).ToDoubles();
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 10 * (rows + 1) * type.Epsilon());
        }
    }

    // Elements that are 0 are not multiplied: what they would have met does not show.
    [Fact]
    public void OnlyElementsThatAreThereCount()
    {
        var matrix = new SparseMatrix(Tensor.From([0.0, 2, double.NaN, 0], [2, 2]));
        Assert.Equal(2, matrix.Count);
        Assert.Equal([double.NaN, 6], SparseProduct(Tensor.From([3.0, 1]), matrix).ToDoubles());
        Assert.Equal([0, double.PositiveInfinity],
            SparseProduct(Tensor.From([double.PositiveInfinity, 1]), new(Tensor.From([0.0, 2, 0, 0], [2, 2]))).ToDoubles());
    }

    [Fact]
    public void WhatDoesNotFitIsNamed()
    {
        var matrix = new SparseMatrix(Tensor.Zeros([2, 3]));
        Expect.Mentions(
            Assert.Throws<ShapeException>(() => SparseProduct(Tensor.Zeros([4, 3]), matrix)), "SparseProduct", "[4, 3]", "[2, 3]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => SparseProduct(Tensor.Scalar(1f), matrix)), "SparseProduct", "[2, 3]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => new SparseMatrix(Tensor.Zeros([3]))), "SparseMatrix", "[3]");
    }

    // Large reservoirs with few connections go through those alone, in every way of running, and so do their gradients.
    [Fact]
    public void ReservoirsAreSparse()
    {
        var cell = new EchoStateCell(2, 300, new(1), new() { Connectivity = 0.02, BiasScaling = 0 });
        var x = Data.Normal([6, 3, 2], 2, ElementType.Float64);
        var byHand = Tensor.Zeros([3, 300], ElementType.Float64);
        for (int t = 0; t < 6; t++) byHand = cell.Step(x[t], byHand).Next;
        var dense = Tensor.Zeros([3, 300], ElementType.Float64);
        for (int t = 0; t < 6; t++)
            dense = Tanh(MatMul(x[t], cell.Input) + MatMul(dense, cell.Recurrent));
        var compiled = Recurrent.Over(cell).Forward(x)[^1];
        for (int i = 0; i < 900; i++)
        {
            Assert.Equal(dense.ToDoubles()[i], byHand.ToDoubles()[i], 300 * ElementType.Float64.Epsilon());
            Assert.Equal(byHand.ToDoubles()[i], compiled.ToDoubles()[i]);
        }
        GradientCheck.Run(x => Sum(Square(Recurrent.Over(cell).Forward(x))), Data.Normal([2, 1, 2], 4)).ThrowIfFailed();
    }

    static Tensor Dense(int rows, int columns)
    {
        var values = Data.Normal([rows, columns], 1, ElementType.Float64);
        return (values * Greater(Data.Normal([rows, columns], 2, ElementType.Float64), 0.7)).Detach();
    }
}
