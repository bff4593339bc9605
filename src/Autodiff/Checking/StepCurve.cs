namespace Autograd;

/// <summary>How far a difference of function values is from the tape's derivative, for one step size.</summary>
/// <param name="Step">The step.</param>
/// <param name="TwoPoint">Relative error of (s(x+h) − s(x−h))/2h.</param>
/// <param name="FourPoint">Relative error of the four-point difference.</param>
public readonly record struct StepError(double Step, double TwoPoint, double FourPoint);

/// <summary>
/// The V-curve of a derivative along a direction: from large steps down, the error falls with h² or h⁴ as the curvature ceases to matter,
/// and below the best step it rises again as rounding is divided by h. A correct derivative gives a deep V, a wrong one a floor at the size
/// of its error.
/// </summary>
public sealed class StepCurve
{
    const double LeastError = 1e-16;

    internal StepCurve(double derivative, IReadOnlyList<StepError> errors)
    {
        Derivative = derivative;
        Errors = errors;
    }

    /// <summary>The tape's derivative along the direction.</summary>
    public double Derivative { get; }

    /// <summary>The errors, from the largest step to the smallest.</summary>
    public IReadOnlyList<StepError> Errors { get; }

    /// <summary>
    /// The smallest error that the four-point difference reaches at two neighbouring steps: at a single one, rounding can hide a wrong
    /// derivative by chance. Infinite if there are no two such steps with finite values.
    /// </summary>
    public double Best => Errors.Zip(Errors.Skip(1), (left, right) => Math.Max(left.FourPoint, right.FourPoint))
        .Where(double.IsFinite).DefaultIfEmpty(double.PositiveInfinity).Min();

    internal static StepCurve Of(CheckedFunction subject)
    {
        var direction = new Direction(subject, 0, 0, subject.Count);
        var line = Line.Of(subject, 1, direction);
        double derivative = line.Slope(subject.Gradients(1).Gradients);
        var errors = new List<StepError>();
        for (int exponent = -4; exponent >= -48; exponent -= 2) errors.Add(At(line, derivative, Math.ScaleB(1, exponent)));
        return new StepCurve(derivative, errors);
    }

    /// <summary>The curves as a picture, a self-contained SVG document; both axes are logarithmic.</summary>
    /// <exception cref="ArgumentNullException">The title is null.</exception>
    public string ToSvg(string title = "Error of numeric derivatives over the step") =>
        new Chart(title, "step h", "relative error") { LogX = true, LogY = true, YRange = (LeastError, 10) }
            .Line("two-point", Errors.Select(error => error.Step), Errors.Select(error => Drawn(error.TwoPoint)))
            .Line("four-point", Errors.Select(error => error.Step), Errors.Select(error => Drawn(error.FourPoint))).ToSvg();

    static double Drawn(double error) => double.IsFinite(error) ? Math.Clamp(error, LeastError, 10) : double.NaN;

    static StepError At(Line line, double derivative, double step)
    {
        double Value(int steps) => line.Value(steps * step);
        double near = Value(1) - Value(-1), far = Value(2) - Value(-2);
        double scale = derivative == 0 ? 1 : Math.Abs(derivative);
        return new StepError(
            step, Math.Abs(near / (2 * step) - derivative) / scale, Math.Abs((8 * near - far) / (12 * step) - derivative) / scale);
    }
}
