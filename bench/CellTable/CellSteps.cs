using Autograd.Bench.Cells;
using Autograd.Layers;

namespace Autograd.Bench;

/// <summary>
/// Training steps of a cell: forward over a sequence, the sum of the squares of all outputs, and the gradients of all parameters. One layer
/// takes all paths, so that all have the same weights.
/// </summary>
abstract class CellSteps
{
    /// <summary>Time, batch, inputs and hidden units as they are, which the cell may have changed.</summary>
    public abstract Shape InputShape { get; }

    /// <summary>Which way the last step took.</summary>
    public abstract ExecutionPath LastPath { get; }

    /// <summary>The plan in readable form.</summary>
    public abstract string Explain();

    /// <summary>The step on one path.</summary>
    public abstract ITrainingStep On(Execution execution);

    /// <summary>Makes the steps of a cell.</summary>
    /// <param name="threads">Threads of the compiled and of the interpreted step.</param>
    public sealed class Maker(int threads) : ICellUse<CellSteps>
    {
        public CellSteps Of<TState>(Cell<TState> cell, Tensor x) => new OverState<TState>(cell, x, threads);
    }

    sealed class OverState<TState> : CellSteps
    {
        readonly Recurrent<TState> layer;
        readonly IReadOnlyList<Parameter> parameters;
        readonly Tensor x;

        public OverState(Cell<TState> cell, Tensor x, int threads)
        {
            layer = Recurrent.Over(cell);
            layer.Threads = threads;
            parameters = layer.Parameters;
            this.x = x;
        }

        public override Shape InputShape => x.Shape;

        public override ExecutionPath LastPath => layer.LastPath;

        public override string Explain() => layer.Explain(x);

        public override ITrainingStep On(Execution execution) => new Step(this, execution);

        sealed class Step(OverState<TState> steps, Execution execution) : ITrainingStep
        {
            public void Run()
            {
                steps.layer.Execution = execution;
                using var tape = new Tape();
                var loss = Functions.Sum(Functions.Square(steps.layer.Forward(steps.x)));
                tape.Gradients(loss, steps.parameters);
            }
        }
    }
}
