namespace Autograd.Charts;

/// <summary>How numbers are drawn.</summary>
internal enum Kind
{
    Line,
    Dashed,
    Points,
    Bars,
}

/// <summary>Numbers that are drawn alike.</summary>
internal sealed record Series(Kind Kind, string Name, double[] Xs, double[] Ys);

/// <summary>Numbers on a grid.</summary>
internal sealed record HeatMap(double[,] Values, double[] Xs, double[] Ys);
