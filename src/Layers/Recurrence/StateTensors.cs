using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Autograd.Layers;

/// <summary>
/// The tensors of a state of any type. A state is a tensor, a list of states, or a value type whose fields are states; in memory all of these are
/// nothing but references side by side, so they are read and written as a span of references, without reflection and without allocation.
/// That the type is of this kind is checked once.
/// </summary>
internal static class StateTensors<TState>
{
    static readonly StateLayout Layout = StateLayout.Of<TState>();

    /// <summary>Number of references in a state.</summary>
    public static int Slots => Layout.Order.Length;

    /// <summary>Whether the number of tensors depends on the value.</summary>
    public static bool HasLists => Layout.HasLists;

    /// <summary>All tensors, in order of declaration.</summary>
    public static Tensor[] Flatten(TState state)
    {
        var references = References(ref state);
        if (HasLists) return FlattenLists(references);
        var tensors = new Tensor[Slots];
        for (int i = 0; i < tensors.Length; i++) tensors[i] = references[Layout.Order[i]] as Tensor ?? throw Missing();
        return tensors;
    }

    /// <summary>A state of the template's structure with other tensors.</summary>
    public static TState Rebuild(TState template, ReadOnlySpan<Tensor> tensors)
    {
        int used = 0;
        var references = References(ref template);
        foreach (int slot in Layout.Order)
        {
            if (references[slot] is IStateList list) references[slot] = list.Rebuild(tensors, ref used);
            else references[slot] = tensors[used++];
        }
        return template;
    }

    /// <summary>A state that was given, or null where it is missing: the default of its type.</summary>
    public static Func<TState>? Given(TState? state)
    {
        if (state is null) return null;
        foreach (object? reference in References(ref state))
            if (reference is not null)
                return () => state;
        return null;
    }

    /// <summary>A state of the same structure, tensor by tensor.</summary>
    public static TState Map(TState state, Func<Tensor, Tensor> function) =>
        Rebuild(state, Array.ConvertAll(Flatten(state), tensor => function(tensor)));

    /// <summary>A state of the same structure, from two states tensor by tensor.</summary>
    public static TState Map(TState left, TState right, Func<Tensor, Tensor, Tensor> function)
    {
        var (a, b) = (Flatten(left), Flatten(right));
        var results = new Tensor[a.Length];
        for (int i = 0; i < a.Length; i++) results[i] = function(a[i], b[i]);
        return Rebuild(left, results);
    }

    /// <summary>The first tensor whose shape differs between two states, or −1. Allocates nothing for states without lists.</summary>
    public static int FirstDifference(TState left, TState right, out Shape? before, out Shape? after)
    {
        var a = References(ref left);
        var b = References(ref right);
        (before, after) = (null, null);
        for (int i = 0; i < Layout.Order.Length; i++)
        {
            int slot = Layout.Order[i];
            if (a[slot] is not Tensor from || b[slot] is not Tensor to)
                return FirstDifferenceInLists(Flatten(left), Flatten(right), out before, out after);
            (before, after) = (from.Shape, to.Shape);
            if (!before.Equals(after)) return i;
        }
        return -1;
    }

    static int FirstDifferenceInLists(Tensor[] left, Tensor[] right, out Shape? before, out Shape? after)
    {
        (before, after) = (null, null);
        for (int i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            before = i < left.Length ? left[i].Shape : null;
            after = i < right.Length ? right[i].Shape : null;
            if (before != after) return i;
        }
        return -1;
    }

    static Tensor[] FlattenLists(Span<object?> references)
    {
        var tensors = new List<Tensor>(Slots);
        foreach (int slot in Layout.Order)
        {
            if (references[slot] is Tensor tensor) tensors.Add(tensor);
            else if (references[slot] is IStateList list) list.Collect(tensors);
            else throw Missing();
        }
        return [.. tensors];
    }

    static ArgumentException Missing() => new($"A tensor of the state {typeof(TState).Name} is null.");

    static Span<object?> References(ref TState state)
    {
        if (Slots == 0)
            throw new ArgumentException($"A state is a tensor, or a tuple or record struct of tensors; {typeof(TState)} is not.");
        return MemoryMarshal.CreateSpan(ref Unsafe.As<TState, object?>(ref state), Slots);
    }
}

/// <summary>A list of states inside a state.</summary>
internal interface IStateList
{
    void Collect(List<Tensor> tensors);

    object Rebuild(ReadOnlySpan<Tensor> tensors, ref int used);
}
