using Autograd.Layers;

namespace Autograd.PeerTable;

/// <summary>Something to do with cells whose kind of state is not known before.</summary>
interface ICellUse<out TResult>
{
    /// <param name="cells">The cells of a network, layer by layer; within a layer, forward and then backward.</param>
    TResult Of<TState>(Cell<TState>[] cells);
}

/// <summary>The kinds of networks in the table, by name.</summary>
static class Kinds
{
    public const string Rnn = "rnn", Gru = "gru", GruBefore = "gru with reset before the product", Lstm = "lstm", Peephole = "peephole",
        Coupled = "coupled", LayerNorm = "layer-normalised", Projected = "projected";

    public static readonly string[] All = [Rnn, Gru, GruBefore, Lstm, Peephole, Coupled, LayerNorm, Projected];

    /// <summary>Makes a network's cells.</summary>
    public static TResult Use<TResult>(Network network, ICellUse<TResult> use)
    {
        int hidden = network.Size.Hidden;
        return network.Kind switch
        {
            Rnn => use.Of(Cells(network, (inputs, key) => new RnnCell(inputs, hidden, key))),
            Gru => use.Of(Cells(network, (inputs, key) => new GruCell(inputs, hidden, key, GruReset.AfterProduct))),
            GruBefore => use.Of(Cells(network, (inputs, key) => new GruCell(inputs, hidden, key))),
            Lstm => use.Of(Cells(network, (inputs, key) => new LstmCell(inputs, hidden, key))),
            Peephole => use.Of(Cells(network, (inputs, key) => new PeepholeLstmCell(inputs, hidden, key))),
            Coupled => use.Of(Cells(network, (inputs, key) => new CoupledLstmCell(inputs, hidden, key))),
            LayerNorm => use.Of(Cells(network, (inputs, key) => new LayerNormLstmCell(inputs, hidden, key))),
            Projected => use.Of(Cells(network, (inputs, key) => new ProjectedLstmCell(inputs, hidden, hidden / 2, key))),
            _ => throw new ArgumentException($"There is no network of kind {network.Kind}."),
        };
    }

    /// <summary>A network's cells as they are, for their weights.</summary>
    public static Module[] Modules(Network network) => Use(network, new AsModules());

    static Cell<TState>[] Cells<TState>(Network network, Func<int, RandomKey, Cell<TState>> create) =>
    [
        .. from layer in Enumerable.Range(0, network.Size.Layers)
           from direction in Enumerable.Range(0, network.Directions)
           select create(
               layer == 0 ? network.Size.Inputs : network.Directions * network.Size.Hidden, Ours.Key.For($"{layer}, {direction}")),
    ];

    sealed class AsModules : ICellUse<Module[]>
    {
        public Module[] Of<TState>(Cell<TState>[] cells) => cells;
    }
}
