using System.Globalization;
using System.Text;
using static System.FormattableString;

namespace Autograd;

/// <summary>How far a difference of function values is from the tape's derivative, as the step varies.</summary>
/// <param name="Step">The step.</param>
/// <param name="TwoPoint">Relative error of (s(x+h) − s(x−h))/2h.</param>
/// <param name="FourPoint">Relative error of the four-point difference.</param>
public readonly record struct StepError(double Step, double TwoPoint, double FourPoint);

/// <summary>
/// The V-curve of a derivative along a direction: from large steps down, the error falls with h² or h⁴ as the curvature ceases to matter, and below the best
/// step it rises again as rounding is divided by h. A right derivative shows a deep V; a wrong one a floor at the size of its error.
/// </summary>
public sealed class StepCurve
{
    const int Width = 640, Height = 400, Left = 64, Top = 40, Right = 20, Bottom = 48;
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
    /// The least error that the four-point difference keeps to at two neighbouring steps: at a single one, rounding can hide a wrong derivative by chance.
    /// Infinite if there are no such steps with finite values.
    /// </summary>
    public double Best => Errors.Zip(Errors.Skip(1), (left, right) => Math.Max(left.FourPoint, right.FourPoint))
        .Where(double.IsFinite).DefaultIfEmpty(double.PositiveInfinity).Min();

    internal static StepCurve Of(CheckedFunction subject)
    {
        var direction = new Direction(subject, 0, 0, subject.Count);
        var (gradients, _) = subject.Gradients(1);
        double derivative = 0;
        for (int i = 0; i < subject.Count; i++)
            for (int position = 0; position < gradients[i].Length; position++) derivative += gradients[i][position] * direction.At(i, position);
        var errors = new List<StepError>();
        for (int exponent = -4; exponent >= -48; exponent -= 2) errors.Add(At(subject, direction, derivative, Math.ScaleB(1, exponent)));
        return new StepCurve(derivative, errors);
    }

    /// <summary>The curves as a picture, a self-contained SVG document; both axes are logarithmic.</summary>
    public string ToSvg(string title = "Error of numeric derivatives over the step")
    {
        var svg = new StringBuilder(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"{Width}\" height=\"{Height}\" fill=\"white\"/>\n");
        svg.Append($"<text x=\"{Left}\" y=\"22\" font-size=\"15\">{System.Security.SecurityElement.Escape(title)}</text>\n");
        for (int decade = -16; decade <= 0; decade += 2) Grid(svg, Left, Y(Math.Pow(10, decade)), Width - Right, Y(Math.Pow(10, decade)), $"1e{decade}", Left - 8, Y(Math.Pow(10, decade)) + 4, "end");
        for (int decade = -14; decade <= -2; decade += 2) Grid(svg, X(Math.Pow(10, decade)), Top, X(Math.Pow(10, decade)), Height - Bottom, $"1e{decade}", X(Math.Pow(10, decade)), Height - Bottom + 18, "middle");
        svg.Append($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 10}\" text-anchor=\"middle\">step h</text>\n");
        svg.Append($"<text transform=\"translate(14 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">relative error</text>\n");
        Curve(svg, "#c2410c", "two-point", 0, error => error.TwoPoint);
        Curve(svg, "#1d4ed8", "four-point", 1, error => error.FourPoint);
        return svg.Append("</svg>\n").ToString();
    }

    static StepError At(CheckedFunction subject, Direction direction, double derivative, double step)
    {
        double Value(int steps) => subject.ValueMoved(1, 0, subject.Count, (i, position) => steps * step * direction.At(i, position));
        double near = Value(1) - Value(-1), far = Value(2) - Value(-2);
        double scale = derivative == 0 ? 1 : Math.Abs(derivative);
        return new StepError(step, Math.Abs(near / (2 * step) - derivative) / scale, Math.Abs((8 * near - far) / (12 * step) - derivative) / scale);
    }

    static double X(double step) => Left + (Width - Left - Right) * (Math.Log10(step) + 14.5) / 13.5;

    static double Y(double error) => Top + (Height - Top - Bottom) * (-Math.Log10(Math.Clamp(error, LeastError, 10)) + 0.5) / 16.5;

    static void Grid(StringBuilder svg, double x1, double y1, double x2, double y2, string label, double x, double y, string anchor) => svg.Append(Invariant(
        $"<line x1=\"{x1:F1}\" y1=\"{y1:F1}\" x2=\"{x2:F1}\" y2=\"{y2:F1}\" stroke=\"#e5e7eb\"/><text x=\"{x:F1}\" y=\"{y:F1}\" text-anchor=\"{anchor}\" fill=\"#4b5563\">{label}</text>\n"));

    void Curve(StringBuilder svg, string color, string name, int number, Func<StepError, double> error)
    {
        var points = Errors.Where(e => double.IsFinite(error(e))).Select(e => string.Create(CultureInfo.InvariantCulture, $"{X(e.Step):F1},{Y(error(e)):F1}"));
        svg.Append($"<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"2\" points=\"{string.Join(" ", points)}\"/>\n");
        svg.Append($"<text x=\"{Width - Right - 90}\" y=\"{Top + 16 + 18 * number}\" fill=\"{color}\">{name}</text>\n");
    }
}
