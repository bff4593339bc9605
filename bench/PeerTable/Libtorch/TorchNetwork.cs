using System.Diagnostics;
using Autograd.Layers;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;
using static TorchSharp.torch;

namespace Autograd.PeerTable;

/// <summary>libtorch's layers for a network, with the weights of this library's.</summary>
/// <param name="Forward">From the input to the outputs of all steps.</param>
/// <param name="Parameters">Its weights.</param>
sealed record TorchNetwork(Func<TorchTensor, TorchTensor> Forward, TorchTensor[] Parameters)
{
    // A few steps tell which of several ways is fastest: all do the same in each.
    const long TriedSteps = 20;

    const int Warming = 6, Tries = 5;

    /// <summary>The layers; of several ways to write them, what is fastest at the sizes of x.</summary>
    public static TorchNetwork Of(Network network, TorchTensor x, bool isTrained)
    {
        var cells = Kinds.Modules(network);
        var (time, batch, inputs, hidden, layers) = network.Size;
        var type = x.dtype;
        switch (network.Kind)
        {
            case Kinds.Lstm:
                var lstm = nn.LSTM(inputs, hidden, layers, bidirectional: network.IsBidirectional, dtype: type);
                return Filled(
                    lstm, cells, network, network.Lengths.Length == 0 ? input => lstm.call(input).Item1 : Packed(lstm, network.Lengths));
            case Kinds.Gru:
                var gru = nn.GRU(inputs, hidden, layers, bidirectional: network.IsBidirectional, dtype: type);
                return Filled(gru, cells, network, input => gru.call(input).Item1);
            case Kinds.Rnn:
                var rnn = nn.RNN(inputs, hidden, layers, bidirectional: network.IsBidirectional, dtype: type);
                return Filled(rnn, cells, network, input => rnn.call(input).Item1);
            default:
                return Fastest([.. Written(network, cells.Single())], x.narrow(0, 0, Math.Min(TriedSteps, time)), isTrained);
        }
    }

    static Func<TorchTensor, TorchTensor> Packed(TorchSharp.Modules.LSTM lstm, int[] lengths)
    {
        var longs = Libtorch.Longs(lengths);
        return x =>
        {
            var packed = nn.utils.rnn.pack_padded_sequence(x, longs, batch_first: false, enforce_sorted: false);
            return nn.utils.rnn.pad_packed_sequence(lstm.call(packed).Item1).Item1;
        };
    }

    static TorchNetwork Filled(nn.Module module, Module[] cells, Network network, Func<TorchTensor, TorchTensor> forward)
    {
        Fill(module, PyTorch.ExportRecurrent(cells, directions: network.Directions));
        return new(forward, [.. module.parameters()]);
    }

    /// <summary>Gives a module of libtorch weights by their names there.</summary>
    public static void Fill(nn.Module module, IReadOnlyList<(string Name, Tensor Value)> weights)
    {
        using var pause = no_grad();
        foreach (var (name, value) in weights) module.get_parameter(name)!.copy_(Libtorch.Copy(value));
    }

    static IEnumerable<TorchNetwork> Written(Network network, Module cell)
    {
        var written = WrittenCells.All[network.Kind];
        var weights = written.Weights(cell);
        int outputs = network.Kind == Kinds.Projected ? network.Size.Hidden / 2 : network.Size.Hidden;
        TorchTensor h = zeros(network.Size.Batch, outputs), c = zeros(network.Size.Batch, network.Size.Hidden);
        yield return new(x => written.Run(x, h, c, weights), weights);
        yield return Scripted(written.Name, h, c, weights);
        if (network.Kind == Kinds.Projected) yield return Scripted("native_projected", h, c, Exported(cell));
    }

    /// <summary>An LSTM as a loop of single cells in TorchScript.</summary>
    public static TorchNetwork OfCells(Network network)
    {
        TorchTensor h = zeros(network.Size.Batch, network.Size.Hidden), c = zeros(network.Size.Batch, network.Size.Hidden);
        return Scripted("lstm_cells", h, c, Exported(Kinds.Modules(network).Single()));
    }

    static TorchNetwork Scripted(string name, TorchTensor h, TorchTensor c, TorchTensor[] weights) =>
        new(x => TorchScripts.Call(name, [x, h, c, .. weights]), weights);

    static TorchTensor[] Exported(Module cell) =>
        [.. PyTorch.ExportRecurrent([cell]).Select(weight => Libtorch.Copy(weight.Value).requires_grad_())];

    static TorchNetwork Fastest(TorchNetwork[] ways, TorchTensor x, bool isTrained) =>
        ways.MinBy(way =>
        {
            for (int i = 0; i < Warming; i++) way.Try(x, isTrained);
            return Enumerable.Range(0, Tries).Min(_ => way.Try(x, isTrained));
        })!;

    TimeSpan Try(TorchTensor x, bool isTrained)
    {
        using var scope = NewDisposeScope();
        using var mode = set_grad_enabled(isTrained);
        foreach (var parameter in Parameters) parameter.grad = null;
        long start = Stopwatch.GetTimestamp();
        var y = Forward(x);
        if (isTrained) (y * y).mean().backward();
        return Stopwatch.GetElapsedTime(start);
    }
}
