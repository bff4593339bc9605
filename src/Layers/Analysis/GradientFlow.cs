namespace Autograd.Layers;

/// <summary>
/// How gradients change as they flow back through time (Hochreiter 1991; Bengio, Simard and Frasconi 1994; Pascanu, Mikolov and Bengio
/// 2013).
/// </summary>
public static class GradientFlow
{
    /// <summary>
    /// ‖∂state_T/∂state_t‖ for t = 0 … T, as the largest singular value of the product of the Jacobians of the steps: element t belongs to
    /// the state after t steps, and element T is 1. In double.
    /// </summary>
    /// <param name="cell">The cell.</param>
    /// <param name="inputs">The inputs of one sequence, <c>[time, inputs]</c>.</param>
    /// <param name="initial">The state before the first step, <c>[1, n]</c>; the cell's own by default.</param>
    /// <param name="part"> Which numbers of the state are considered, at both ends; all by default. For an <see cref="LstmState"/> of n
    /// cells, <c>n..</c> is the memory: how an error in it returns to it, by whatever path.
    /// </param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    public static double[] ThroughTime<TState>(
        Cell<TState> cell, Tensor inputs, Tensor? initial = null, Range? part = null, CancellationToken cancellation = default) =>
        Array.ConvertAll(Powers(cell, inputs, initial, part, cancellation), power => Math.ScaleB(power.Norm, power.Exponent));

    /// <summary>
    /// The natural logarithms of <see cref="ThroughTime"/>, which stay in range however long the sequence is; −∞ where the norm is 0.
    /// </summary>
    /// <inheritdoc cref="ThroughTime"/>
    public static double[] LogThroughTime<TState>(
        Cell<TState> cell, Tensor inputs, Tensor? initial = null, Range? part = null, CancellationToken cancellation = default) =>
        Array.ConvertAll(
            Powers(cell, inputs, initial, part, cancellation),
            power => Elementary.Log(power.Norm) + power.Exponent * Elementary.Log(2));

    // Norms as norm · 2^exponent.
    static (double Norm, int Exponent)[] Powers<TState>(
        Cell<TState> cell, Tensor inputs, Tensor? initial, Range? part, CancellationToken cancellation)
    {
        var steps = StepJacobian.OfSteps(cell, inputs, initial, cancellation);
        int n = CellMap.Rows(cell.Initial(1, ElementType.Float64)).ElementCount;
        var (start, length) = (part ?? Range.All).GetOffsetAndLength(n);
        if (length == 0) throw new ShapeException($"GradientFlow: the part {start}..{start} of {n} numbers is empty.");
        // The rows of the numbers asked for; they are carried backward, with the largest number between 1 and 2.
        var product = Tensor.Identity(n, ElementType.Float64)[start..(start + length)];
        int exponent = 0;
        var norms = new (double, int)[steps.Count + 1];
        norms[^1] = (1, 0);
        for (int t = steps.Count - 1; t >= 0; t--)
        {
            cancellation.ThrowIfCancellationRequested();
            product = Functions.MatMul(product, steps[t].Matrix);
            double[] numbers = product.ToDoubles();
            exponent += LinearAlgebra.Normalize(numbers);
            product = Tensor.From(numbers, product.Shape);
            norms[t] = (LinearAlgebra.OperatorNorm(Functions.Slice(product, 1, start, length)), exponent);
        }
        return norms;
    }

    /// <summary>
    /// The norms of ∂loss/∂state_t over a whole batch, for t = 0 … T: <c>[time + 1][tensors of the state]</c>. Element 0 belongs to the
    /// initial state. In the element type of the inputs.
    /// </summary>
    /// <param name="cell">The cell.</param>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
    /// <param name="loss">A loss as a function of the outputs of all steps, <c>[time, batch, outputs]</c>.</param>
    /// <param name="initial">The state before the first step; the cell's own by default.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <exception cref="ShapeException">The rank is not 3, or the loss has more than one element.</exception>
    public static double[][] OfLoss<TState>(
        Cell<TState> cell, Tensor x, Func<Tensor, Tensor> loss, TState? initial = default, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(loss);
        Lengths.CheckSequences(nameof(GradientFlow), x, default);
        if (x.Rank != 3) throw new ShapeException($"GradientFlow: x is {x.Shape}; [time, batch, inputs] is needed.");
        using var tape = new Tape();
        var given = StateTensors<TState>.Given(initial);
        var driver = new CellDriver<TState>(nameof(GradientFlow), cell, InputBatch.OfSequences(x), given) { Cancellation = cancellation };
        // A copy of its own for every tensor, or two tensors that are one could not be told apart.
        driver.State = State.Map(State.Detach(driver.State), tape.Watch);
        var (outputs, states) = (new Tensor[x.Shape[0]], new List<Tensor>(State.Tensors(driver.State)));
        int tensors = states.Count;
        for (int t = 0; t < outputs.Length; t++)
        {
            outputs[t] = driver.Step(x[t]);
            states.AddRange(State.Tensors(driver.State));
        }
        var gradients = tape.Gradients(loss(Functions.Stack(outputs)), states, cancellation: cancellation);
        return [.. gradients.Select(Norm).Chunk(tensors)];
    }

    static double Norm(Tensor x) => LinearAlgebra.Length(x.ToDoubles());
}
