namespace Autograd.Checking;

/// <summary>A derivative of a function of one number, computed from its values, with what can be said about its quality.</summary>
/// <param name="Value">The derivative.</param>
/// <param name="Step">The step used.</param>
/// <param name="Error">Its own error, estimated from two steps; 0 if it was not estimated.</param>
/// <param name="Sharpness">How much a kink or a jump in the values can change the derivative; 0 where they are smooth, or were not looked at.</param>
internal readonly record struct NumericalDerivative(double Value, double Step, double Error = 0, double Sharpness = 0)
{
    static readonly double Epsilon = ElementType.Float64.Epsilon();

    /// <param name="function">Gives the value at a distance from the point.</param>
    /// <param name="x">The point, for the size of the step.</param>
    /// <param name="stencil">How.</param>
    /// <param name="noise">Absolute error of the function's values.</param>
    public static NumericalDerivative At(Func<double, double> function, double x, Stencil stencil, double noise) => stencil switch
    {
        Stencil.TwoPoint => TwoPoint(function, StepAt(x, 1.0 / 3)),
        Stencil.FourPoint => FourPoint(function, StepAt(x, 0.2)),
        _ => Richardson(function, StepAt(x, 0.2), noise),
    };

    static NumericalDerivative TwoPoint(Func<double, double> function, double step) => new((function(step) - function(-step)) / (2 * step), step);

    static NumericalDerivative FourPoint(Func<double, double> function, double step) =>
        new(FourPointSlope(function(-2 * step), function(-step), function(step), function(2 * step), step), step);

    /// <summary>The slope from values at −2h, −h, h and 2h, exact for polynomials of degree 4.</summary>
    public static double FourPointSlope(double farLeft, double left, double right, double farRight, double step) =>
        (farLeft - 8 * left + 8 * right - farRight) / (12 * step);

    // The error of a four-point difference falls with h⁴: halving the step shows its size, and removes it.
    static NumericalDerivative Richardson(Func<double, double> function, double step, double noise)
    {
        double[] at = [function(-2 * step), function(-step), function(-step / 2), function(0), function(step / 2), function(step), function(2 * step)];
        double coarse = FourPointSlope(at[0], at[1], at[5], at[6], step);
        double fine = FourPointSlope(at[1], at[2], at[4], at[5], step / 2);
        double error = Math.Abs(fine - coarse) + 3 * noise / step;
        return new(fine + (fine - coarse) / 15, step, error, SharpnessOf(at, noise) / step);
    }

    /// <summary>
    /// The second differences of a smooth function fall with h², so halving the step divides them by 4; at a kink by 2, at a jump by 1. A kink beside
    /// the point shows as a second difference on one scale that is not there on the other.
    /// </summary>
    static double SharpnessOf(ReadOnlySpan<double> at, double noise)
    {
        double wide = at[0] - 2 * at[3] + at[6], middle = at[1] - 2 * at[3] + at[5], narrow = at[2] - 2 * at[3] + at[4];
        double visible = 64 * noise;
        return Math.Max(Excess(wide, middle, visible), Excess(middle, narrow, visible));
    }

    // Four times the inner one, within a quarter, is what a smooth function gives.
    static double Excess(double outer, double inner, double visible)
    {
        double size = Math.Max(Math.Abs(outer), 4 * Math.Abs(inner)), excess = Math.Abs(outer - 4 * inner);
        return size > visible && excess > 0.25 * size ? excess : 0;
    }

    /// <summary>A step in proportion to the point, ε to some power.</summary>
    public static double StepAt(double x, double power)
    {
        double step = Math.Pow(Epsilon, power) * Math.Max(1, Math.Abs(x));
        // x + step − x is a multiple of the spacing at x, so the points are exactly where they should be.
        return x + step - x;
    }
}
