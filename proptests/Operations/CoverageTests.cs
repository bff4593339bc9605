using System.Reflection;
using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>The table of cases leaves nothing out: a new operation or function without a case fails here, by name.</summary>
public class CoverageTests
{
    const int Samples = 40;

    static readonly Dictionary<Type, string> NotComputed = new()
    {
        [typeof(CheckpointOperation)] = "recomputes other operations, to the bit; CheckpointTests covers it",
        [typeof(JoinOperation)] = "a concatenation that has nothing to copy; JoinLaws has what it is and when",
        [typeof(LinearCrossEntropyGradient)] = "a part of CrossEntropyParts, recorded to second order; ReadoutLossTests covers it",
        [typeof(ScanOperation)] = "runs other operations as a plan; the random cells of Scan cover it",
        [typeof(StopGradientOperation)] = "stands for a constant where there is no data; the random cells of Scan cover it",
    };

    static readonly Dictionary<Type, Type> Closings = new()
    {
        [typeof(UnaryOperation<>)] = typeof(IUnaryFunction),
        [typeof(BinaryOperation<>)] = typeof(IBinaryFunction),
        [typeof(RowReductionOperation<>)] = typeof(IRowReduction),
        [typeof(RowOperation<>)] = typeof(IRowTransform),
        [typeof(RunningOperation<>)] = typeof(IRunningFunction),
    };

    [Fact]
    public void EveryOperationIsRecordedByACase()
    {
        var missing = Concrete().SelectMany(Closed).Except(NotComputed.Keys).Except(Recorded()).Select(Readable).Order().ToList();
        Assert.True(missing.Count == 0, "Operations that no case in the table records: " + string.Join(", ", missing));
    }

    [Fact]
    public void EveryPublicFunctionHasACase()
    {
        // A layer's weights are float, and cases are in double: this one is a case as the LinearCrossEntropy that it calls.
        var functions = new[] { typeof(Functions), typeof(Loss) }.SelectMany(Named).Append(nameof(CustomOperation))
            .Where(name => name != "CrossEntropy(Tensor, Linear, ReadOnlySpan`1)").ToList();
        var named = OperationCases.All.Select(operation => operation.Function).ToHashSet();
        Assert.True(functions.All(named.Contains), "Functions without a case in the table: " + string.Join(", ", functions.Except(named)));
        Assert.True(named.All(functions.Contains), "Cases of functions that do not exist: " + string.Join(", ", named.Except(functions)));
    }

    [Fact]
    public void CaseNamesAreDifferent() => Assert.Distinct(OperationCases.All.Select(operation => operation.Name));

    static IEnumerable<Type> Concrete() =>
        new[] { typeof(Operation).Assembly, typeof(Loss).Assembly }.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsSubclassOf(typeof(Operation)) && !type.IsAbstract);

    static IEnumerable<Type> Closed(Type operation)
    {
        if (!operation.IsGenericTypeDefinition) return [operation];
        Assert.True(
            Closings.TryGetValue(operation, out var function),
            $"{operation} is generic in an unknown kind of function; name it in this test.");
        return Kinds(function).Select(type => operation.MakeGenericType(type));
    }

    // Those that are made of a kind of something else are made of each.
    static IEnumerable<Type> Kinds(Type function) =>
        function.Assembly.GetTypes().Where(type => type.IsValueType && type.IsAssignableTo(function)).SelectMany(type =>
            !type.IsGenericTypeDefinition ? [type]
            : type.GetGenericArguments() is [var kind] ? Kinds(kind.GetGenericParameterConstraints().Single(one => one.IsInterface))
                .Select(one => type.MakeGenericType(one))
            : throw new NotSupportedException($"{type} has several kinds."));

    static HashSet<Type> Recorded()
    {
        var types = new HashSet<Type>();
        foreach (var operation in OperationCases.All)
            for (int i = 0; i < Samples; i++)
                types.UnionWith(RecordedBy(operation.Draw(new Draw(i, 100 * i / Samples))));
        return types;
    }

    static IEnumerable<Type> RecordedBy(Trial trial)
    {
        using var tape = new Tape();
        foreach (var input in trial.Inputs) tape.Watch(input);
        trial.Function(trial.Inputs);
        return Derivatives.Entries(tape).Select(entry => entry.Operation?.GetType()).OfType<Type>();
    }

    static IEnumerable<string> Named(Type functions) =>
        functions.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(method => method.ReturnType == typeof(Tensor) || method.ReturnType == typeof(Tensor[])
                || method.ReturnType == typeof((Tensor, Tensor)))
            .GroupBy(method => method.Name)
            .SelectMany(overloads => overloads.Count() == 1 ? [overloads.Key] : overloads.Select(Signature));

    static string Signature(MethodInfo method) =>
        $"{method.Name}({string.Join(", ", method.GetParameters().Select(parameter => parameter.ParameterType.Name))})";

    static string Readable(Type type) =>
        type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Readable))}>" : type.Name;
}
