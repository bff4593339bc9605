using Autograd.Layers;

namespace Autograd.PeerTable;

/// <summary>This library's layers for a network.</summary>
/// <param name="network">The network.</param>
/// <param name="execution">How it is run.</param>
/// <param name="isLayerByLayer">Whether layers are run one after the other instead of as one cell.</param>
sealed class OwnNetwork(Network network, Execution execution = Execution.Compiled, bool isLayerByLayer = false) : ICellUse<Sequential>
{
    readonly List<Func<ExecutionPath>> paths = [];

    /// <summary>Makes the layers.</summary>
    public Sequential Create() => Kinds.Use(network, this);

    /// <summary>Refuses a row whose last run was not what it says.</summary>
    /// <exception cref="InvalidOperationException">A layer ran in another way than it was asked to.</exception>
    public void CheckPath()
    {
        foreach (var path in paths.Select(path => path()).Where(path => path.Execution != execution))
            throw new InvalidOperationException($"it ran {path}, not {execution}");
    }

    public Sequential Of<TState>(Cell<TState>[] cells)
    {
        if (network.IsBidirectional) return new([.. cells.Chunk(2).Select(pair => Both(pair[0], pair[1]))]);
        return cells.Length == 1 || isLayerByLayer ? new([.. cells.Select(One)]) : new(One(Stacked.Of(cells)));
    }

    Recurrent<TState> One<TState>(Cell<TState> cell)
    {
        var layer = new Recurrent<TState>(cell) { Threads = network.Threads, Execution = execution };
        paths.Add(() => layer.LastPath);
        return layer;
    }

    Bidirectional<TState> Both<TState>(Cell<TState> forward, Cell<TState> backward)
    {
        var layer = new Bidirectional<TState>(forward, backward) { Threads = network.Threads, Execution = execution };
        paths.Add(() => layer.LastPath.Forward);
        paths.Add(() => layer.LastPath.Backward);
        return layer;
    }
}
