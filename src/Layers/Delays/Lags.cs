namespace Autograd.Layers;

/// <summary>Lags and delays: their checks, and the line of past values behind them.</summary>
static class Lags
{
    /// <summary>A copy of the lags, each at least <paramref name="least"/> and none twice.</summary>
    public static int[] Check(string operation, int[] lags, int least)
    {
        ArgumentNullException.ThrowIfNull(lags);
        if (lags.Length == 0) throw new ArgumentException($"{operation}: no lag was given; at least one is needed.", nameof(lags));
        foreach (int lag in lags)
        {
            Require.AtLeast(operation, "a lag", lag, least);
            if (lags.Count(other => other == lag) > 1)
                throw new ArgumentException($"{operation}: the lag {lag} was given twice.", nameof(lags));
        }
        return [.. lags];
    }

    public static void CheckWithin(string operation, int longest, Tensor x)
    {
        if (longest >= x.Shape[0])
            throw new ShapeException(
                $"{operation}: the delay {longest} reaches beyond the sequences, of {x.Shape[0]} steps in x {x.Shape}.");
    }

    public static LayerStates<Tensor> Zeros(int count, int batch, int units, ElementType type) =>
        new(Enumerable.Repeat(Tensor.Zeros([batch, units], type), count));

    /// <summary>The line with a new value in front; the oldest is dropped.</summary>
    public static LayerStates<T> Shift<T>(LayerStates<T> line, T newest) =>
        line.Count == 0 ? line : new(line.Take(line.Count - 1).Prepend(newest));
}
