namespace Autograd.Layers;

/// <summary>
/// A cell under a constant input as a map from state to state, for computing fixed points, exponents and Jacobians. States are rows of
/// numbers: all tensors of the state side by side, in order of declaration.
/// </summary>
public static class CellMap
{
    /// <summary>
    /// The map from rows of states <c>[rows, n]</c> to the next states <c>[rows, n]</c>, in double: the parameters are copied to double
    /// when the map is created. Rows are independent. Derivatives flow through it.
    /// </summary>
    /// <param name="cell">The cell; each tensor of its state must be <c>[batch, units]</c>.</param>
    /// <param name="input">The input of every step, <c>[inputs]</c>.</param>
    /// <exception cref="ShapeException">The input is not a vector, or a tensor of the state is not <c>[batch, units]</c>.</exception>
    public static Func<Tensor, Tensor> Of<TState>(Cell<TState> cell, Tensor input)
    {
        var step = Driven(cell, Row(input));
        return rows => step(0, rows);
    }

    /// <summary>As <see cref="Of"/>, under an input that changes: the map of step t reads row t of the inputs.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="inputs">The inputs, <c>[time, inputs]</c>; step t reads row t modulo their number.</param>
    public static Func<int, Tensor, Tensor> Driven<TState>(Cell<TState> cell, Tensor inputs)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Rank != 2 || inputs.Shape[0] == 0)
            throw new ShapeException($"CellMap: the inputs are {inputs.Shape}; [time, inputs] is needed, with at least one step.");
        var (layout, parameters) = (new StateRows<TState>(cell), new DoubleParameters(cell));
        var steps = Functions.Unstack(inputs.Detach().As(ElementType.Float64));
        return (t, rows) => parameters.Run(rows, state =>
        {
            var x = Functions.BroadcastTo(steps[t % steps.Length].Reshape(1, -1), [state.Shape[0], inputs.Shape[1]]);
            var driver = new CellDriver<TState>(nameof(CellMap), cell, InputBatch.OfStep(x), () => layout.Split(state), t);
            driver.Step(x);
            return layout.Join(driver.State);
        });
    }

    /// <summary>The numbers of a state as rows <c>[batch, n]</c> in double.</summary>
    public static Tensor Rows<TState>(TState state) =>
        Functions.Concatenate(
            1, [.. StateTensors<TState>.Flatten(state).Select(tensor => tensor.As(ElementType.Float64).Reshape(tensor.Shape[0], -1))]);

    static Tensor Row(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Rank == 1 ? input.Reshape(1, -1)
            : throw new ShapeException($"CellMap: the input is {input.Shape}; a vector [inputs] is needed.");
    }
}
