namespace Autograd.Layers;

/// <summary>
/// Symbols as corners of a cube, and sequences of them as points in it (Jeffrey 1990; Barnsley 1988): x = k·x + (1 − k)·corner, starting at
/// the centre of the cube. The points of two sequences with a common suffix of n symbols are at most kⁿ·√dimensions apart.
/// </summary>
public static class SymbolCorners
{
    /// <summary>The smallest number of dimensions with enough corners.</summary>
    public static int Dimensions(int symbols) =>
        Math.Max(1, 32 - int.LeadingZeroCount(Require.AtLeast(nameof(SymbolCorners), nameof(symbols), symbols, 1) - 1));

    /// <summary>
    /// The corner of each symbol, the bits of its number: <c>[length, dimensions]</c> in double. Inputs for a
    /// <see cref="ContractiveCell"/>.
    /// </summary>
    /// <exception cref="ArgumentException">A symbol is below 0 or not below their number.</exception>
    public static Tensor Of(ReadOnlySpan<int> sequence, int symbols)
    {
        int dimensions = Dimensions(symbols);
        var corners = new double[sequence.Length * dimensions];
        for (int t = 0; t < sequence.Length; t++)
        {
            if ((uint)sequence[t] >= (uint)symbols)
                throw new ArgumentException(
                    $"SymbolCorners: symbol {t} is {sequence[t]}; it must be from 0 to {symbols - 1}.", nameof(sequence));
            for (int d = 0; d < dimensions; d++) corners[t * dimensions + d] = (sequence[t] >> d) & 1;
        }
        return Tensor.From(corners, [sequence.Length, dimensions]);
    }

    /// <summary>The point after each symbol, one after the other.</summary>
    internal static double[] Points(ReadOnlySpan<int> sequence, int symbols, double contraction)
    {
        int dimensions = Dimensions(symbols);
        double[] points = Of(sequence, symbols).ToDoubles();
        for (int i = 0; i < points.Length; i++)
            points[i] = contraction * (i < dimensions ? 0.5 : points[i - dimensions]) + (1 - contraction) * points[i];
        return points;
    }
}
