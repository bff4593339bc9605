using System.Linq.Expressions;
using System.Reflection;

namespace Autograd.Hostile;

/// <summary>Calls a member with boxed arguments. Spans, which cannot be boxed, are arrays outside.</summary>
sealed class Caller
{
    static readonly Dictionary<MethodBase, Caller> made = [];
    readonly Func<object?, object?[], object?> call;

    Caller(MethodBase method)
    {
        var target = Expression.Parameter(typeof(object), "target");
        var arguments = Expression.Parameter(typeof(object?[]), "arguments");
        var variables = new List<ParameterExpression>();
        var before = new List<Expression>();
        var given = method.GetParameters().Select(parameter =>
        {
            var type = parameter.ParameterType;
            var element = Expression.ArrayIndex(arguments, Expression.Constant(parameter.Position));
            if (!type.IsByRef) return As(element, type);
            var variable = Expression.Variable(type.GetElementType()!);
            variables.Add(variable);
            before.Add(Expression.Assign(variable, As(element, variable.Type)));
            return variable;
        }).ToArray();
        Expression body = method is ConstructorInfo constructor
            ? Expression.New(constructor, given)
            : Expression.Call(Receiver(method, target), (MethodInfo)method, given);
        before.Add(Boxed(body));
        call = Expression.Lambda<Func<object?, object?[], object?>>(Expression.Block(variables, before), target, arguments).Compile();
    }

    public static Caller Of(MethodBase method)
    {
        if (!made.TryGetValue(method, out var caller)) made[method] = caller = new Caller(method);
        return caller;
    }

    public object? Call(object? target, object?[] arguments) => call(target, arguments);

    /// <summary>What stands for a span: an array.</summary>
    public static Type Outside(Type type) =>
        type.IsByRef ? Outside(type.GetElementType()!) : IsSpan(type) ? type.GetGenericArguments()[0].MakeArrayType() : type;

    static bool IsSpan(Type type) => type.IsGenericType
        && (type.GetGenericTypeDefinition() == typeof(Span<>) || type.GetGenericTypeDefinition() == typeof(ReadOnlySpan<>));

    static Expression? Receiver(MethodBase method, Expression target) =>
        method.IsStatic ? null
        : method.DeclaringType!.IsValueType ? Expression.Unbox(target, method.DeclaringType)
        : Expression.Convert(target, method.DeclaringType);

    static Expression As(Expression value, Type type) =>
        IsSpan(type)
            ? Expression.Call(type.GetMethod("op_Implicit", [Outside(type)])!, Expression.Convert(value, Outside(type)))
            : Expression.Convert(value, type);

    static Expression Boxed(Expression result)
    {
        if (result.Type == typeof(void)) return Expression.Block(result, Expression.Constant(null));
        if (IsSpan(result.Type)) return Expression.Call(result, result.Type.GetMethod("ToArray")!);
        if (!result.Type.IsByRefLike) return Expression.Convert(result, typeof(object));
        // A scope: ended at once, so that it does not reach into the next call.
        return result.Type.GetMethod("Dispose", []) is { } end
            ? Expression.Block(Expression.Call(result, end), Expression.Constant(null))
            : Expression.Block(result, Expression.Constant(null));
    }
}
