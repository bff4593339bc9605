namespace Autograd;

/// <summary>What a comparison, or a whole check, comes to.</summary>
public enum Verdict
{
    /// <summary>The numbers agree.</summary>
    Pass,

    /// <summary>They disagree by more than the numeric derivative's own error, or cannot be right.</summary>
    Fail,

    /// <summary>They disagree, but the numeric derivative is not good enough here to say who is wrong.</summary>
    Inconclusive,
}

/// <summary>One element of a gradient, or one direction through it, computed in two ways.</summary>
/// <param name="Name">Name of the parameter or input; of a direction, what it goes through.</param>
/// <param name="Order">1 for a gradient, 2 for the gradient of a projection of the gradient, and so on.</param>
/// <param name="Position">Position of the element in row-major order; −1 for a direction.</param>
/// <param name="Shape">Shape of the parameter or input.</param>
/// <param name="Analytic">What the tape says.</param>
/// <param name="Numeric">What differences of function values say.</param>
/// <param name="Tolerance">The absolute error allowed for this element.</param>
public sealed record GradientComparison(string Name, int Order, int Position, Shape Shape, double Analytic, double Numeric, double Tolerance)
{
    /// <summary>The numeric derivative's own error, estimated from two steps; 0 where the numbers agreed and no estimate was needed.</summary>
    public double NumericError { get; init; }

    /// <summary>Whether values around the point have a kink or a jump, so that there is no derivative to compare with.</summary>
    public bool IsKink { get; init; }

    /// <summary>The part of the tolerance that stands for rounding in the function. Below it nothing can be told.</summary>
    public double Noise { get; init; }

    /// <summary>|analytic − numeric|; infinite if either is not finite.</summary>
    public double AbsoluteError => double.IsFinite(Analytic) && double.IsFinite(Numeric) ? Math.Abs(Analytic - Numeric) : double.PositiveInfinity;

    /// <summary>The absolute error over the larger magnitude; 0 where both are 0.</summary>
    public double RelativeError => AbsoluteError == 0 ? 0 : AbsoluteError / Math.Max(Math.Abs(Analytic), Math.Abs(Numeric));

    /// <summary>Whether the error is allowed. What is not finite never is, although the tolerance may not be finite either.</summary>
    public bool Passed => double.IsFinite(AbsoluteError) && AbsoluteError <= Tolerance;

    /// <summary>Pass if the error is allowed; Inconclusive if a kink or the numeric derivative's own error may explain it; else Fail.</summary>
    public Verdict Verdict =>
        Passed ? Verdict.Pass
        : double.IsFinite(AbsoluteError) && (IsKink || AbsoluteError <= 4 * NumericError) ? Verdict.Inconclusive
        : Verdict.Fail;

    /// <summary>The error in terms of what is allowed.</summary>
    internal double Severity => AbsoluteError / Tolerance;

    /// <summary>The element's index on every axis, such as <c>[2, 0]</c>; empty for a direction.</summary>
    public string Index
    {
        get
        {
            if (Position < 0) return "";
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
    public override string ToString() => FormattableString.Invariant(
        $"{Mark} order {Order}  {Name}{Index} of {Shape}: analytic {Analytic:G9}, numeric {Numeric:G9}, absolute error {AbsoluteError:G3} (allowed {Tolerance:G3}), relative {RelativeError:G3}{Remark}");

    string Mark => Verdict switch { Verdict.Pass => "ok  ", Verdict.Fail => "FAIL", _ => "??? " };

    string Remark =>
        IsKink ? "; not differentiable here"
        : Verdict == Verdict.Inconclusive ? FormattableString.Invariant($"; the numeric value is only good to {NumericError:G2}")
        : "";
}
