using static Autograd.Functions;
using F = TorchSharp.torch.nn.functional;
using Torch = TorchSharp.torch;

namespace Autograd.PeerTable;

/// <summary>Operations on large tensors.</summary>
static partial class Rows
{
    static readonly int[] Many = [4_000_000], Table = [4000, 1000], Wide = [400, 10_000], Cube = [100, 400, 100];

    static IEnumerable<Row> Bulk() => [.. ByElement(), .. Normalised(), .. Reduced(), .. Moved(), .. ByRows()];

    static IEnumerable<Row> ByElement()
    {
        foreach (int[][] shapes in (int[][][])[[Many, Many], [[100_000], [100_000]], [Table, [1000]], [Table, [4000, 1]]])
            yield return Function("add", x => x[0] + x[1], x => x[0] + x[1], new(shapes));
        foreach (var recording in (Recording[])[Recording.Off, Recording.On])
            yield return Function("exp", x => Exp(x[0]), x => Torch.exp(x[0]), new([Many]), recording);
        yield return Function("tanh", x => Tanh(x[0]), x => Torch.tanh(x[0]), new([Many]));
        yield return Function("sigmoid", x => Sigmoid(x[0]), x => Torch.sigmoid(x[0]), new([Many]));
        yield return Function("gelu", x => Gelu(x[0]), x => F.gelu(x[0]), new([Many]));
        yield return Function("logarithm of squares", x => Log(x[0] * x[0]), x => Torch.log(x[0] * x[0]), new([Many]));
        yield return Function("sine", x => Sin(x[0]), x => Torch.sin(x[0]), new([Many]));
        yield return Function("power 2.5 of squares", x => Power(x[0] * x[0], 2.5), x => Torch.pow(x[0] * x[0], 2.5), new([Many]));
        yield return Function("relu", x => Relu(x[0]), x => F.relu(x[0]), new([Many]));
        yield return Function(
            "choice of the greater", x => Where(Greater(x[0], x[1]), x[0], x[1]), x => Torch.where(x[0] > x[1], x[0], x[1]),
            new([Many, Many]));
    }

    static IEnumerable<Row> Normalised()
    {
        foreach (var recording in (Recording[])[Recording.Off, Recording.On])
            yield return Function("softmax", x => Softmax(x[0]), x => Torch.softmax(x[0], 1), new([Wide]), recording);
        yield return Function("softmax", x => Softmax(x[0]), x => Torch.softmax(x[0], 1), new([[62_500, 64]]));
        yield return Function("softmax over axis 0", x => Softmax(x[0], 0), x => Torch.softmax(x[0], 0), new([Wide]));
        yield return Function(
            "log-softmax, forward and backward,", x => Sum(LogSoftmax(x[0])), x => F.log_softmax(x[0], 1).sum(), new([Wide]),
            Recording.WithGradients);
        yield return Function("log-sum-exp over axis 1", x => LogSumExp(x[0], 1), x => x[0].logsumexp(1), new([Wide]));
        yield return Function("variance over axis 1", x => Variance(x[0], 1), x => x[0].var(1, unbiased: false), new([Table]));
        yield return Function("layer normalisation", x => Standardise(x[0]), x => F.layer_norm(x[0], [Table[1]]), new([Table]));
    }

    static IEnumerable<Row> Reduced()
    {
        yield return Function("sum", x => Sum(x[0]), x => x[0].sum(), new([Many]));
        // TorchSharp takes a literal 0 for a type of elements.
        foreach (int axis in (int[])[0, 1])
            yield return Function($"sum over axis {axis}", x => Sum(x[0], axis), x => x[0].sum(axis), new([Table]));
        yield return Function("sum over axis 1", x => Sum(x[0], 1), x => x[0].sum(1), new([Cube]));
        yield return Function("sum over axes 0 and 2", x => Sum(x[0], 0, 2), x => x[0].sum([0, 2]), new([Cube]));
        foreach (int axis in (int[])[1, 0])
            yield return Function($"greatest over axis {axis}", x => Max(x[0], axis), x => x[0].amax([axis]), new([Table]));
        yield return Function("cumulative sum over axis 1", x => CumulativeSum(x[0], 1), x => x[0].cumsum(1), new([Table]));
    }

    static IEnumerable<Row> Moved()
    {
        yield return Function("transpose", x => Transpose(x[0]), x => x[0].t().contiguous(), new([[2000, 2000]]));
        foreach (var (order, shape) in ((int[], int[])[])[([0, 2, 1], [100, 200, 200]), ([1, 0, 2], Cube), ([2, 1, 0], Cube)])
            yield return Function(
                $"permutation {string.Join(" ", order)} of", x => Permute(x[0], order),
                x => x[0].permute(order[0], order[1], order[2]).contiguous(), new([shape]));
        yield return Function(
            "concatenation by axis 1", x => Concatenate(1, x[0], x[1]), x => Torch.cat([x[0], x[1]], 1), new([[4000, 500], [4000, 500]]));
        yield return Function("flip of axis 1", x => Flip(x[0], 1), x => x[0].flip(1), new([Table]));
    }

    static IEnumerable<Row> ByRows()
    {
        const int count = 20_000, rows = 10_000, width = 128;
        int[] indices = [.. Enumerable.Range(0, count).Select(i => Ours.Key.Whole((uint)i, rows))];
        var longs = new Lazy<Torch.Tensor>(() => Libtorch.Longs(indices).DetachFromDisposeScope());
        Torch.Tensor Gathered(Torch.Tensor table) => table.index_select(0, longs.Value);
        yield return Function("20000 rows of", x => GatherRows(x[0], indices), x => Gathered(x[0]), new([[rows, width]]));
        yield return Function(
            "20000 rows, forward and backward, of", x => Sum(GatherRows(x[0], indices)), x => Gathered(x[0]).sum(), new([[rows, width]]),
            Recording.WithGradients);
        yield return Function(
            "sums by row, to 10000, of", x => ScatterRows(x[0], indices, rows),
            x => Torch.zeros(rows, width).index_add(0, longs.Value, x[0], 1), new([[count, width]]));
    }
}
