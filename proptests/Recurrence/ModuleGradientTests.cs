using System.Reflection;
using Autograd.Layers;
using Module = Autograd.Layers.Module;

namespace Autograd.PropertyTests;

/// <summary>Cells, drivers and layers: derivatives for inputs, initial states and every parameter.</summary>
public class ModuleGradientTests
{
    public static TheoryData<string> Cases => ModuleCases.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public void GradientsAgreeWithDifferencesToSecondOrder(string name) => Law.Holds(4, ModuleCases.Named(name).Draw, trial =>
        GradientCheck.Run(trial.Function, trial.Inputs, trial.Module.Parameters).ThrowIfFailed());

    [Theory]
    [MemberData(nameof(Cases))]
    public void GradientsAgreeWithDifferencesToThirdOrder(string name) =>
        Law.Holds(3, ModuleCases.Named(name).Draw, trial => GradientCheck.Run(
        trial.Function, trial.Inputs, trial.Module.Parameters, new() { Order = 3, Mode = CheckMode.Projected, StepFree = false })
            .ThrowIfFailed());

    [Theory]
    [MemberData(nameof(Cases))]
    public void ARecordedSweepGivesTheGradientsOfAnUnrecordedOne(string name) => Law.Holds(20, ModuleCases.Named(name).Draw, trial =>
        Near.Equal(trial.ResultAndGradients(), trial.ResultAndGradients(record: true), Near.Rounding(trial.Scale()),
            "result and gradients"));

    [Theory]
    [MemberData(nameof(Cases))]
    public void RepeatedRunsGiveTheSameBits(string name) => Law.Holds(10, ModuleCases.Named(name).Draw, trial =>
        Near.SameBits(trial.ResultAndGradients(), trial.ResultAndGradients(), "result and gradients"));

    [Theory]
    [MemberData(nameof(Cases))]
    public void ForwardModeIsTheAdjointOfReverseMode(string name) => Law.Holds(10, ModuleCases.Named(name).Draw, trial =>
        trial.OnTape((tape, sources) =>
    {
        var result = trial.Function(trial.Inputs);
        var u = Directions.Of(result.Shape);
        Tensor[] v = [.. sources.Select((source, i) => Directions.Of(source.Shape, i + 1))];
        double forward = Functions.Sum(u * tape.Tangents([result], sources, v)[0]).ToScalar();
        double reverse = tape.Gradients([result], [u], sources).Zip(v, (g, direction) => Functions.Sum(g * direction).ToScalar()).Sum();
        Near.Equal([forward], [reverse], Near.Rounding(Derivatives.Scale(tape)), "⟨Jᵀu, v⟩ instead of ⟨u, Jv⟩");
        return true;
    }));

    [Theory]
    [MemberData(nameof(Cases))]
    public void SinglePrecisionAgreesWithDouble(string name) => Law.Holds(10, ModuleCases.Named(name).Draw, trial =>
    {
        using var tape = new Tape();
        Tensor[] inputs = [.. trial.Inputs.Select(input => tape.Watch(input.As(ElementType.Float32)))];
        var result = trial.Function(inputs);
        Tensor[] sources = [.. inputs, .. trial.Module.Parameters];
        var seed = Directions.Of(result.Shape).As(ElementType.Float32);
        double[][] actual = Derivatives.Numbers([result, .. tape.Gradients([result], [seed], sources)]);
        int entries = tape.Position;
        tape.Dispose();
        // Every rounding on the tape is off by ε of a number on it, and reaches the result at most once for each entry.
        double bound = ElementType.Float32.Epsilon() * entries * Math.Pow(trial.Scale(), 2);
        Near.Equal(trial.ResultAndGradients(), actual, bound, "result and gradients in single precision");
    });

    static readonly Dictionary<Type, string> Elsewhere = new()
    {
        [typeof(ContractiveCell)] = "has no parameters; ContractiveCellTests",
        [typeof(StateSpaceCell)] = "has no parameters; StateSpaceCellTests",
        [typeof(EchoStateCell)] = "has weights of a given spectral radius; EchoStateCellTests",
        [typeof(GradientLimitedCell<>)] = "changes gradients on purpose; ForwardLearningTests",
        [typeof(LiquidStateCell)] = "a spike has no derivative; LiquidStateCellTests checks those that stand in for it",
        [typeof(Recurrent<,,>)] = "runs its cell as any; CellKinds (a cell of parts), PartedCellTests",
        [typeof(RidgeReadout)] = "is fitted in double; ReservoirNetworkTests",
        [typeof(ReservoirNetwork<>)] = "is fitted in double; ReservoirNetworkTests",
    };

    [Fact]
    public void EveryModuleHasACase()
    {
        var used = ModuleCases.All.SelectMany(module => Within(module.Draw(new Draw(1, 50)).Module)).Select(Definition).ToHashSet();
        var missing = typeof(Module).Assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(typeof(Module)) && !type.IsAbstract && !used.Contains(Definition(type))
                && !Elsewhere.ContainsKey(Definition(type))).Select(type => type.Name);
        Assert.Empty(missing);
    }

    // A module and all its parts.
    static IEnumerable<Type> Within(Module module) =>
        typeof(Module).GetField("parts", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(module) is List<(
        string, Module Module, bool)> parts
            ? parts.SelectMany(part => Within(part.Module)).Prepend(module.GetType())
            : throw new InvalidOperationException("Module keeps its parts elsewhere now.");

    static Type Definition(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;
}
