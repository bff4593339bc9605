namespace Autograd.Tests.Autodiff.Operations.Elementwise;

/// <summary>
/// Rows of any length, of which an operand has all, the same one again, or one number each, have the bits of single numbers.
/// </summary>
public class BroadcastRowTests
{
    static readonly (string Name, Func<Tensor, Tensor, Tensor> Function)[] Functions =
    [
        ("add", (a, b) => a + b), ("multiply", (a, b) => a * b), ("divide", (a, b) => a / b), ("power", Autograd.Functions.Power),
        ("maximum", Autograd.Functions.Maximum), ("log-add-exp", Autograd.Functions.LogAddExp),
    ];

    [Theory, InlineData(ElementType.Float32), InlineData(ElementType.Float64)]
    public void RowsHaveTheBitsOfSingleNumbers(ElementType type)
    {
        foreach (var (name, function) in Functions)
            foreach (var (rows, length) in new[] { (1, 17), (3, 16), (2, 33), (5, 40), (3, 100), (2, 300) })
                foreach (int[] left in Shapes(rows, length))
                    foreach (int[] right in Shapes(rows, length))
                    {
                        var a = Data.Counting(Shape.Create(left), type) * 0.01 + 0.5;
                        var b = Data.Counting(Shape.Create(right), type) * 0.02 - 1.0;
                        Assert.True(
                            Singly(function, a, b).AsSpan().SequenceEqual(function(a, b).ToDoubles()),
                            $"{name} of {a.Shape} and {b.Shape}, {type}");
                    }
    }

    static int[][] Shapes(int rows, int length) => [[rows, length], [length], [rows, 1]];

    static double[] Singly(Func<Tensor, Tensor, Tensor> function, Tensor a, Tensor b)
    {
        var (left, right) = (a.ToDoubles(), b.ToDoubles());
        int rows = Math.Max(Rows(a), Rows(b)), length = Math.Max(a.Shape[^1], b.Shape[^1]);
        double[] results = new double[rows * length];
        for (int i = 0; i < results.Length; i++)
            results[i] = function(
                Tensor.Scalar(left[At(a, i / length, i % length)], a.ElementType),
                Tensor.Scalar(right[At(b, i / length, i % length)], a.ElementType)).ToScalar();
        return results;
    }

    static int Rows(Tensor x) => x.Rank == 1 ? 1 : x.Shape[0];

    static int At(Tensor x, int row, int column) =>
        (Rows(x) == 1 ? 0 : row * x.Shape[^1]) + (x.Shape[^1] == 1 ? 0 : column);
}
