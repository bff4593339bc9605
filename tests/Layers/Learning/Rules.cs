using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Learning;

/// <summary>The rules under test.</summary>
static class Rules
{
    public sealed record Whole : LearningRule
    {
        public override SequenceGradients<TState> Apply<TState>(Cell<TState> cell, Parameter[] readOut, Tensor x, StepLoss loss) =>
            new BackPropagation<TState>(cell, readOut) { ReportsStepNorms = true }.ThroughTime(x, y => loss(y, 0));
    }

    public sealed record Truncated(int K1, int K2) : LearningRule
    {
        public override SequenceGradients<TState> Apply<TState>(Cell<TState> cell, Parameter[] readOut, Tensor x, StepLoss loss) =>
            new BackPropagation<TState>(cell, readOut) { ReportsStepNorms = true }.Truncated(x, K1, K2, loss);
    }

    public sealed record Chunks(int Length, ChunkState State) : LearningRule
    {
        public override SequenceGradients<TState> Apply<TState>(Cell<TState> cell, Parameter[] readOut, Tensor x, StepLoss loss) =>
            BackPropagation.Through(cell, readOut).InChunks(x, Length, loss, State);
    }

    public sealed record RealTime(int? Reach = null) : LearningRule
    {
        public override SequenceGradients<TState> Apply<TState>(Cell<TState> cell, Parameter[] readOut, Tensor x, StepLoss loss) =>
            RealTimeLearning.Of(cell, readOut, Reach).Run(x, loss);
    }

    public sealed record Focused : LearningRule
    {
        public override SequenceGradients<TState> Apply<TState>(Cell<TState> cell, Parameter[] readOut, Tensor x, StepLoss loss) =>
            (SequenceGradients<TState>)(object)new FocusedBackPropagation((Cell<Tensor>)(object)cell, readOut).Run(x, loss);
    }

    /// <summary>The definition: the usual driver on a tape, every parameter bound in double.</summary>
    public sealed record Plain(int Cut = int.MaxValue) : LearningRule
    {
        public override SequenceGradients<TState> Apply<TState>(Cell<TState> cell, Parameter[] readOut, Tensor x, StepLoss loss)
        {
            Parameter[] parameters = [.. cell.Parameters, .. readOut];
            using var tape = new Tape();
            foreach (var parameter in parameters) tape.Bind(parameter, parameter.Detach().As(ElementType.Float64));
            var start = State.Map(cell.Initial(x.Shape[1], ElementType.Float64), tensor => tape.Watch(tensor.Detach()));
            var run = Recurrent.Over(cell).Run(x, start);
            var value = loss(run.Outputs, 0);
            var initial = State.Tensors(start);
            var gradients = tape.Gradients(value, [.. parameters, .. initial]);
            int used = parameters.Length;
            return new SequenceGradients<TState>(
                value.ToScalar(), [.. gradients[..parameters.Length].Select(g => g.Detach())],
                State.Map(start, _ => gradients[used++].Detach()), State.Detach(run.Final), []);
        }
    }
}
