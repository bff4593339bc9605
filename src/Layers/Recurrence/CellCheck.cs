namespace Autograd.Layers;

/// <summary>Gradient checks of whole cells in one call.</summary>
public static class CellCheck
{
    extension(GradientCheck)
    {
        /// <summary>
        /// Checks a cell over a sequence: the gradients of all outputs and of the final state with respect to the input, every tensor of the initial state and
        /// every parameter. <code>GradientCheck.Run(new GruCell(3, 4, key), key.Normal([5, 2, 3])).ThrowIfFailed();</code>
        /// </summary>
        /// <param name="cell">The cell.</param>
        /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
        /// <param name="lengths">Lengths of the sequences; all are full by default.</param>
        /// <param name="options">How it is checked.</param>
        public static GradientCheckReport Run<TState>(Cell<TState> cell, Tensor x, int[]? lengths = null, GradientCheckOptions? options = null)
        {
            ArgumentNullException.ThrowIfNull(cell);
            Lengths.CheckSequences(nameof(GradientCheck), x, lengths);
            var zero = cell.Initial(x.Shape[1], ElementType.Float64);
            var initial = StateTensors<TState>.Flatten(zero);
            var key = new RandomKey((options ?? new()).Seed).For("initial state");
            // Away from 0, where a wrong use of the state can be invisible.
            var start = initial.Select((tensor, i) => tensor + key.At(i).Normal(tensor.Shape, 0.5, ElementType.Float64));
            var runner = new SequenceRunner<TState>(cell);
            return GradientCheck.Run(
                inputs =>
                {
                    var run = runner.Run(inputs[0], StateTensors<TState>.Rebuild(zero, [.. inputs.Skip(1)]), lengths);
                    return Functions.Concatenate(0, [.. StateTensors<TState>.Flatten(run.Final).Prepend(run.Outputs).Select(tensor => tensor.Reshape(-1))]);
                },
                [x, .. start],
                cell.Parameters,
                options,
                ["x", .. initial.Select((_, i) => FormattableString.Invariant($"initial state {i}"))]);
        }
    }
}
