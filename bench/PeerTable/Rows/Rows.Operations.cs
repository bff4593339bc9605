using Autograd.Layers;
using static Autograd.Functions;
using Torch = TorchSharp.torch;

namespace Autograd.PeerTable;

/// <summary>Operations by themselves: many small ones, and products.</summary>
static partial class Rows
{
    static IEnumerable<Row> Eager(int threads)
    {
        yield return Function(
            "1000 multiply-adds, forward and backward,", x => Sum(Chain(x, 1000, y => y)), x => Chain(x, 1000, y => y).sum(),
            new([[], []]), Recording.WithGradients);
        int[][] squares = [[32, 32], [32, 32]];
        yield return Function(
            "300 multiply-adds and tanh, forward and backward,", x => Sum(Chain(x, 300, Tanh)), x => Chain(x, 300, Torch.tanh).sum(),
            new(squares), Recording.WithGradients);
        yield return Function(
            "300 multiply-adds and tanh, forward,", x => Sum(Chain(x, 300, Tanh)), x => Chain(x, 300, Torch.tanh).sum(), new(squares));
        foreach (var size in Usual[..2])
        {
            var network = new Network(Kinds.Peephole, size, threads);
            yield return new(
                $"{network.Kind}, eager training, {network}", Ours.Train(network, execution: Execution.Eager), Libtorch.Train(network));
        }
        yield return Function(
            "perceptron, forward and backward,",
            x => Sum(Square(MatMul(Relu(MatMul(x[0].Detach(), x[1])), x[2]))),
            x => Torch.mm(Torch.nn.functional.relu(Torch.mm(x[0].detach(), x[1])), x[2]).square().sum(),
            new([[64, 784], [784, 256], [256, 10]]), Recording.WithGradients);
    }

    static Tensor Chain(Tensor[] x, int length, Func<Tensor, Tensor> function)
    {
        var y = x[0];
        for (int i = 0; i < length; i++) y = function(y * x[1] + x[0]);
        return y;
    }

    static Torch.Tensor Chain(Torch.Tensor[] x, int length, Func<Torch.Tensor, Torch.Tensor> function)
    {
        var y = x[0];
        for (int i = 0; i < length; i++) y = function(y * x[1] + x[0]);
        return y;
    }

    static Row Function(
        string what, Func<Tensor[], Tensor> ours, Func<Torch.Tensor[], Torch.Tensor> torch, Arguments arguments,
        Recording recording = Recording.Off) => new(
        $"{what} {arguments}{(recording == Recording.On ? ", recorded" : "")}",
        Ours.Of(ours, arguments, recording), Libtorch.Of(torch, arguments, recording == Recording.WithGradients));

    static IEnumerable<Row> Products()
    {
        (int M, int K, int N)[] sizes =
        [
            .. ((int[])[64, 128, 256, 512, 1024, 2048]).Select(size => (size, size, size)),
            (1, 512, 512), (1, 512, 2048), (1, 1024, 4096), (4, 512, 2048), (32, 128, 512), (32, 512, 2048), (1600, 65, 512),
            (2048, 128, 65), (700, 128, 10_000),
        ];
        foreach (var type in (ElementType[])[ElementType.Float32, ElementType.Float64])
            foreach (var (m, k, n) in sizes)
                yield return Product(
                    type == ElementType.Float32 ? "" : "double, ", x => MatMul(x[0], x[1]), x => Torch.mm(x[0], x[1]),
                    new([[m, k], [k, n]], type));
        foreach (var (m, k, n) in ((int, int, int)[])[(512, 512, 512), (1, 1024, 4096), (32, 512, 2048)])
        {
            yield return Product(
                "right transposed, ", x => MatMul(x[0], x[1], transposeRight: true), x => Torch.mm(x[0], x[1].t()), new([[m, k], [n, k]]));
            yield return Product(
                "left transposed, ", x => MatMul(x[0], x[1], transposeLeft: true), x => Torch.mm(x[0].t(), x[1]), new([[k, m], [k, n]]));
        }
        yield return Product("batch, ", x => MatMul(x[0], x[1]), x => Torch.bmm(x[0], x[1]), new([[64, 32, 64], [64, 64, 32]]));
    }

    static Row Product(string what, Func<Tensor[], Tensor> ours, Func<Torch.Tensor[], Torch.Tensor> torch, Arguments arguments) => new(
        what + string.Join("·", arguments.Shapes.Select(shape => Shape.Create(shape))),
        Ours.Of(ours, arguments, Recording.Off), Libtorch.Of(torch, arguments, hasGradients: false));
}
