namespace Autograd.PeerTable;

/// <summary>Recurrent networks.</summary>
static partial class Rows
{
    static readonly Size[] Usual = [new(100, 1, 16, 32), new(50, 32, 65, 128), new(64, 64, 256, 256), new(35, 32, 512, 512)];

    // Long and short, narrow and wide, one sequence and many.
    static readonly Size[] Unusual =
    [
        new(10, 256, 64, 128), new(20, 128, 32, 64), new(200, 8, 40, 96), new(100, 32, 8, 8), new(100, 1, 8, 8), new(500, 4, 128, 256),
        new(1000, 1, 64, 128), new(2000, 1, 8, 64), new(100, 1, 128, 512), new(100, 1, 256, 1024), new(50, 4, 128, 512),
        new(20, 32, 1024, 1024), new(20, 256, 512, 512), new(100, 128, 64, 64), new(100, 256, 16, 32), new(100, 4, 16, 32),
    ];

    static readonly string[] LstmAndGru = [Kinds.Lstm, Kinds.Gru];

    static IEnumerable<Row> Cells(int threads) =>
        from size in Usual
        from kind in Kinds.All
        select Training(new(kind, size, threads));

    static IEnumerable<Row> Shapes(int threads) =>
        from kind in LstmAndGru
        from size in Unusual
        let network = new Network(kind, size, threads)
        let row = Training(network)
        select kind == Kinds.Lstm && size.Hidden < 16 ? row with { Peers = [.. row.Peers, Libtorch.TrainByCell(network)] } : row;

    static IEnumerable<Row> Doubles(int threads) =>
        from kind in LstmAndGru
        from size in Usual
        select Training(new(kind, size, threads) { Type = ElementType.Float64 }, ", double");

    static IEnumerable<Row> InputGradients(int threads) =>
        from size in Usual
        select Training(new(Kinds.Lstm, size, threads) { HasInputGradient = true }, ", gradient of the input");

    static Row Training(Network network, string more = "") =>
        new($"{network.Kind}, training, {network}{more}", Ours.Train(network), Libtorch.Train(network));

    static IEnumerable<Row> Stacks(int threads) =>
        from size in (Size[])
            [new(100, 1, 32, 64), new(100, 1, 128, 256), new(50, 4, 65, 128), new(50, 32, 65, 128), new(35, 32, 256, 256)]
        from depth in ((int Layers, bool IsBidirectional)[])[(2, false), (4, false), (1, true), (2, true)]
        let network = new Network(Kinds.Lstm, size with { Layers = depth.Layers }, threads) { IsBidirectional = depth.IsBidirectional }
        select Training(network) with
        {
            OtherWays = depth.IsBidirectional ? [] : [Ours.Train(network, LayerByLayer, isLayerByLayer: true)],
        };

    const string LayerByLayer = "layer by layer";

    static IEnumerable<Row> Lengths(int threads) =>
        from size in (Size[])[new(100, 32, 65, 128), new(200, 8, 40, 96), new(50, 64, 256, 256)]
        let least = size.Time / 4
        let lengths = (int[])[size.Time, .. Ours.Tokens(size.Batch - 1, size.Time - least + 1, least)]
        let used = lengths.Average() / size.Time
        select Training(new(Kinds.Lstm, size, threads) { Lengths = lengths }, $", lengths from {least}, {100 * used:0} % used");

    static IEnumerable<Row> Inference(int threads)
    {
        Size[] sizes =
        [
            .. Usual, new(100, 1, 64, 256), new(1000, 1, 64, 128), new(20, 256, 64, 128), new(50, 4, 128, 512), new(100, 1, 512, 1024),
        ];
        Network[] single =
        [
            .. from size in sizes from kind in LstmAndGru select new Network(kind, size, threads),
            new(Kinds.Peephole, Usual[1], threads), new(Kinds.Rnn, Usual[1], threads),
        ];
        foreach (var network in single) yield return Outputs(network) with { OtherWays = [Ours.InferOnTape(network)] };
        var deep = new Size(100, 1, 64, 256);
        foreach (int layers in (int[])[2, 4])
        {
            var network = new Network(Kinds.Lstm, deep with { Layers = layers }, threads);
            yield return Outputs(network) with { OtherWays = [Ours.Infer(network, LayerByLayer, isLayerByLayer: true)] };
        }
        yield return Outputs(new(Kinds.Lstm, deep with { Layers = 2 }, threads) { IsBidirectional = true });
    }

    static Row Outputs(Network network) => new(
        $"{network.Kind}, {network}", Ours.Infer(network), Libtorch.Infer(network), OnnxRuntime.Infer(network));

    static IEnumerable<Row> Streams(int threads)
    {
        foreach (string kind in LstmAndGru)
            foreach (int hidden in (int[])[16, 64, 128, 256, 512, 1024])
            {
                var network = new Network(kind, new(1, 1, 64, hidden), threads);
                yield return Step(network, kind == Kinds.Lstm ? [Libtorch.CellStream(network)] : []) with
                {
                    OtherWays = [Ours.RunOfOneStep(network)],
                };
            }
        yield return Step(new(Kinds.Lstm, new(1, 1, 64, 256, Layers: 2), threads), []);
    }

    static Row Step(Network network, Side[] more) => new(
        $"{network.Kind}, one step of a stream, {network}",
        Ours.Stream(network), [Libtorch.Stream(network), OnnxRuntime.Stream(network), .. more]);
}
