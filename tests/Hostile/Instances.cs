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

    // Of the core, which knows no states, what is generic takes elements.
    static readonly Type[] elements = [typeof(Tensor), typeof(float), typeof(double), typeof(int)];
    static readonly RandomKey key = new(1);

    // Types of which not just any will do: their sizes fit ordinary tensors, or what makes them is a function of the caller.
    static readonly Dictionary<Type, Func<object>> given = new()
    {
        [typeof(Autograd.Layers.Module)] = () => new Linear(2, 2, key),
        [typeof(Cell<Tensor>)] = () => new GruCell(2, 2, key),
        [typeof(Recurrent<Tensor>)] = () => Recurrent.Over(new GruCell(2, 2, key)),
        [typeof(StreamingCell<Tensor>)] = () => StreamingCell.Over(new GruCell(2, 2, key), 2),
        [typeof(HopfieldNetwork)] = () => new HopfieldNetwork(Tensor.Ones([1, 2])),
        [typeof(PointsReport)] = () => GradientCheck.AtPoints(x => Functions.Exp(x[0]), [[Tensor.Ones([2])]]),
        [typeof(StepCurve)] = () => GradientCheck.Curve(x => Functions.Exp(x[0]), [Tensor.Ones([2])]),
        [typeof(SafetensorsFile)] = Opened,
        [typeof(SeriesTable)] = () => SeriesTable.Parse("a,b\n1,2\n3,4\n5,6"),
        [typeof(Vocabulary)] = () => CharacterVocabulary.From("ab"),
        [typeof(TokenWindow)] = () => new TokenWindow(new[] { 0, 1 }, new[] { 1, 0 }, 1, 2, true),
        [typeof(Range)] = () => ..1,
        [typeof(Index)] = () => new Index(0),
    };

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
        : Choices(generic.GetGenericArguments().Length, method.DeclaringType!.Assembly == typeof(Tensor).Assembly)
            .Select(chosen => Try(() => generic.MakeGenericMethod(chosen)))
            .FirstOrDefault(made => made is not null);

    public static object Make(Type type, Values values, int depth)
    {
        if (given.TryGetValue(type, out var make)) return make();
        if (!ways.TryGetValue(type, out var way))
        {
            ways[type] = null;
            ways[type] = way = Find(type, depth);
        }
        // Values of properties alone are there as they are by default.
        bool isPlain = type.IsValueType && type.GetProperties().Any(property => property.CanWrite);
        if (way is null) return isPlain ? Activator.CreateInstance(type)! : throw new NotSupportedException(type.ToString());
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

    static SafetensorsFile Opened()
    {
        string path = Path.Combine(Kept.Folder.Path, $"{Guid.NewGuid():N}.safetensors");
        Safetensors.Write(path, [("a", Tensor.Ones([2]))]);
        return SafetensorsFile.Open(path);
    }

    static IEnumerable<Type[]> Choices(int count, bool isOfCore = false)
    {
        var choices = isOfCore ? elements : generics;
        return count == 1 ? choices.Select(one => new[] { one })
            : from first in choices from rest in Choices(count - 1, isOfCore) select (Type[])[first, .. rest];
    }

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
