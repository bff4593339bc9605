using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>A compiled run gives what the eager tape gives, for every cell and wrapper, and none falls back silently.</summary>
public class ExecutionTests
{
    static IReadOnlyList<CellKind> All { get; } =
    [
        .. ArchitectureKinds.All,
        new CellKind<LstmState>(
        "Zoneout in training", (inputs, hidden, key) => Training(Zoneout.Around(new LstmCell(inputs, hidden, key), key, 0.3, 0.6))),
        new CellKind<LstmState>("VariationalDropout in training", (inputs, hidden, key) =>
            Training(VariationalDropout.Around(new LstmCell(inputs, hidden, key), key, 0.3, 0.3, [0.3, 0]))),
    ];

    public static TheoryData<string> Cells => [.. All.Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Cells))]
    public void CompiledEqualsEager(string name) =>
        Law.Holds(6, draw => All.Single(kind => kind.Name == name).BothExecutions(draw), trial =>
    {
        trial.Choose(Execution.Eager);
        double tolerance = Near.Rounding(trial.Run.Scale());
        double[][] eager = trial.Run.ResultAndGradients();
        trial.Choose(Execution.Compiled);
        double[][] compiled = trial.Run.ResultAndGradients();
        Assert.Equal(new ExecutionPath(Execution.Compiled, null), trial.Path());
        Near.Equal(eager, compiled, tolerance, "result and gradients");
    });

    static TCell Training<TCell>(TCell cell)
        where TCell : Module
    {
        cell.Train(7);
        return cell;
    }
}

/// <summary>A run that can be done both ways.</summary>
sealed record ExecutionTrial(ModuleTrial Run, Action<Execution> Choose, Func<ExecutionPath> Path)
{
    public override string ToString() => Run.ToString();
}
