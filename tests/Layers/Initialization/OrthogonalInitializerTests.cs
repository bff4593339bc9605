using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Initialization;

public class OrthogonalInitializerTests
{
    static readonly RandomKey Key = new(1);

    /// <summary>Whichever are fewer: rows or columns; times gain² on the diagonal.</summary>
    [Theory]
    [InlineData(40, 40, 1)]
    [InlineData(20, 50, 1)]
    [InlineData(50, 20, 1)]
    [InlineData(1, 7, 1.5)]
    [InlineData(30, 60, -2)]
    public void TheFewerAreOrthonormalTimesTheGain(int rows, int columns, double gain)
    {
        var w = Initializer.Orthogonal(gain).Create([rows, columns], Key, ElementType.Float64);
        Assert.Equal([rows, columns], w.Shape.Lengths.ToArray());
        var product = rows <= columns ? MatMul(w, w, transposeRight: true) : MatMul(w, w, transposeLeft: true);
        Close.Equal(gain * gain * Tensor.Identity(Math.Min(rows, columns), ElementType.Float64), product, 1e-14 * columns);
    }

    [Fact]
    public void KeepsNormsThroughTime()
    {
        var w = Initializer.Orthogonal(0.9).Create([16, 16], Key, ElementType.Float64);
        var h = InDouble.Draw(Key, 1, 16);
        double before = Norm(h).ToScalar();
        for (int t = 0; t < 50; t++) h = MatMul(h, w);
        Assert.Equal(Math.Pow(0.9, 50), Norm(h).ToScalar() / before, 1e-15);
    }

    [Theory]
    [InlineData(new int[0], "[]")]
    [InlineData(new[] { 3 }, "[3]")]
    [InlineData(new[] { 2, 3, 4 }, "[2, 3, 4]")]
    public void OnlyMatricesCanBeOrthogonal(int[] shape, string text)
    {
        var error = Assert.Throws<ShapeException>(() => Initializer.Orthogonal().Create(Shape.Create(shape), Key));
        Assert.Equal($"Orthogonal: the shape is {text}; a matrix is needed.", error.Message);
    }
}
