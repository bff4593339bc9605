namespace Autograd.Layers;

/// <summary>
/// The derivatives of a step by the state before it and by weights, as its sweeps gave them: rows of units of one colour are in one.
/// </summary>
/// <param name="pattern">Which rows are where.</param>
/// <param name="byState"><c>[batch, state colours, units]</c>.</param>
/// <param name="byWeights"><c>[batch, weight colours, weights + units]</c>, 0 for the units of the first state.</param>
sealed class StepDerivatives(InfluencePattern pattern, Tensor byState, Tensor byWeights)
{
    /// <summary>∂next/∂state between units of a group in one sequence, <c>[units, units]</c>.</summary>
    public void ByState(int sequence, int[] units, Span<double> square)
    {
        foreach (int unit in units)
        {
            var row = Row(byState, sequence, pattern.StateColours[unit]);
            for (int i = 0; i < units.Length; i++) square[i] = pattern.Feeds(unit, units[i]) ? row[units[i]] : 0;
            square = square[units.Length..];
        }
    }

    /// <summary>∂next/∂columns of a group's units in one sequence, <c>[units, columns]</c>.</summary>
    public void ByColumns(int sequence, InfluenceGroup group, Span<double> found)
    {
        var columns = group.Columns;
        foreach (int unit in group.Units)
        {
            var row = Row(byWeights, sequence, pattern.WeightColours[unit]);
            for (int k = 0; k < columns.Length; k++) found[k] = pattern.Acts(columns[k], unit) ? row[columns[k]] : 0;
            found = found[columns.Length..];
        }
    }

    /// <summary>∂next/∂state and ∂next/∂columns, <c>[batch, units, …]</c>, where everything is carried.</summary>
    public (Tensor ByState, Tensor ByColumns) All => (byState, byWeights);

    static ReadOnlySpan<double> Row(Tensor rows, int sequence, int colour) =>
        rows.AsSpan<double>().Slice((sequence * rows.Shape[1] + colour) * rows.Shape[2], rows.Shape[2]);
}
