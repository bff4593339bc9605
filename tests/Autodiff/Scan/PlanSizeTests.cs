using Autograd.Layers;
using Autograd.Tests.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff.Scan;

/// <summary>
/// Planning takes time and memory in proportion to the operations of a step, whatever is shared, and calls itself nowhere.
/// </summary>
public sealed class PlanSizeTests
{
    static readonly RandomKey Key = new(3);

    public static TheoryData<string, int> LargeSteps => new()
    {
        { "map", 1_000 },
        { "square", 300 },
        { "line", 12_000 },
        { "double", 60 },
        { "sum", 3_000 },
        { "product", 400 },
    };

    [Theory]
    [MemberData(nameof(LargeSteps))]
    public void ALargeStepRunsCompiledAndGivesWhatTheTapeGives(string kind, int count)
    {
        Tensor[] compiled = ResultsOf(kind, count, Execution.Compiled), eager = ResultsOf(kind, count, Execution.Eager);
        for (int i = 0; i < compiled.Length; i++) Close.Equal(eager[i], compiled[i], 1e-9);
    }

    [Theory]
    [InlineData("map", 250)]
    [InlineData("square", 200)]
    [InlineData("line", 1_000)]
    [InlineData("double", 1_000)]
    [InlineData("sum", 500)]
    [InlineData("product", 100)]
    public void ThePlanOfTwiceTheOperationsTakesTwiceTheMemory(string kind, int count)
    {
        BytesOfPlan(kind, 8);
        long one = BytesOfPlan(kind, count), two = BytesOfPlan(kind, 2 * count);
        Assert.InRange((double)two / one, 1.0, 2.5);
    }

    [Fact]
    public void AStackOfSixtyFourLayersIsPlanned()
    {
        var layer = Recurrent.Over(Stacked.Of([.. Enumerable.Range(0, 64).Select(i => new PeepholeLstmCell(4, 4, Key.At(i)))]));
        layer.Run(Key.Normal([3, 2, 4]));
        Assert.Equal(new ExecutionPath(Execution.Compiled, null), layer.LastPath);
    }

    [Fact]
    public void AStepBeyondTheLimitRunsEagerlyWithTheReason()
    {
        var layer = Recurrent.Over(new Iterated("line", ScanCompiler.MostOperations));
        layer.Run(Key.Normal([1, 1, 2]));
        Assert.Equal(Execution.Eager, layer.LastPath.Execution);
        Assert.Contains("too large to be planned", layer.LastPath.Reason, StringComparison.Ordinal);
    }

    static Tensor[] ResultsOf(string kind, int count, Execution execution)
    {
        var layer = Recurrent.Over(new Iterated(kind, count));
        layer.Execution = execution;
        var x = Key.Normal([3, 2, 2], 1, ElementType.Float64);
        using var tape = new Tape();
        foreach (var parameter in layer.Parameters) tape.Bind(parameter, Tensor.From(parameter.ToDoubles(), parameter.Shape));
        tape.Watch(x);
        var run = layer.Run(x);
        if (execution == Execution.Compiled) Assert.Equal(new ExecutionPath(execution, null), layer.LastPath);
        var gradients = tape.Gradients(Sum(run.Outputs), [x, .. layer.Parameters]);
        return [run.Outputs.Detach(), .. gradients.Select(gradient => gradient.Detach())];
    }

    static long BytesOfPlan(string kind, int count)
    {
        var layer = Recurrent.Over(new Iterated(kind, count));
        long before = GC.GetAllocatedBytesForCurrentThread();
        layer.Explain(Key.Normal([2, 1, 2]));
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>A step with some operation repeated.</summary>
    sealed class Iterated : Cell<Tensor>
    {
        readonly Parameter weight, captured;
        readonly string kind;
        readonly int count;

        public Iterated(string kind, int count)
            : base(Key, 2)
        {
            (this.kind, this.count) = (kind, count);
            Weight(out weight, 2, 2);
            Weight(out captured, 2, 2);
        }

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var start = Sigmoid(MatMul(x, weight) + state);
            var value = start;
            for (int i = 0; i < count; i++)
            {
                value = kind switch
                {
                    "map" => 2.5 * value * (1 - value),
                    "square" => 0.5 * value * value + 0.25 * start,
                    "line" => 0.5 - 0.999 * value,
                    "double" => value + value,
                    "sum" => value + start * 0.01,
                    _ => value + MatMul(start, captured) * 0.01 + MatMul(start, weight),
                };
            }
            return (value, 0.5 * Tanh(value));
        }
    }
}
