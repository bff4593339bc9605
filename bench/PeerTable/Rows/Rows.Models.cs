namespace Autograd.PeerTable;

/// <summary>Whole models, other layers, and what is done with them.</summary>
static partial class Rows
{
    static IEnumerable<Row> Whole(int threads) =>
        from model in ((int Symbols, Size Size)[])
            [(65, new(64, 32, 64, 128)), (65, new(64, 32, 64, 512)), (10_000, new(35, 20, 128, 128)), (10_000, new(35, 4, 256, 256))]
        select new Row(
            $"language model of {model.Symbols} symbols, Adam, clipping, {model.Size}",
            Ours.Language(model.Symbols, model.Size, threads), Libtorch.Language(model.Symbols, model.Size));

    static IEnumerable<Row> Convolutions() =>
        from size in (ConvolutionSize[])
            [new(100, 32, 16, 8, 3, 1), new(100, 32, 64, 64, 3, 1), new(200, 8, 128, 128, 5, 2), new(1000, 1, 40, 64, 5, 1)]
        select new Row(
            $"time-delay layer, training, {size}",
            Ours.Convolution(size), Libtorch.Convolution(size), Libtorch.ConvolutionByProduct(size));

    static IEnumerable<Row> Attentions(int threads) =>
        from size in (AttentionSize[])[new(20, 20, 32, 32, 128, 128), new(30, 50, 8, 64, 256, 128)]
        select new Row(
            $"gru decoder with additive attention, training, {size}", Ours.Attention(size, threads), Libtorch.Attention(size));

    static IEnumerable<Row> Ctc() =>
        from size in (CtcSize[])[new(100, 16, 30, 20), new(500, 8, 60, 60), new(200, 32, 5000, 30)]
        select new Row($"CTC, loss and gradient, {size}", Ours.Ctc(size), Libtorch.Ctc(size));

    static IEnumerable<Row> Checks() =>
        from mode in (CheckMode[])[CheckMode.Projected, CheckMode.Full]
        select new Row($"gradient check of 2 bidirectional peephole layers, {mode.ToString().ToLowerInvariant()}", Ours.Check(mode));

    static IEnumerable<Row> Rules() =>
        from size in (RuleSize[])
            [new(16), new(32), new(64), new(32, Reach: 1), new(64, Reach: 1), new(128, Reach: 1), new(32, IsGated: true), new(32, Batch: 8)]
        select new Row(size.ToString(), Ours.Rule(size));

    static IEnumerable<Row> Reservoirs() =>
        from size in (ReservoirSize[])[new(500, 0.1), new(1000, 0.1), new(1000, 0.01), new(2000, 0.01), new(3000, 0.005)]
        select new Row(
            size.ToString(), Ours.Reservoir(size), Libtorch.Reservoir(size, isSparse: true), Libtorch.Reservoir(size, isSparse: false));
}
