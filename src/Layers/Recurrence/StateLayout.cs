using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

// What is generic here gets its states from cells, and a cell's base class or creation names the type of its state, which keeps the
// fields. Those of a type that escapes this are missing when its layout is looked for, and it is refused; the published program has every
// kind.
[assembly: UnconditionalSuppressMessage(
    "Trimming", "IL2091", Scope = "module", Justification = "Fields that were not kept are noticed by StateLayout.")]

namespace Autograd.Layers;

/// <summary>How the references of a state type lie in memory; worked out once for each type.</summary>
/// <param name="Order">
/// For each reference in order of declaration its place in memory; none for a type that is no state. The runtime puts nested value types
/// behind the other fields, so the two orders differ.
/// </param>
/// <param name="Kinds">What each of them refers to, in the same order.</param>
/// <param name="Refusal">Why the type is no state; null if it is one.</param>
sealed record StateLayout(int[] Order, StatePartKind[] Kinds, string? Refusal)
{
    /// <summary>What a program keeps of the type of a state: its fields.</summary>
    public const DynamicallyAccessedMemberTypes Kept =
        DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.NonPublicFields;

    const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static StateLayout Of<TState>()
    {
        var type = typeof(TState);
        if (KindOf(type) is { } kind) return new([0], [kind], null);
        if (!IsComposed(type)) return Refused(type, "");
        var leaves = new List<Leaf>();
        return Find(default(TState)!, [], leaves) is { } reason ? Refused(type, $": {reason}") : OfValue<TState>(leaves);
    }

    // A mark in every place shows where each field lies. The marks are compared and never used as what the fields say they are.
    static StateLayout OfValue<TState>(List<Leaf> leaves)
    {
        var state = default(TState)!;
        var places = MemoryMarshal.CreateSpan(ref Unsafe.As<TState, object>(ref state), leaves.Count);
        for (int i = 0; i < places.Length; i++) places[i] = new object();
        object[] marks = places.ToArray();
        var order = new int[marks.Length];
        var kinds = new StatePartKind[marks.Length];
        var found = new HashSet<int>();
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = Array.IndexOf(marks, leaves[i].In(state));
            kinds[i] = leaves[i].Kind;
            if (!found.Add(order[i])) return Refused(typeof(TState), ": some of its fields share their memory");
        }
        return new(order, kinds, null);
    }

    /// <summary>A type as it is written in C#.</summary>
    public static string NameOf(Type type)
    {
        if (type.IsArray) return $"{NameOf(type.GetElementType()!)}[]";
        if (!type.IsGenericType) return type.Name;
        string arguments = string.Join(", ", type.GetGenericArguments().Select(NameOf));
        return type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal) ? $"({arguments})" : $"{type.Name.Split('`')[0]}<{arguments}>";
    }

    static StateLayout Refused(Type type, string because) =>
        new([], [], $"A state is a tensor, a list of tensors, or a tuple or record struct of states; {type} is not{because}.");

    // Finds every reference of a value, or a reason why it is no state. Only if those found fill it is nothing else in it: where fields
    // are forgotten at compile time, the ones that are left say nothing of the others.
    static string? Find(object value, FieldInfo[] path, List<Leaf> leaves)
    {
        var type = value.GetType();
        int first = leaves.Count;
        foreach (var field in FieldsOf(value))
        {
            FieldInfo[] deeper = [.. path, field];
            if (KindOf(field.FieldType) is { } kind) leaves.Add(new(deeper, kind));
            else if (!IsComposed(field.FieldType)) return $"{field.FieldType} is none of these";
            else if (Find(field.GetValue(value)!, deeper, leaves) is { } reason) return reason;
        }
        if ((leaves.Count - first) * IntPtr.Size == RuntimeHelpers.SizeOf(type.TypeHandle)) return null;
        return $"{type} has more in it than fields that this program knows; if they are states, let it be an {nameof(IStatePart)}";
    }

    static StatePartKind? KindOf(Type type) =>
        type == typeof(Tensor) ? StatePartKind.Tensor
        : type == typeof(Tensor[]) || type == typeof(IReadOnlyList<Tensor>) ? StatePartKind.Array
        : type == typeof(List<Tensor>) ? StatePartKind.List
        : type.IsAssignableTo(typeof(IStateList)) ? StatePartKind.States
        : null;

    static bool IsComposed(Type type) =>
        type is { IsValueType: true, IsPrimitive: false, IsEnum: false, IsExplicitLayout: false }
        && Nullable.GetUnderlyingType(type) is null;

    static FieldInfo[] FieldsOf(object value) => value is IStatePart part ? FieldsOf(part) : FieldsOf(value.GetType());

    // The trimmer keeps the fields of every implementation, because this asks for them.
    static FieldInfo[] FieldsOf(IStatePart part) => part.GetType().GetFields(Instance);

    [DynamicDependency(Kept, typeof(ValueTuple<>))]
    [DynamicDependency(Kept, typeof(ValueTuple<,>))]
    [DynamicDependency(Kept, typeof(ValueTuple<,,>))]
    [DynamicDependency(Kept, typeof(ValueTuple<,,,>))]
    [DynamicDependency(Kept, typeof(ValueTuple<,,,,>))]
    [DynamicDependency(Kept, typeof(ValueTuple<,,,,,>))]
    [DynamicDependency(Kept, typeof(ValueTuple<,,,,,,>))]
    [DynamicDependency(Kept, typeof(ValueTuple<,,,,,,,>))]
    [DynamicDependency(Kept, typeof(ImmutableArray<>))]
    [UnconditionalSuppressMessage(
        "Trimming", "IL2070", Justification = "Fields that were not kept are noticed: those that are left do not fill the type.")]
    static FieldInfo[] FieldsOf(Type type) => type.GetFields(Instance);

    // A reference in a state: the fields that lead to it, and what it refers to.
    sealed record Leaf(FieldInfo[] Path, StatePartKind Kind)
    {
        public object? In(object? state)
        {
            foreach (var field in Path) state = field.GetValue(state);
            return state;
        }
    }
}
