using System.Collections;

namespace Autograd.Layers;

/// <summary>States whose steps are available all at once.</summary>
interface IStackedStates<TState>
{
    /// <summary>The states after all steps as one, of tensors <c>[time, batch, …]</c>.</summary>
    TState Stacked { get; }
}

/// <summary>The states after all steps of a run, made from tensors <c>[time, batch, units]</c> when they are asked for.</summary>
sealed class StateSequence<TState>(TState template, int count, Tensor[] stacked) : IReadOnlyList<TState>, IStackedStates<TState>
{
    public int Count => count;

    public TState Stacked => StateTensors<TState>.Rebuild(template, stacked);

    public TState this[int index] => (uint)index < (uint)Count
        ? StateTensors<TState>.Rebuild(template, Array.ConvertAll(stacked, tensor => Functions.At(tensor, index)))
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"Unrolled.States: there is no step {index}; there are {Count}.");

    public IEnumerator<TState> GetEnumerator()
    {
        for (int t = 0; t < Count; t++) yield return this[t];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>The states of a run of which only the last was kept.</summary>
sealed class ForgottenStates<TState>(int count, string reason) : IReadOnlyList<TState>
{
    public int Count => count;

    public TState this[int index] => throw Error();

    public IEnumerator<TState> GetEnumerator() => throw Error();

    IEnumerator IEnumerable.GetEnumerator() => throw Error();

    InvalidOperationException Error() => new($"Unrolled.States: the states between the first and the last were not kept: {reason}.");
}
