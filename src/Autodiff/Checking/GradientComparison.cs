using static System.FormattableString;

namespace Autograd;

/// <summary>One element of a gradient, or one direction through it, computed in two ways.</summary>
/// <param name="Name">Name of the parameter or input; for a direction, those it goes through.</param>
/// <param name="Order">1 for a gradient, 2 for the gradient of a projection of the gradient, and so on.</param>
/// <param name="Position">Position of the element in row-major order; −1 for a direction.</param>
/// <param name="Shape">Shape of the parameter or input.</param>
/// <param name="Analytic">What the tape says.</param>
/// <param name="Numeric">What differences of function values say; at a kink, the nearest number between the slopes to both sides.</param>
/// <param name="Tolerance">The absolute error allowed for this element.</param>
public sealed record GradientComparison(
    string Name, int Order, int Position, Shape Shape, double Analytic, double Numeric, double Tolerance)
{
    /// <summary>
    /// The error of the numeric derivative, estimated from many steps; 0 where the numbers agreed and no estimate was needed.
    /// </summary>
    public double NumericError { get; init; }

    /// <summary>What prevents a numeric derivative at the point.</summary>
    public Obstacle Obstacle { get; init; }

    /// <summary>
    /// Whether the numbers are those of a neighbouring point, a small fraction of the element's size away, because of an obstacle at the
    /// point itself. The check was then repeated on both sides, and at the point itself the tape's number was one that the values around it
    /// allow.
    /// </summary>
    public bool IsBeside { get; init; }

    /// <summary>Whether values around the point have a kink or a jump, so that there is no derivative to compare with.</summary>
    public bool IsKink => Obstacle is Obstacle.Kink or Obstacle.Jump;

    /// <summary>The part of the tolerance that accounts for rounding in the function. Errors below it cannot be detected.</summary>
    public double Noise { get; init; }

    /// <summary>|analytic − numeric|; infinite if either is not finite.</summary>
    public double AbsoluteError => double.IsFinite(Analytic) && double.IsFinite(Numeric) ? Math.Abs(Analytic - Numeric)
        : double.PositiveInfinity;

    /// <summary>The absolute error over the larger magnitude; 0 where both are 0.</summary>
    public double RelativeError => AbsoluteError == 0 ? 0 : AbsoluteError / Math.Max(Math.Abs(Analytic), Math.Abs(Numeric));

    /// <summary>
    /// Whether the verdict is Pass: the error is within the tolerance. An error that is not finite never is, even if the tolerance is not
    /// finite either.
    /// </summary>
    public bool Passed => double.IsFinite(AbsoluteError) && AbsoluteError <= Tolerance && (Obstacle == Obstacle.None || IsBeside);

    /// <summary>Pass if the error is within the tolerance; Inconclusive if an obstacle may explain it; otherwise Fail.</summary>
    public Verdict Verdict => Passed ? Verdict.Pass : Obstacle != Obstacle.None && !IsBeside ? Verdict.Inconclusive : Verdict.Fail;

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

    /// <summary>The obstacle in a few words; empty if there is none.</summary>
    internal string Reason => Obstacle switch
    {
        Obstacle.Kink => "not differentiable here",
        Obstacle.Jump => "it jumps here",
        Obstacle.Edge => "its domain ends here",
        Obstacle.Rounding => "rounding inside the function hides it",
        Obstacle.Scale => "the function changes too fast here",
        _ => "",
    };

    /// <summary>The comparison in one line, for people to read.</summary>
    public override string ToString() =>
        Invariant($"{Mark} order {Order}  {Name}{Index} of {Shape}: analytic {Analytic:G9}, numeric {Numeric:G9}, absolute error ")
        + Invariant($"{AbsoluteError:G3} (allowed {Tolerance:G3}), relative {RelativeError:G3}{Remark}");

    string Mark => Verdict switch { Verdict.Pass => "ok  ", Verdict.Fail => "FAIL", _ => "??? " };

    string Remark =>
        Obstacle == Obstacle.None ? ""
        : IsBeside ? $"; {Reason}, so this is beside it"
        : double.IsFinite(NumericError) ? Invariant($"; {Reason}: the numeric value is only good to {NumericError:G2}")
        : $"; {Reason}";
}
