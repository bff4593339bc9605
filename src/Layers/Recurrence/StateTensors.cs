using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Autograd.Layers;

/// <summary>
/// The tensors of a state of any type. A state is a tensor, a list of tensors or of states, or a value type whose fields are states; in
/// memory, all of these are just references side by side, so they are read and written as a span of references, without reflection and,
/// unless there are lists, without allocation. The type is checked once.
/// </summary>
static class StateTensors<TState>
{
    static readonly StateLayout Layout = StateLayout.Of<TState>();

    /// <summary>Number of references in a state.</summary>
    public static int Slots => Layout.Order.Length;

    /// <summary>Whether the number of tensors depends on the value.</summary>
    public static bool HasLists { get; } = Array.Exists(Layout.Kinds, kind => kind != StatePartKind.Tensor);

    /// <summary>Whether a state is a single list of tensors, so that their number can be chosen.</summary>
    public static bool IsList => Layout.Kinds is [StatePartKind.Array or StatePartKind.List];

    /// <summary>Whether a list among them could be changed by those it is given to.</summary>
    public static bool IsMutable { get; } = Array.Exists(Layout.Kinds, kind => kind is StatePartKind.Array or StatePartKind.List);

    /// <summary>The type as it is written in C#, for messages.</summary>
    public static string TypeName => StateLayout.NameOf(typeof(TState));

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
        for (int i = 0; i < Layout.Order.Length; i++)
        {
            ref var part = ref references[Layout.Order[i]];
            if (part is null && Layout.Kinds[i] != StatePartKind.Tensor) throw Missing();
            part = HasLists ? StateLists.Rebuild(part, Layout.Kinds[i], tensors, ref used) : tensors[used++];
        }
        return template;
    }

    /// <summary>A state of a type without lists, or that is one list, from nothing but its tensors.</summary>
    public static TState Create(ReadOnlySpan<Tensor> tensors)
    {
        var state = default(TState)!;
        if (!HasLists) return Rebuild(state, tensors);
        References(ref state)[0] = StateLists.Create(Layout.Kinds[0], tensors);
        return state;
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

    /// <summary>How the second of two states is of another structure, or null. Allocates nothing for equal states without lists.</summary>
    public static string? Difference(TState before, TState after)
    {
        if (HasLists) return DifferenceInLists(before, after);
        var a = References(ref before);
        var b = References(ref after);
        for (int i = 0; i < Layout.Order.Length; i++)
        {
            int slot = Layout.Order[i];
            if (a[slot] is not Tensor from || b[slot] is not Tensor to) throw Missing();
            if (!from.Shape.Equals(to.Shape)) return Differs(i, from.Shape, to.Shape);
        }
        return null;
    }

    static string? DifferenceInLists(TState before, TState after)
    {
        var (a, b) = (Flatten(before), Flatten(after));
        for (int i = 0; i < Math.Max(a.Length, b.Length); i++)
        {
            var from = i < a.Length ? a[i].Shape : null;
            var to = i < b.Length ? b[i].Shape : null;
            if (from != to) return Differs(i, from, to);
        }
        var (countsBefore, countsAfter) = (Counts(before), Counts(after));
        return countsBefore.SequenceEqual(countsAfter)
            ? null
            : $"the lists of the state have lengths {Join(countsBefore)} before the step and {Join(countsAfter)} after it";

        static string Join(List<int> counts) => string.Join(", ", counts);
    }

    static string Differs(int tensor, Shape? before, Shape? after) =>
        $"tensor {tensor} of the state is {before?.ToString() ?? "missing"} before the step and {after?.ToString() ?? "missing"} after it";

    static List<int> Counts(TState state)
    {
        var counts = new List<int>();
        AddCounts(state, counts);
        return counts;
    }

    /// <summary>Adds the number of tensors of each list.</summary>
    public static void AddCounts(TState state, List<int> counts)
    {
        var references = References(ref state);
        foreach (int slot in Layout.Order) StateLists.CollectCounts(references[slot], counts);
    }

    static Tensor[] FlattenLists(Span<object?> references)
    {
        var tensors = new List<Tensor>(Slots);
        foreach (int slot in Layout.Order)
            if (!StateLists.Collect(references[slot], tensors))
                throw Missing();
        return tensors.Contains(null!) ? throw Missing() : [.. tensors];
    }

    static ArgumentException Missing() => new($"A tensor of the state {TypeName} is null.");

    static Span<object?> References(ref TState state)
    {
        if (Layout.Refusal is { } refusal) throw new ArgumentException(refusal);
        return MemoryMarshal.CreateSpan(ref Unsafe.As<TState, object?>(ref state), Slots);
    }
}
