namespace Autograd.Checking;

/// <summary>Slopes of a function of one number from a few of its values, with a single step.</summary>
static class NumericalDerivative
{
    static readonly double Epsilon = ElementType.Float64.Epsilon();

    /// <summary>Where the errors of the two-point difference and of rounding balance, for a function of scale 1.</summary>
    public static double TwoPointStep { get; } = Math.Cbrt(Epsilon);

    /// <summary>As <see cref="TwoPointStep"/>, for the four-point difference.</summary>
    public static double FourPointStep { get; } = Math.Pow(Epsilon, 0.2);

    /// <param name="function">Gives the value at a distance from the point.</param>
    /// <param name="step">The step.</param>
    /// <param name="stencil">How.</param>
    public static double At(Func<double, double> function, double step, Stencil stencil) => stencil == Stencil.TwoPoint
        ? (function(step) - function(-step)) / (2 * step)
        : FourPointSlope(function(-2 * step), function(-step), function(step), function(2 * step), step);

    /// <summary>The slope from values at −2h, −h, h and 2h, exact for polynomials of degree 4; of equal values exactly 0.</summary>
    public static double FourPointSlope(double farLeft, double left, double right, double farRight, double step) =>
        (farLeft - farRight + 8 * (right - left)) / (12 * step);

    /// <summary>x + step − x is a multiple of the spacing at x, so the points are exactly where they should be.</summary>
    public static double StepAt(double x, double step) => x + step - x is var exact and > 0 ? exact : step;
}
