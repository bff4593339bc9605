namespace Autograd.Checking;

/// <summary>
/// The irregularity of a function's values, from their high differences at close points (Hamming 1962; Moré and Wild 2011): those of a
/// smooth function vanish, those of noise do not. This reveals functions that compute in single precision internally, or whose terms
/// cancel.
/// </summary>
static class ValueNoise
{
    const int Points = 7, FirstOrder = 3;

    // Of root mean squares over several orders: none of some hundred values is off by more.
    const double Bound = 4;

    // Root mean squares of the differences of noise, divided by what the order makes of them, agree; those of a function fall with the
    // order.
    const double MostApart = 4;

    // The step that is too wide, and how many are left out in between.
    const int Widest = 8, Stride = 4;

    /// <summary>
    /// What is seen on the quieter side of the point: a kink on one side is no noise. The spacing is the least at which values differ at
    /// all: narrow, for a function that changes fast is as wild as noise at a wide one.
    /// </summary>
    /// <param name="function">Gives the value at a distance from the point.</param>
    /// <param name="steps">Spacings to choose from, the largest first.</param>
    public static double At(Func<double, double> function, ReadOnlySpan<double> steps)
    {
        for (int k = steps.Length - 1; k >= Widest; k -= Stride)
            if (OneSide(function, steps[k]) is { } right && OneSide(function, -steps[k]) is { } left)
                return Bound * Math.Min(right, left);
        return 0;
    }

    // Null if all values are alike.
    static double? OneSide(Func<double, double> function, double spacing)
    {
        Span<double> differences = stackalloc double[Points];
        for (int i = 0; i < Points; i++) differences[i] = function((i + 1) * spacing);
        if (differences.IndexOfAnyExcept(differences[0]) < 0) return null;
        double least = double.PositiveInfinity, most = 0, growth = 1;
        for (int order = 1; order < Points; order++)
        {
            int count = Points - order;
            double sum = 0;
            for (int i = 0; i < count; i++)
            {
                differences[i] = differences[i + 1] - differences[i];
                sum += differences[i] * differences[i];
            }
            // A difference of order k of independent errors of variance 1 has the variance (2k)!/(k!)².
            growth *= (4.0 * order - 2) / order;
            double size = Math.Sqrt(sum / count / growth);
            if (!double.IsFinite(size)) return 0;
            if (order >= FirstOrder) (least, most) = (Math.Min(least, size), Math.Max(most, size));
        }
        return most <= MostApart * least ? most : 0;
    }
}
