using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Autograd.Layers;

/// <summary>The states of the layers of a stack, lowest first. Immutable; may be part of a state.</summary>
/// <typeparam name="TState">The state of one layer.</typeparam>
public sealed class LayerStates<[DynamicallyAccessedMembers(StateLayout.Kept)] TState> : IReadOnlyList<TState>, IStateList
{
    readonly TState[] layers;

    /// <summary>Creates the list with a copy of the given states.</summary>
    public LayerStates(IEnumerable<TState> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        this.layers = [.. layers];
    }

    /// <summary>Number of layers.</summary>
    public int Count => layers.Length;

    /// <summary>The state of a layer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public TState this[int index] => (uint)index < (uint)layers.Length
        ? layers[index]
        : throw new ArgumentOutOfRangeException(
            nameof(index), index, $"LayerStates: there is no layer {index}; there are {layers.Length}.");

    /// <inheritdoc/>
    public IEnumerator<TState> GetEnumerator() => ((IEnumerable<TState>)layers).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    void IStateList.Collect(List<Tensor> tensors)
    {
        foreach (var layer in layers) tensors.AddRange(StateTensors<TState>.Flatten(layer));
    }

    void IStateList.CollectCounts(List<int> counts)
    {
        counts.Add(layers.Length);
        foreach (var layer in layers) StateTensors<TState>.AddCounts(layer, counts);
    }

    object IStateList.Rebuild(ReadOnlySpan<Tensor> tensors, ref int used)
    {
        var rebuilt = new TState[layers.Length];
        for (int i = 0; i < rebuilt.Length; i++)
        {
            int count = StateTensors<TState>.Flatten(layers[i]).Length;
            rebuilt[i] = StateTensors<TState>.Rebuild(layers[i], tensors.Slice(used, count));
            used += count;
        }
        return new LayerStates<TState>(rebuilt);
    }
}
