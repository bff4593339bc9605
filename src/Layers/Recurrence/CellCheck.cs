namespace Autograd.Layers;

/// <summary>Gradient checks of whole cells in one call.</summary>
public static class CellCheck
{
    extension(GradientCheck)
    {
        /// <summary>
        /// Checks a cell over a sequence: the gradients of all outputs and of the final state with respect to the input, every tensor of
        /// the initial state and every parameter.
        /// <code>GradientCheck.Run(new GruCell(3, 4, key), key.Normal([5, 2, 3])).ThrowIfFailed();</code>
        /// </summary>
        /// <remarks>
        /// The check begins with the state that the cell itself reaches over the same input: this is away from 0, where a wrong use of the
        /// state can go unnoticed, and typical of the cell. The gradients are also compared between the ways in which a cell can be run
        /// (<see cref="Execution"/>, in segments that the sweep runs again, and with hooks), each a line of
        /// <see cref="GradientCheckReport.StepFree"/>; a way that is not available for the cell is skipped, with the reason.
        /// </remarks>
        /// <param name="cell">The cell.</param>
        /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
        /// <param name="lengths">Lengths of the sequences; all are full by default.</param>
        /// <param name="options">How it is checked.</param>
        public static GradientCheckReport Run<TState>(
            Cell<TState> cell, Tensor x, int[]? lengths = null, GradientCheckOptions? options = null)
        {
            ArgumentNullException.ThrowIfNull(cell);
            Lengths.CheckSequences(nameof(GradientCheck), x, lengths);
            var own = cell.Initial(x.Shape[1], ElementType.Float64);
            var reached = Reached(cell, x.As(ElementType.Float64), own, lengths);
            return Check(
                cell, x, reached, lengths, options,
                "chosen by the check as the state that the cell reaches from its own first state over the same input; give another " +
                "as initial");
        }

        /// <summary>Checks a cell over a sequence that begins with a given state, not with one that the check chooses.</summary>
        /// <inheritdoc cref="Run{TState}(Cell{TState}, Tensor, int[], GradientCheckOptions)"/>
        /// <param name="cell">The cell.</param>
        /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
        /// <param name="lengths">Lengths of the sequences; all are full by default.</param>
        /// <param name="options">How it is checked.</param>
        /// <param name="initial">The state before the first step; the first axis of each tensor is the batch.</param>
        public static GradientCheckReport Run<TState>(
            Cell<TState> cell, Tensor x, TState initial, int[]? lengths = null, GradientCheckOptions? options = null)
        {
            ArgumentNullException.ThrowIfNull(cell);
            Lengths.CheckSequences(nameof(GradientCheck), x, lengths);
            return Check(cell, x, StateTensors<TState>.Map(initial, tensor => tensor.As(ElementType.Float64)), lengths, options, "given");
        }
    }

    static GradientCheckReport Check<TState>(
        Cell<TState> cell, Tensor x, TState initial, int[]? lengths, GradientCheckOptions? options, string origin)
    {
        var run = new CheckedRun<TState>(cell, initial, lengths);
        if (run.Problem(x, origin) is { } problem) return GradientCheckReport.Unfit(problem);
        var report = GradientCheck.Run(run.Projected, run.Inputs(x), cell.Parameters, options, run.InputNames);
        return report.Problem is null && (options ?? new()).StepFree ? report.With(run.Ways(x)) : report;
    }

    static TState Reached<TState>(Cell<TState> cell, Tensor x, TState own, int[]? lengths)
    {
        using var tape = new Tape();
        foreach (var parameter in cell.Parameters) tape.Bind(parameter, parameter.Detach().As(ElementType.Float64));
        using var pause = tape.Pause();
        var final = new SequenceRunner<TState>(cell) { Execution = Execution.Eager }.Run(x, own, lengths).Final;
        return StateTensors<TState>.Map(final, tensor => tensor.Detach());
    }
}
