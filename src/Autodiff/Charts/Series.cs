namespace Autograd.Charts;

/// <summary>How numbers are drawn.</summary>
enum Kind
{
    Line,
    Dashed,
    Points,
    Bars,
    Arrows,
}

/// <summary>Numbers that are drawn alike.</summary>
sealed record Series(Kind Kind, string Name, double[] Xs, double[] Ys)
{
    /// <summary>The lower and the upper edge of the band around a line; null without one.</summary>
    public (double[] Lows, double[] Highs)? Band { get; init; }

    /// <summary>Where arrows end.</summary>
    public (double[] Xs, double[] Ys)? Ends { get; init; }
}

/// <summary>Numbers on a grid, coloured by their size or by its logarithm.</summary>
sealed record HeatMap(double[,] Values, double[] Xs, double[] Ys, bool IsLogarithmic)
{
    /// <summary>What the colour follows; NaN for what has none.</summary>
    public double At(int row, int column)
    {
        double value = Values[row, column];
        return !IsLogarithmic ? value : value > 0 ? Math.Log10(value) : double.NaN;
    }
}
