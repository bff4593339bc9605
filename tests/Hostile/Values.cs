using System.Collections;
using System.Linq.Expressions;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Autograd.Hostile;

/// <summary>Makes an ordinary value of any type that a public member takes.</summary>
sealed class Values(Profile profile, Kept kept)
{
    const int MostDepth = 6;
    static readonly MethodInfo total = ((Func<Tensor, Tensor>)Total).Method,
        totalOfFirst = ((Func<IEnumerable<Tensor>, Tensor>)TotalOfFirst).Method;

    public Profile Profile => profile;

    public Values With(Profile other) => new(other, kept);

    /// <summary>An ordinary value.</summary>
    /// <exception cref="NotSupportedException">There is no way to make one.</exception>
    public object? Of(Type type, string name, int depth = 0) =>
        Simple(type, name) is { } simple ? simple
        : Nullable.GetUnderlyingType(type) is { } inner ? Of(inner, name, depth)
        : type.IsEnum ? Enum.GetValues(type).GetValue(0)
        : type.IsAssignableTo(typeof(Delegate)) ? Function(type, () => null, isBad: false, depth)
        : ElementOf(type) is { } element ? List(type, element, i => Element(element, name, i, depth))
        : type.IsArray ? Array.CreateInstance(type.GetElementType()!, [.. Enumerable.Repeat(1, type.GetArrayRank())])
        : IsTuple(type) ? Tuple(type, name, depth)
        : depth > MostDepth ? throw new NotSupportedException(type.ToString())
        : Cancellable(Instances.Make(type, this, depth));

    /// <summary>An ordinary argument: what stands there by default, if anything does.</summary>
    public object? Of(ParameterInfo parameter, int depth = 0)
    {
        var type = Caller.Outside(parameter.ParameterType);
        if (!parameter.HasDefaultValue || type == typeof(CancellationToken)) return Of(type, parameter.Name!, depth);
        var value = parameter.DefaultValue;
        return value is null && type.IsValueType && Nullable.GetUnderlyingType(type) is null ? Activator.CreateInstance(type)
            : value is not null && type.IsEnum ? Enum.ToObject(type, value)
            : value;
    }

    /// <summary>What a sequence type holds, or null for what is none.</summary>
    public static Type? ElementOf(Type type)
    {
        if (type == typeof(string)) return null;
        if (type.IsArray) return type.GetArrayRank() == 1 ? type.GetElementType() : null;
        if (!type.IsGenericType) return null;
        var generic = type.GetGenericTypeDefinition();
        return generic == typeof(IEnumerable<>) || generic == typeof(IReadOnlyList<>) || generic == typeof(IReadOnlyCollection<>)
            || generic == typeof(List<>) || generic == typeof(ReadOnlyMemory<>) || generic == typeof(Memory<>)
            || generic == typeof(IReadOnlyDictionary<,>) || generic == typeof(IReadOnlySet<>) || generic == typeof(IList<>)
            ? generic == typeof(IReadOnlyDictionary<,>)
                ? typeof(KeyValuePair<,>).MakeGenericType(type.GetGenericArguments())
                : type.GetGenericArguments()[0]
            : null;
    }

    /// <summary>A sequence of the type asked for.</summary>
    public static object List(Type type, Type element, Func<int, object?> at, int count = -1)
    {
        if (count < 0) count = 2;
        var array = Array.CreateInstance(element, count);
        for (int i = 0; i < count; i++) array.SetValue(at(i), i);
        if (type.IsAssignableFrom(array.GetType())) return array;
        var generic = type.GetGenericTypeDefinition();
        if (generic == typeof(IReadOnlyDictionary<,>))
        {
            var entries = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(type.GetGenericArguments()))!;
            foreach (object? pair in array)
                entries[element.GetProperty("Key")!.GetValue(pair)!] = element.GetProperty("Value")!.GetValue(pair);
            return entries;
        }
        return Activator.CreateInstance(
            generic == typeof(List<>) || generic == typeof(ReadOnlyMemory<>) || generic == typeof(Memory<>)
                ? type
                : typeof(HashSet<>).MakeGenericType(element), array)!;
    }

    /// <summary>A function: it gives back its argument where that fits, else an ordinary value, or what it is told to.</summary>
    public Delegate Function(Type type, Func<object?> bad, bool isBad, int depth)
    {
        var invoke = type.GetMethod("Invoke")!;
        var parameters = invoke.GetParameters().Select(p => Expression.Parameter(p.ParameterType, p.Name)).ToArray();
        Expression body;
        if (invoke.ReturnType == typeof(void))
            body = Expression.Block(Expression.Invoke(Expression.Constant(bad)), Expression.Empty());
        else if (isBad)
            body = Expression.Convert(Expression.Invoke(Expression.Constant(bad)), invoke.ReturnType);
        else if (parameters.FirstOrDefault(p => p.Type == invoke.ReturnType) is { } same)
            body = profile.Numbers > 0 && same.Type == typeof(Tensor)
                ? Expression.Call(total, same)
                : same;
        else
        {
            var from = parameters.FirstOrDefault(p => p.Type == typeof(Tensor[]) || p.Type == typeof(IReadOnlyList<Tensor>));
            body = from is not null && invoke.ReturnType == typeof(Tensor)
                ? Expression.Call(totalOfFirst, from)
                : Expression.Convert(
                    Expression.Invoke(Expression.Constant((Func<object?>)(() => Of(invoke.ReturnType, "result", depth + 1)))),
                    invoke.ReturnType);
        }
        return Expression.Lambda(type, body, parameters).Compile();
    }

    // Options with a token get one.
    object Cancellable(object made)
    {
        if (made.GetType().GetProperty("Cancellation") is { CanWrite: true } token) token.SetValue(made, kept.Token);
        return made;
    }

    object? Element(Type type, string name, int i, int depth) =>
        type == typeof(int) ? profile.List[i % profile.List.Length]
        : type == typeof(string) ? "ab"[i].ToString()
        : IsTuple(type) ? Tuple(type, name, depth + 1, i)
        : Of(type, name, depth + 1);

    static bool IsTuple(Type type) => type.IsGenericType
        && (type.IsAssignableTo(typeof(ITuple)) || type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>));

    // Names differ from element to element of a list.
    object Tuple(Type type, string name, int depth, int i = 0) => Activator.CreateInstance(
        type, [.. type.GetGenericArguments().Select(part =>
            part == typeof(string) ? Element(part, name, i, depth) : Of(part, name, depth + 1))])!;

    static Tensor TotalOfFirst(IEnumerable<Tensor> all) => Total(all.FirstOrDefault() ?? Tensor.Scalar(1));

    static Tensor Total(Tensor x) => Functions.Sum(x);

    object? Simple(Type type, string name) =>
        type == typeof(Tensor) ? profile.Tensor()
        : type == typeof(Parameter) ? new Parameter(kept.NewName(), profile.Tensor())
        : type == typeof(Shape) ? profile.Shape
        : type == typeof(Tape) || type == typeof(Tape).BaseType ? kept.Tape()
        : type == typeof(object) ? "an object"
        : type == typeof(string) ? (Bad.IsPath(name) ? kept.Path(name) : "a")
        : type == typeof(bool) ? profile.Numbers > 0
        : type == typeof(int) ? profile.Whole
        : type == typeof(double) || type == typeof(float) ? Convert.ChangeType(profile.Real, type, null)
        : type == typeof(char) ? 'a'
        : type.IsPrimitive ? Convert.ChangeType(profile.Whole, type, null)
        : type == typeof(BigInteger) ? new BigInteger(profile.Whole)
        : type == typeof(Stream) ? new MemoryStream()
        : type == typeof(TextWriter) ? new StringWriter()
        : type == typeof(CancellationToken) ? kept.Token
        : type == typeof(DateTimeOffset) ? DateTimeOffset.UnixEpoch
        : type == typeof(TimeSpan) ? TimeSpan.FromSeconds(1)
        : type == typeof(RandomKey) ? new RandomKey(1)
        : null;
}
