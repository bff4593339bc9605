using System.Reflection;
using Autograd.Data;
using Autograd.Distributed;
using Autograd.Layers;
using Autograd.Onnx;
using Autograd.Optimizers;

namespace Autograd.Hostile;

/// <summary>Makes objects of the library's own types by what is public: constructors first, then whatever gives one back.</summary>
static class Instances
{
    static readonly Type[] generics = [typeof(Tensor), typeof(LstmState), typeof(float), typeof(double), typeof(int), typeof(Linear)];
    static readonly Dictionary<Type, (MethodBase Way, Profile Profile)?> ways = [];

    /// <summary>Every public type, the generic ones with fitting arguments.</summary>
    public static IReadOnlyList<Type> Types { get; } =
    [
        .. new[] { typeof(Tensor), typeof(Linear), typeof(Optimizer), typeof(ShuffledBatches), typeof(DataParallel), typeof(OnnxModel) }
            .SelectMany(type => type.Assembly.GetExportedTypes()).Select(Closed).OfType<Type>(),
    ];

    static Type? Closed(Type type) =>
        type.IsGenericTypeDefinition ? Choices(type.GetGenericArguments().Length).Select(chosen => Try(() => type.MakeGenericType(chosen)))
            .FirstOrDefault(made => made is not null) : type;

    /// <summary>A method whose own type arguments fit.</summary>
    public static MethodBase? Closed(MethodBase method) =>
        method is not MethodInfo { IsGenericMethodDefinition: true } generic ? method
        : Choices(generic.GetGenericArguments().Length).Select(chosen => Try(() => generic.MakeGenericMethod(chosen)))
            .FirstOrDefault(made => made is not null);

    public static object Make(Type type, Values values, int depth)
    {
        if (!ways.TryGetValue(type, out var way))
        {
            ways[type] = null;
            ways[type] = way = Find(type, depth);
        }
        if (way is null) throw new NotSupportedException(type.ToString());
        return Call(way.Value.Way, way.Value.Profile, values, depth)!;
    }

    // Ways of types that are being looked for are not ways: a way back to itself would have no end.
    static (MethodBase, Profile)? Find(Type type, int depth)
    {
        foreach (var way in Ways(type))
            foreach (var profile in Profile.All)
            {
                using var kept = new Kept();
                try
                {
                    if (type.IsInstanceOfType(Call(way, profile, new Values(profile, kept), depth))) return (way, profile);
                }
                catch (NotSupportedException)
                {
                    break;
                }
                catch (Exception refused) when (refused is not OutOfMemoryException)
                {
                }
            }
        return null;
    }

    static object? Call(MethodBase way, Profile profile, Values outer, int depth)
    {
        var values = outer.With(profile);
        var target = way.IsStatic || way.IsConstructor ? null : values.Of(way.DeclaringType!, "this", depth + 1);
        return Caller.Of(way).Call(target, [.. way.GetParameters().Select(parameter => values.Of(parameter, depth + 1))]);
    }

    static IEnumerable<MethodBase> Ways(Type type)
    {
        var kinds = Types.Where(kind => kind.IsAssignableTo(type) && !kind.IsAbstract).OrderBy(kind => kind == type ? 0 : 1).ToList();
        var built = kinds.SelectMany(kind => kind.GetConstructors()
            .Where(way => !way.GetParameters().Any(parameter => parameter.ParameterType == kind || parameter.ParameterType.IsPointer))
            .OrderBy(way => way.GetParameters().Length));
        var given = Types.SelectMany(from => from.GetMethods().Where(method => method.DeclaringType == from))
            .Select(method =>
                method.ReturnType.ContainsGenericParameters || method.ReturnType == type ? Closed(method) as MethodInfo : null)
            .Where(method => method?.ReturnType == type && (method.IsStatic || method.DeclaringType != type))
            .OrderBy(method => method!.IsStatic ? 0 : 1).ThenBy(method => method!.GetParameters().Length);
        return built.Concat<MethodBase>(given!);
    }

    static IEnumerable<Type[]> Choices(int count) =>
        count == 1 ? generics.Select(one => new[] { one })
        : from first in generics from rest in Choices(count - 1) select (Type[])[first, .. rest];

    static T? Try<T>(Func<T> make)
        where T : class
    {
        try
        {
            return make();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
