namespace Autograd.Layers;

/// <summary>What a reference in a state refers to.</summary>
enum StatePartKind
{
    /// <summary>A tensor.</summary>
    Tensor,

    /// <summary>An array of tensors, or any list that an array can stand for.</summary>
    Array,

    /// <summary>A list of tensors that can grow.</summary>
    List,

    /// <summary>A list of states, which knows how to make another of its kind.</summary>
    States,
}

/// <summary>A list of states inside a state.</summary>
interface IStateList
{
    void Collect(List<Tensor> tensors);

    void CollectCounts(List<int> counts);

    object Rebuild(ReadOnlySpan<Tensor> tensors, ref int used);
}

/// <summary>The lists of tensors and of states in a state, as one thing. They are never changed: a state with other tensors has other
/// lists.</summary>
static class StateLists
{
    /// <summary>Adds the tensors of a part of a state, whatever it is; false if there is none.</summary>
    public static bool Collect(object? part, List<Tensor> tensors)
    {
        if (part is Tensor tensor) tensors.Add(tensor);
        else if (part is IStateList states) states.Collect(tensors);
        else if (part is IReadOnlyList<Tensor> list) tensors.AddRange(list);
        return part is not null;
    }

    /// <summary>Adds the number of tensors of each list: two states may have the same tensors in lists of other lengths.</summary>
    public static void CollectCounts(object? part, List<int> counts)
    {
        if (part is IStateList states) states.CollectCounts(counts);
        else if (part is IReadOnlyList<Tensor> list) counts.Add(list.Count);
    }

    /// <summary>A part like another one, from the next of the given tensors.</summary>
    public static object Rebuild(object? part, StatePartKind kind, ReadOnlySpan<Tensor> tensors, ref int used)
    {
        if (part is IStateList states) return states.Rebuild(tensors, ref used);
        if (part is not IReadOnlyList<Tensor> list) return tensors[used++];
        used += list.Count;
        return Create(kind, tensors[(used - list.Count)..used]);
    }

    /// <summary>A part of a kind that holds the given tensors.</summary>
    public static object Create(StatePartKind kind, ReadOnlySpan<Tensor> tensors) => kind switch
    {
        StatePartKind.Tensor => tensors[0],
        StatePartKind.List => new List<Tensor>([.. tensors]),
        _ => tensors.ToArray(),
    };
}
