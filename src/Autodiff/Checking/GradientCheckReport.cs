using System.Globalization;
using System.Text;

namespace Autograd;

/// <summary>One element of a gradient, computed in two ways.</summary>
/// <param name="Name">Name of the parameter or input.</param>
/// <param name="Order">1 for a gradient, 2 for the gradient of a projection of the gradient, and so on.</param>
/// <param name="Position">Position of the element in row-major order.</param>
/// <param name="Shape">Shape of the parameter or input.</param>
/// <param name="Analytic">What the tape says.</param>
/// <param name="Numeric">What differences of function values say.</param>
/// <param name="Tolerance">The absolute error allowed for this element.</param>
public sealed record GradientComparison(string Name, int Order, int Position, Shape Shape, double Analytic, double Numeric, double Tolerance)
{
    /// <summary>|analytic − numeric|; infinite if either is not finite.</summary>
    public double AbsoluteError => double.IsFinite(Analytic) && double.IsFinite(Numeric) ? Math.Abs(Analytic - Numeric) : double.PositiveInfinity;

    /// <summary>The absolute error over the larger magnitude; 0 where both are 0.</summary>
    public double RelativeError => AbsoluteError == 0 ? 0 : AbsoluteError / Math.Max(Math.Abs(Analytic), Math.Abs(Numeric));

    /// <summary>Whether the error is allowed. What is not finite never is, although the tolerance may not be finite either.</summary>
    public bool Passed => double.IsFinite(AbsoluteError) && AbsoluteError <= Tolerance;

    /// <summary>The element's index on every axis, such as <c>[2, 0]</c>.</summary>
    public string Index
    {
        get
        {
            var indices = new int[Shape.Rank];
            int rest = Position;
            for (int axis = Shape.Rank - 1; axis >= 0; axis--)
            {
                indices[axis] = rest % Shape.Lengths[axis];
                rest /= Shape.Lengths[axis];
            }
            return $"[{string.Join(", ", indices)}]";
        }
    }

    /// <summary>One line for people.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Passed ? "ok  " : "FAIL")} order {Order}  {Name}{Index} of {Shape}: analytic {Analytic:G9}, numeric {Numeric:G9}, absolute error {AbsoluteError:G3} (allowed {Tolerance:G3}), relative {RelativeError:G3}");
}

/// <summary>The outcome of a gradient check: every element that was compared.</summary>
public sealed class GradientCheckReport
{
    internal GradientCheckReport(IReadOnlyList<GradientComparison> comparisons) => Comparisons = comparisons;

    /// <summary>All comparisons: by order, then by parameter or input, then by position.</summary>
    public IReadOnlyList<GradientComparison> Comparisons { get; }

    /// <summary>Whether every error is allowed.</summary>
    public bool Passed => Comparisons.All(comparison => comparison.Passed);

    /// <summary>The comparison with the largest error in terms of what is allowed; null if nothing was compared.</summary>
    public GradientComparison? Worst => Comparisons.MaxBy(comparison => comparison.AbsoluteError / comparison.Tolerance);

    /// <summary>Returns this report if the check passed.</summary>
    /// <exception cref="GradientCheckException">It failed; the message names the worst element of every faulty gradient.</exception>
    public GradientCheckReport ThrowIfFailed() => Passed ? this : throw new GradientCheckException(this);

    /// <summary>The worst element of each gradient.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        int failed = Comparisons.Count(comparison => !comparison.Passed);
        text.Append(CultureInfo.InvariantCulture, $"{(failed == 0 ? "passed" : "FAILED")}: {Comparisons.Count - failed} of {Comparisons.Count} elements agree");
        foreach (var gradient in Comparisons.GroupBy(comparison => (comparison.Order, comparison.Name)))
            text.AppendLine().Append(gradient.MaxBy(comparison => comparison.AbsoluteError / comparison.Tolerance));
        return text.ToString();
    }
}

/// <summary>A gradient check failed.</summary>
public sealed class GradientCheckException : Exception
{
    internal GradientCheckException(GradientCheckReport report)
        : base($"Gradient check {report}")
        => Report = report;

    /// <summary>What was compared.</summary>
    public GradientCheckReport Report { get; }
}
