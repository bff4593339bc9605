using Autograd.Layers;
using Autograd.Tests.Layers.Recurrence;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Learning;

/// <summary>
/// A cell with a read-out on random sequences in double, and a loss at every step: what all learning rules are compared on.
/// </summary>
abstract record LearningTask(string Name)
{
    public static readonly LearningTask[] All =
    [
        new LearningTask<Tensor>("RnnCell", key => new RnnCell(2, 3, key)),
        new LearningTask<LstmState>("LstmCell", key => new LstmCell(2, 2, key)),
        new LearningTask<LstmState>("PeepholeLstmCell", key => new PeepholeLstmCell(2, 2, key)),
        new LearningTask<Tensor>("GruCell", key => new GruCell(2, 2, key)),
        new LearningTask<Tensor>("GruCell, reset after", key => new GruCell(2, 2, key, GruReset.AfterProduct)),
        new LearningTask<Tensor>("FocusedCell", key => new FocusedCell(2, 3, key)),
        new LearningTask<LayerStates<Tensor>>(
        "Stacked RnnCell", key => Stacked.Of<Tensor>(new RnnCell(2, 2, key), new GruCell(2, 2, key.For("upper")))),
        new LearningTask<LayerStates<LstmState>>(
        "Stacked LstmCell", key => Stacked.Of<LstmState>(new LstmCell(2, 2, key), new PeepholeLstmCell(2, 1, key.For("upper")))),
        new LearningTask<(Tensor, Traces)>("nested state", _ => new NestedCell()),
    ];

    public static TheoryData<string> Names => [.. All.Select(task => task.Name)];

    public static LearningTask Named(string name) => All.Single(task => task.Name == name);

    /// <summary>∂state/∂weights after some steps, a row for each unit of each sequence.</summary>
    public abstract double[][] Influence(InfluenceRule rule);

    /// <summary>Loss, gradients of all parameters, gradients of the initial state, norms by step.</summary>
    public abstract (double Loss, Tensor[] Gradients, Tensor[] Initial, IReadOnlyList<double> Norms) Learn(LearningRule rule);
}

/// <summary>A rule as the tests use it: whatever the state.</summary>
abstract record LearningRule
{
    public abstract SequenceGradients<TState> Apply<TState>(Cell<TState> cell, Parameter[] readOut, Tensor x, StepLoss loss);
}

/// <summary>A way to ∂state/∂weights, whatever the state.</summary>
abstract record InfluenceRule
{
    public abstract double[][] Of<TState>(Cell<TState> cell);
}

sealed record LearningTask<TState>(string Name, Func<RandomKey, Cell<TState>> Create) : LearningTask(Name)
{
    public const int Time = 7;

    public override double[][] Influence(InfluenceRule rule) => rule.Of(Create(new RandomKey(5)));

    public override (double Loss, Tensor[] Gradients, Tensor[] Initial, IReadOnlyList<double> Norms) Learn(LearningRule rule)
    {
        var key = new RandomKey(5);
        var cell = Create(key);
        int outputs = cell.Step(Tensor.Zeros([1, 2]), cell.Initial(1, ElementType.Float32)).Output.Shape[1];
        var head = new Linear(outputs, 2, key.For("head"));
        var x = InDouble.Draw(key.For("x"), Time, 2, 2);
        var targets = InDouble.Draw(key.For("target"), Time, 2, 2);
        var found = rule.Apply(
            cell, [.. head.Parameters], x, (y, first) => Sum(Square(head.Forward(y) - targets[first..(first + y.Shape[0])])));
        return (found.Loss, [.. found.Gradients], State.Tensors(found.Initial), found.StepNorms);
    }
}

/// <summary>A state of a tensor beside a record struct, with weights.</summary>
sealed class NestedCell : Cell<(Tensor, Traces)>
{
    readonly Parameter W, R, A;

    public NestedCell()
        : base(new RandomKey(9), 2)
    {
        Weight(out W, 2, 2); Weight(out R, 2, 2); Diagonal(out A, 2);
    }

    public override (Tensor Output, (Tensor, Traces) Next) Step(Tensor x, (Tensor, Traces) state)
    {
        var h = Tanh(MatMul(x, W) + MatMul(state.Item1, R) + state.Item2.Slow);
        var traces = new Traces(0.5 * state.Item2.Fast + h, A * state.Item2.Slow + x);
        return (h * traces.Fast, (h, traces));
    }
}
