using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>A cell of any kind with a read-out and random sequences in double: what learning rules are compared on.</summary>
abstract class ComparedCell(string name)
{
    public const int Time = 12, Batch = 2, Inputs = 2;

    public static ComparedCell[] All { get; } =
    [
        new ComparedCell<Tensor>("simple recurrent", key => new RnnCell(Inputs, 4, key)),
        new ComparedCell<LstmState>("LSTM", key => new LstmCell(Inputs, 3, key)),
        new ComparedCell<LstmState>("LSTM with peepholes", key => new PeepholeLstmCell(Inputs, 3, key)),
        new ComparedCell<Tensor>("GRU", key => new GruCell(Inputs, 3, key)),
        new ComparedCell<LayerStates<Tensor>>("three simple recurrent, stacked", key => Stacked.Of<Tensor>(new RnnCell(Inputs, 3, key),
            new RnnCell(3, 3, key.For("second")), new RnnCell(3, 2, key.For("third")))),
        new ComparedCell<LayerStates<LstmState>>("two LSTMs, stacked", key => Stacked.Of<LstmState>(new LstmCell(Inputs, 2, key),
            new LstmCell(2, 2, key.For("second")))),
    ];

    public string Name => name;

    /// <summary>The gradients of all parameters by a rule, each as numbers.</summary>
    public abstract double[][] Gradients(RandomKey key, ILearningRule rule);

    /// <summary>The largest difference, relative to the largest number of the same parameter.</summary>
    public static double Difference(double[][] expected, double[][] found) => expected.Zip(found, (a, b) =>
        a.Zip(b, (x, y) => Math.Abs(x - y)).Max() / Math.Max(double.Epsilon, a.Max(Math.Abs))).Max();
}

/// <summary>A learning rule for cells of any state.</summary>
interface ILearningRule
{
    IReadOnlyList<Tensor> Gradients<TState>(Cell<TState> cell, IReadOnlyList<Parameter> readOut, Tensor x, StepLoss loss);
}

sealed class ComparedCell<TState>(string name, Func<RandomKey, Cell<TState>> create) : ComparedCell(name)
{
    public override double[][] Gradients(RandomKey key, ILearningRule rule)
    {
        var cell = create(key);
        int outputs = cell.Step(Tensor.Zeros([1, Inputs]), cell.Initial(1, ElementType.Float32)).Output.Shape[1];
        var head = new Linear(outputs, 1, key.For("head"));
        var x = key.For("x").Normal([Time, Batch, Inputs], 1, ElementType.Float64);
        var targets = key.For("target").Normal([Time, Batch, 1], 1, ElementType.Float64);
        var found = rule.Gradients(cell, head.Parameters, x, (y, first) => Sum(Square(head.Forward(y) - targets[first..(first +
            y.Shape[0])])));
        return [.. found.Select(gradient => gradient.ToDoubles())];
    }
}

static class LearningRules
{
    public sealed class Whole : ILearningRule
    {
        public IReadOnlyList<Tensor> Gradients<TState>(Cell<TState> cell, IReadOnlyList<Parameter> readOut, Tensor x, StepLoss loss) =>
            BackPropagation.Through(cell, readOut).ThroughTime(x, y => loss(y, 0)).Gradients;
    }

    public sealed class Truncated(int k1, int k2) : ILearningRule
    {
        public IReadOnlyList<Tensor> Gradients<TState>(Cell<TState> cell, IReadOnlyList<Parameter> readOut, Tensor x, StepLoss loss) =>
            BackPropagation.Through(cell, readOut).Truncated(x, k1, k2, loss).Gradients;
    }

    public sealed class Chunks(int length, ChunkState state) : ILearningRule
    {
        public IReadOnlyList<Tensor> Gradients<TState>(Cell<TState> cell, IReadOnlyList<Parameter> readOut, Tensor x, StepLoss loss) =>
            BackPropagation.Through(cell, readOut).InChunks(x, length, loss, state).Gradients;
    }

    public sealed class RealTime(int? reach = null) : ILearningRule
    {
        public IReadOnlyList<Tensor> Gradients<TState>(Cell<TState> cell, IReadOnlyList<Parameter> readOut, Tensor x, StepLoss loss) =>
            RealTimeLearning.Of(cell, readOut, reach).Run(x, loss).Gradients;
    }
}
