using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>Sums along axes within rows, and what is made of them: a matrix for each sequence read by a vector, from either side.</summary>
public class AxisSumLaws
{
    /// <summary>As on the tape, within passes, whatever the lengths of the axes and wherever the sums go from there.</summary>
    [Law(60)]
    public void SumsWithinRowsArePartOfPasses(Draw draw)
    {
        var (kind, steps, batch, m, n, outputs) = draw.Of(draw => (draw.Whole(0, Kinds.Length - 1), draw.Whole(1, 5),
            draw.OneOf(1, 2, draw.Whole(3, 40)), draw.Whole(2, 20), draw.Whole(2, 40), draw.Whole(0, 2)));
        var layer = new Recurrent<Tensor>(new MatrixCell(Kinds[kind], m, n, outputs)) { Threads = 1 };
        var x = new RandomKey(2).Normal([steps, batch, m * n], 1, ElementType.Float64);
        double[][] expected = LayerResults.Planned(layer, x, Execution.Eager);
        double[][] compiled = LayerResults.Planned(layer, x, Execution.Compiled);
        string plan = layer.Explain(x);
        Assert.Contains("fused sums", plan, StringComparison.Ordinal);
        string actions = plan[plan.IndexOf("\nforward\n", StringComparison.Ordinal)..];
        foreach (string alone in (string[])["= Sum(", "= MatMul("]) Assert.DoesNotContain(alone, actions, StringComparison.Ordinal);
        LayerResults.AreNear(expected, compiled, steps * Near.Rounding(m * n), "compiled");
        Near.SameBits(compiled, LayerResults.Planned(layer, x, Execution.Interpreted), "interpreted");
        layer.Threads = 3;
        Near.SameBits(compiled, LayerResults.Planned(layer, x, Execution.Compiled), "three threads");
    }

    /// <summary>Several axes at once, up to the last or not, in rows that are taken apart between them.</summary>
    [Law(60)]
    public void SumsOverSeveralAxesArePartOfPasses(Draw draw)
    {
        var (first, count, steps, lengths) = draw.Of(draw =>
        {
            int first = draw.Whole(1, 3), count = draw.Whole(1, 4 - first);
            return (first, count, draw.Whole(1, 4),
                new[] { draw.OneOf(1, 2, draw.Whole(3, 20)), draw.Whole(2, 5), draw.Whole(2, 6), draw.Whole(2, 20) });
        });
        var layer = new Recurrent<Tensor>(new HeadsCell(lengths, first, count)) { Threads = 1 };
        int width = lengths[1] * lengths[2] * lengths[3];
        var x = new RandomKey(2).Normal([steps, lengths[0], width], 1, ElementType.Float64);
        double[][] expected = LayerResults.Planned(layer, x, Execution.Eager);
        double[][] compiled = LayerResults.Planned(layer, x, Execution.Compiled);
        string plan = layer.Explain(x);
        Assert.DoesNotContain("= Sum(", plan[plan.IndexOf("\nforward\n", StringComparison.Ordinal)..], StringComparison.Ordinal);
        LayerResults.AreNear(expected, compiled, steps * Near.Rounding(width), "compiled");
        Near.SameBits(compiled, LayerResults.Planned(layer, x, Execution.Interpreted), "interpreted");
        layer.Threads = 3;
        Near.SameBits(compiled, LayerResults.Planned(layer, x, Execution.Compiled), "three threads");
    }

    // Of a matrix [batch, m, n] and a vector of m, or of n.
    static readonly (bool IsOfRows, Func<Tensor, Tensor, Tensor> Read)[] Kinds =
    [
        (true, (matrix, _) => Sum(matrix, 1)),
        (true, (matrix, vector) => MatMul(Row(vector), matrix).Reshape(-1, matrix.Shape[2])),
        (true, (matrix, vector) => MatMul(matrix, Column(vector), transposeLeft: true).Reshape(-1, matrix.Shape[2])),
        (false, (matrix, vector) => MatMul(matrix, Column(vector)).Reshape(-1, matrix.Shape[1])),
        (false, (matrix, vector) => MatMul(Row(vector), matrix, transposeRight: true).Reshape(-1, matrix.Shape[1])),
        (false, (matrix, vector) => MatMul(matrix, Row(vector), transposeRight: true).Reshape(-1, matrix.Shape[1])),
    ];

    static Tensor Row(Tensor vector) => vector.Reshape(vector.Shape[0], 1, -1);

    static Tensor Column(Tensor vector) => vector.Reshape(vector.Shape[0], -1, 1);

    // What is repeated along the last axis, and along the last two, takes rows apart.
    sealed class HeadsCell(int[] lengths, int first, int count) : Cell<Tensor>(new RandomKey(3), lengths[1])
    {
        public override Tensor Initial(int batch, ElementType type) => Tensor.Zeros(Shape.Create(lengths), type);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            int[] axes = [.. Enumerable.Range(first, count)];
            double scale = 1.0 / axes.Aggregate(1, (product, axis) => product * lengths[axis]);
            var heads = Tanh(x.Reshape(lengths) + 0.5 * state);
            var columns = Slice(heads, 3, 0, 1);
            var spread = heads * columns * Slice(columns, 2, 0, 1);
            return (Sum(spread, axes).Reshape(lengths[0], -1), spread + Sigmoid(scale * SumKeepingAxes(spread, axes)));
        }
    }

    sealed class MatrixCell((bool IsOfRows, Func<Tensor, Tensor, Tensor> Read) kind, int m, int n, int outputs)
        : Cell<Tensor>(new RandomKey(3), m * n)
    {
        public override Tensor Initial(int batch, ElementType type) => Tensor.Zeros([batch, m, n], type);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            int batch = x.Shape[0];
            var matrix = Tanh(x.Reshape(batch, m, n) + 0.5 * state);
            var vector = Sigmoid(kind.IsOfRows ? Slice(matrix, 2, 0, 1).Reshape(batch, m) : Slice(matrix, 1, 0, 1).Reshape(batch, n));
            var read = kind.Read(matrix, vector) * (1.0 / (kind.IsOfRows ? m : n));
            // The sum is an output, or one beside another, or is used within the step alone.
            var output = outputs switch { 0 => read, 1 => Concatenate(1, read, Tanh(read)), _ => Tanh(read) };
            return (output, matrix * (kind.IsOfRows ? read.Reshape(batch, 1, n) : read.Reshape(batch, m, 1)));
        }
    }
}
