namespace Autograd.Checking;

/// <summary>A slope from values, and its accuracy.</summary>
/// <param name="Value">The slope; NaN if there is none.</param>
/// <param name="Error">A bound of its own error; infinite where no step is better than the next.</param>
/// <param name="Step">The step.</param>
/// <param name="IsLargest">Whether no larger step was tried: rounding, not the function's shape, limits it.</param>
readonly record struct SlopeEstimate(double Value, double Error, double Step, bool IsLargest)
{
    public static SlopeEstimate None { get; } = new(double.NaN, double.PositiveInfinity, 0, false);

    public bool Exists => double.IsFinite(Value);
}

/// <summary>
/// Values of a function of one number at steps h, h/2, h/4, … to both sides of a point, and slopes from them. At each step, rounding
/// confines the slope to an interval; the error of the formula itself is not known. But that error falls with the step, so the largest step
/// is used whose interval has a point in common with those of all smaller ones (Lepski 1990): it is as good as any up to a small factor,
/// whatever the function's scale.
/// </summary>
sealed class StepLadder
{
    // From ε^(1/5) of the scale down to some 10⁻¹³ of it.
    const int MostSteps = 32;

    // The least that rounding leaves of a point's distance: eight of its own units.
    const int LeastUnits = 8;

    const double Oddness = 1.3247179572447460, LargestOdd = 1L << 40;

    // At the chosen step the formula's error is at most about three widths of the interval.
    const double Widths = 5;

    // An interval that agrees with fewer than two smaller ones agrees by chance.
    const int LeastSupport = 3;

    // By how much each formula enlarges errors of values, over the step.
    const double CentralFactor = 1.5, SideFactor = 5;

    const int MostRungsApart = 6, MostRungsBeyond = 8;

    readonly double[] steps, right, left;
    readonly double middle;

    /// <param name="function">Gives the value at a distance from the point.</param>
    /// <param name="x">The point: steps are multiples of its unit, so that distances are exact.</param>
    /// <param name="largest">The largest step.</param>
    public StepLadder(Func<double, double> function, double x, double largest)
    {
        middle = function(0);
        steps = StepsFrom(x, largest);
        right = Array.ConvertAll(steps, step => function(step));
        left = Array.ConvertAll(steps, step => function(-step));
        Measured = Math.Max(ValueNoise.At(function, steps), Quantum(function));
    }

    /// <summary>Error of a value in units of its own rounding.</summary>
    public static double Rounding { get; } = 16 * ElementType.Float64.Epsilon();

    /// <summary>The irregularity of the values as it was measured.</summary>
    public double Measured { get; }

    /// <summary>From both sides, (s(−2h) − 8s(−h) + 8s(h) − s(2h))/12h.</summary>
    /// <param name="noise">Absolute error of the function's values.</param>
    public SlopeEstimate Central(double noise) =>
        Best(1, CentralFactor * noise, k => NumericalDerivative.FourPointSlope(left[k - 1], left[k], right[k], right[k - 1], steps[k]));

    /// <summary>From the right, or from the left, without the value at the point itself.</summary>
    public SlopeEstimate Side(bool isRight, double noise)
    {
        double[] values = isRight ? right : left;
        double sign = isRight ? 1 : -1;
        return Best(2, SideFactor * noise, k => sign * (-2 * values[k] + 2.5 * values[k - 1] - 0.5 * values[k - 2]) / steps[k]);
    }

    /// <summary>Whether the limit of the values from a side is not the value at the point, by more than rounding.</summary>
    public bool Jumps(bool isRight, double least)
    {
        const int Apart = 8;
        double[] values = isRight ? right : left;
        if (steps.Length < Apart + 3 || !double.IsFinite(middle)) return !double.IsFinite(middle);
        // The values of a root come arbitrarily close, if slowly; those of a jump do not.
        double near = Gap(values, steps.Length - 1), far = Gap(values, steps.Length - 1 - Apart);
        return near > 16 * Math.Max(Math.Max(least, Measured), Rounding * Largest(steps.Length - 1)) && near > far / 2;
    }

    // Each is twice the next, and all are multiples of the unit of x; of an odd number of many digits, because steps that are powers of two
    // meet the rounding of squares and products in ways of their own, which look like slopes.
    static double[] StepsFrom(double x, double largest)
    {
        double unit = Math.BitIncrement(Math.Abs(x)) - Math.Abs(x);
        double least = Math.Max(LeastUnits * unit, Math.ScaleB(largest, 2 - MostSteps)) * Oddness, units = Math.Round(least / unit);
        if (units < LargestOdd) least = (units % 2 == 0 ? units + 1 : units) * unit;
        var steps = new List<double>();
        for (double step = least; step < 2 * largest; step *= 2) steps.Add(step);
        steps.Reverse();
        return [.. steps];
    }

    // Values that stay the same to the bit over many steps to both sides, and then change in opposite ways, are rounded to multiples of
    // something: of the rounding of a term that cancels, or of a number in single precision inside. A function that is flat to one side is
    // not meant.
    double Quantum(Func<double, double> function)
    {
        if (steps.Length < LeastSupport || !IsStuck(left) || !IsStuck(right)) return 0;
        double size = Math.Max(1, Math.Abs(middle)), apart = Math.Max(Math.Abs(left[^1] - middle), Math.Abs(right[^1] - middle));
        if (apart > 0) return apart <= Math.ScaleB(size, -36) ? apart : 0;
        var (before, after) = (FirstChange(left, distance => function(-distance)), FirstChange(right, function));
        bool isAlike = Math.Abs(before.Rung - after.Rung) <= MostRungsApart && before.Change * after.Change < 0;
        double quantum = Math.Max(Math.Abs(before.Change), Math.Abs(after.Change));
        return isAlike && quantum <= Math.ScaleB(size, -22) ? quantum : 0;
    }

    // The smallest step at which the value is another, also beyond the ladder.
    (int Rung, double Change) FirstChange(double[] values, Func<double, double> beyond)
    {
        for (int k = steps.Length - LeastSupport; k >= 0; k--)
            if (values[k] != middle) return (k, values[k] - middle);
        for (int rung = 2; rung <= MostRungsBeyond; rung += 2)
            if (beyond(Math.ScaleB(steps[0], rung)) - middle is not 0 and var change) return (-rung, change);
        return (0, 0);
    }

    static bool IsStuck(double[] values) => values.AsSpan()[^LeastSupport..].IndexOfAnyExcept(values[^1]) < 0;

    double Gap(double[] values, int k) => Math.Abs(8.0 / 3 * values[k] - 2 * values[k - 1] + values[k - 2] / 3 - middle);

    double Largest(int k)
    {
        double size = Math.Max(Math.Abs(left[k]), Math.Abs(right[k]));
        return double.IsFinite(size) ? size : 0;
    }

    SlopeEstimate Best(int first, double noise, Func<int, double> slope)
    {
        var (best, support, low, high) = (SlopeEstimate.None, 0, double.NegativeInfinity, double.PositiveInfinity);
        for (int k = steps.Length - 1; k >= first; k--)
        {
            double value = slope(k), width = Math.Max(noise, Rounding * Largest(k)) / steps[k];
            if (!double.IsFinite(value)) continue;
            (low, high) = (Math.Max(low, value - width), Math.Min(high, value + width));
            if (low > high)
                return support < LeastSupport ? best with { Error = best.Error + Math.Abs(value - best.Value) } : best;
            best = new SlopeEstimate(value, Widths * width, steps[k], k == first);
            support++;
        }
        return support < LeastSupport ? best with { Error = double.PositiveInfinity } : best;
    }
}
