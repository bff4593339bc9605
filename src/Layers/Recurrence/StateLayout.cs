using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Autograd.Layers;

/// <summary>How the references of a state type lie in memory; worked out once for each type.</summary>
/// <param name="Order">
/// For each reference in order of declaration its place in memory; none for a type that is no state. The runtime puts nested value types behind the
/// other fields, so the two orders differ.
/// </param>
/// <param name="HasLists">Whether a list of states is among them, so that the number of tensors depends on the value.</param>
internal sealed record StateLayout(int[] Order, bool HasLists)
{
    public static StateLayout Of<TState>()
    {
        if (!IsState(typeof(TState))) return new StateLayout([], false);
        return typeof(TState).IsValueType ? OfValue<TState>() : new StateLayout([0], IsList(typeof(TState)));
    }

    // A mark in every place shows where each field lies. The marks are compared and never used as what the fields say they are.
    static StateLayout OfValue<TState>()
    {
        var state = default(TState)!;
        var places = MemoryMarshal.CreateSpan(ref Unsafe.As<TState, object>(ref state), Unsafe.SizeOf<TState>() / Unsafe.SizeOf<object>());
        for (int i = 0; i < places.Length; i++) places[i] = new object();
        object[] marks = places.ToArray();
        var order = new List<int>();
        bool hasLists = false;
        Visit(state!);
        return new StateLayout([.. order], hasLists);

        void Visit(object value)
        {
            foreach (var field in Fields(value.GetType()))
            {
                object content = field.GetValue(value)!;
                hasLists |= IsList(field.FieldType);
                if (field.FieldType.IsValueType) Visit(content);
                else order.Add(Array.IndexOf(marks, content));
            }
        }
    }

    static bool IsState(Type type)
    {
        if (type == typeof(Tensor) || IsList(type)) return true;
        if (!type.IsValueType || type.IsPrimitive) return false;
        var fields = Fields(type);
        return fields.Length > 0 && Array.TrueForAll(fields, field => IsState(field.FieldType));
    }

    static bool IsList(Type type) => type.IsAssignableTo(typeof(IStateList));

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "The fields of a value type that is in use are its layout, and are kept.")]
    static FieldInfo[] Fields(Type type) => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
}
