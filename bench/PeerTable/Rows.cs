using static Autograd.Functions;
using Torch = TorchSharp.torch;

namespace Autograd.PeerTable;

/// <summary>Sizes of a recurrent network and its input.</summary>
sealed record Size(int Time, int Batch, int Inputs, int Hidden, int Layers = 1)
{
    public override string ToString() =>
        $"T{Time} B{Batch} I{Inputs} H{Hidden}" + (Layers > 1 ? $", {Layers} layers" : "");
}

/// <summary>The rows of the table.</summary>
static class Rows
{
    static readonly Size[] Usual = [new(100, 1, 16, 32), new(50, 32, 65, 128), new(64, 64, 256, 256), new(35, 32, 512, 512)];

    static readonly string[] Kinds = ["rnn", "gru", "lstm"];

    public static IEnumerable<Row> All(int threads) =>
        [.. Cells(threads), .. Stacks(threads), .. Inference(threads), .. Whole(threads), .. Ctc(), .. Rules(), .. Products(), .. Bulk()];

    static IEnumerable<Row> Cells(int threads) =>
        from size in Usual
        from kind in Kinds
        select new Row("cells", $"{kind}, training, {size}", Ours.Train(kind, size, threads), Libtorch.Train(kind, size));

    static IEnumerable<Row> Stacks(int threads) =>
        from size in (Size[])[new(100, 1, 32, 64), new(100, 1, 128, 256), new(50, 32, 65, 128), new(35, 32, 256, 256)]
        from layers in (int[])[2, 4]
        let deep = size with { Layers = layers }
        select new Row("stack", $"lstm, training, {deep}", Ours.Train("lstm", deep, threads), Libtorch.Train("lstm", deep));

    static IEnumerable<Row> Inference(int threads) =>
        from size in (Size[])[.. Usual, new(100, 1, 64, 256), new(1000, 1, 64, 128), new(50, 4, 128, 512), new(100, 1, 64, 256, 2)]
        from kind in (string[])["gru", "lstm"]
        select new Row(
            "infer", $"{kind}, {size}",
            Ours.Infer(kind, size, threads), Libtorch.Infer(kind, size), OnnxRuntime.Infer(kind, size, threads));

    static IEnumerable<Row> Whole(int threads) =>
        from model in ((int Symbols, Size Size)[])
            [(65, new(64, 32, 64, 128)), (65, new(64, 32, 64, 512)), (10_000, new(35, 20, 128, 128)), (10_000, new(35, 4, 256, 256))]
        select new Row(
            "whole", $"language model of {model.Symbols} symbols, Adam, clipping, {model.Size}",
            Ours.Language(model.Symbols, model.Size, threads), Libtorch.Language(model.Symbols, model.Size));

    static IEnumerable<Row> Ctc() =>
        from size in ((int T, int B, int C, int L)[])[(100, 16, 30, 20), (500, 8, 60, 60), (200, 32, 5000, 30)]
        select new Row(
            "ctc", $"CTC, loss and gradient, T{size.T} B{size.B} C{size.C} L{size.L}", Ours.Ctc(size.T, size.B, size.C, size.L),
            Libtorch.Ctc(size.T, size.B, size.C, size.L));

    static IEnumerable<Row> Rules() =>
        from rule in ((int Hidden, int? Reach)[])[(32, null), (64, null), (64, 1), (128, 1)]
        select new Row(
            "rules", $"{(rule.Reach is { } reach ? $"SnAp-{reach}" : "RTRL")}, one step, rnn, I8 H{rule.Hidden} B1",
            Ours.Rule(rule.Hidden, rule.Reach));

    static IEnumerable<Row> Products() =>
        from size in ((int M, int K, int N)[])
            [(64, 64, 64), (256, 256, 256), (1024, 1024, 1024), (1, 512, 2048), (32, 512, 2048), (1600, 65, 512), (700, 128, 10_000)]
        let shapes = (int[][])[[size.M, size.K], [size.K, size.N]]
        select new Row(
            "products", $"[{size.M}, {size.K}]·[{size.K}, {size.N}]", Ours.Of(x => MatMul(x[0], x[1]), shapes),
            Libtorch.Of(x => Torch.mm(x[0], x[1]), shapes));

    static IEnumerable<Row> Bulk()
    {
        const int many = 4_000_000;
        yield return Pair("add", x => x[0] + x[1], x => x[0] + x[1], [[many], [many]]);
        foreach (bool isRecorded in (bool[])[true, false])
            yield return Pair("exp", x => Exp(x[0]), x => Torch.exp(x[0]), [[many]], isRecorded);
        yield return Pair("tanh", x => Tanh(x[0]), x => Torch.tanh(x[0]), [[many]]);
        yield return Pair("sigmoid", x => Sigmoid(x[0]), x => Torch.sigmoid(x[0]), [[many]]);
        foreach (bool isRecorded in (bool[])[true, false])
            yield return Pair("softmax", x => Softmax(x[0]), x => Torch.softmax(x[0], 1), [[400, 10_000]], isRecorded);
        yield return Pair("sum over axis 0", x => Sum(x[0], 0), x => x[0].sum(0), [[4000, 1000]]);
        yield return Pair("transpose", x => Transpose(x[0]), x => x[0].t().contiguous(), [[2000, 2000]]);
    }

    static Row Pair(
        string what, Func<Tensor[], Tensor> ours, Func<Torch.Tensor[], Torch.Tensor> torch, int[][] shapes, bool isRecorded = true) => new(
        "bulk", $"{what} {string.Join(", ", shapes.Select(shape => Shape.Create(shape)))}{(isRecorded ? "" : ", nothing recorded")}",
        Ours.Of(ours, shapes, isRecorded), Libtorch.Of(torch, shapes));
}
