namespace Autograd.Layers;

/// <summary>Rates for the tensors of a state: one for each, or one for all.</summary>
static class StateRates
{
    public static double[] Of<TState>(string operation, Cell<TState> cell, double[] rates)
    {
        ArgumentNullException.ThrowIfNull(rates);
        foreach (double rate in rates) Require.Fraction(operation, nameof(rates), rate);
        int tensors = StateTensors<TState>.Flatten(cell.Initial(1, ElementType.Float32)).Length;
        if (rates.Length != 1 && rates.Length != tensors)
            throw new ArgumentException(
                $"{operation}: {rates.Length} rates were given for {tensors} tensors of {typeof(TState).Name}; give one for each, or one "
                + "for all.", nameof(rates));
        return [.. rates];
    }
}
