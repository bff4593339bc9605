namespace Autograd.Layers;

/// <summary>
/// The Jacobian of a layer or of a step, and its singular values: by how much it can stretch and shrink signals that flow through it.
/// </summary>
/// <param name="Value">The result of the layer or step.</param>
/// <param name="Matrix">∂result/∂argument, <c>[result, argument]</c>: row i is the gradient of the i-th number of the result.</param>
public sealed record StepJacobian(Tensor Value, Tensor Matrix)
{
    double[]? singularValues;

    /// <summary>The singular values, largest first.</summary>
    public IReadOnlyList<double> SingularValues => singularValues ??= LinearAlgebra.SingularValues(Matrix);

    /// <summary>
    /// The Jacobian of every layer of a chain at the point that x leads to, in the order of the layers: an error δ at the end is propagated
    /// back through them as δ·Jₙ·…·J₁.
    /// </summary>
    /// <param name="layers">The layers; each maps a tensor to a tensor.</param>
    /// <param name="x">The input of the first layer.</param>
    public static IReadOnlyList<StepJacobian> OfLayers(IReadOnlyList<Func<Tensor, Tensor>> layers, Tensor x)
    {
        Require.NoNull(nameof(OfLayers), nameof(layers), layers);
        ArgumentNullException.ThrowIfNull(x);
        var jacobians = new StepJacobian[layers.Count];
        for (int i = 0; i < jacobians.Length; i++)
        {
            var value = Require.Result(nameof(OfLayers), layers[i](x)).Detach();
            jacobians[i] = new(value, Differentiate.Jacobian(layers[i], x).Reshape(value.ElementCount, x.ElementCount));
            x = value;
        }
        return jacobians;
    }

    /// <summary>
    /// The Jacobian of every step of a cell, ∂state_t/∂state_{t−1}, in double; states are the numbers of all their tensors side by side.
    /// </summary>
    /// <param name="cell">The cell.</param>
    /// <param name="inputs">The inputs of one sequence, <c>[time, inputs]</c>.</param>
    /// <param name="initial">The state before the first step, <c>[1, n]</c>, such as <see cref="CellMap.Rows"/> gives; the cell's own by
    /// default.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    public static IReadOnlyList<StepJacobian> OfSteps<TState>(
        Cell<TState> cell, Tensor inputs, Tensor? initial = null, CancellationToken cancellation = default)
    {
        var step = CellMap.Driven(cell, inputs).Until(cancellation);
        var state = initial ?? CellMap.Rows(cell.First(1, ElementType.Float64));
        var jacobians = new StepJacobian[inputs.Shape[0]];
        for (int t = 0; t < jacobians.Length; t++)
        {
            int now = t;
            var matrix = FixedPoints.Jacobian(rows => step(now, rows), state);
            state = step(t, state);
            jacobians[t] = new(state, matrix);
        }
        return jacobians;
    }
}
