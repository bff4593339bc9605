namespace Autograd.Checking;

/// <summary>What values around a point reveal about the slope there.</summary>
/// <param name="Low">The least number it may be: where there is a kink, the smaller of the slopes on its sides.</param>
/// <param name="High">The greatest.</param>
/// <param name="Error">The accuracy of these numbers.</param>
/// <param name="Step">The step.</param>
/// <param name="Obstacle">What prevents a slope, if anything does.</param>
readonly record struct LocalSlope(double Low, double High, double Error, double Step, Obstacle Obstacle)
{
    /// <param name="ladder">The values.</param>
    /// <param name="noise">Absolute error of the values.</param>
    /// <param name="least">Smaller kinks are ignored.</param>
    /// <param name="leastJump">Smaller jumps are ignored.</param>
    public static LocalSlope Of(StepLadder ladder, double noise, double least, double leastJump)
    {
        var (left, right, central) = (ladder.Side(isRight: false, noise), ladder.Side(isRight: true, noise), ladder.Central(noise));
        if (!left.Exists || !right.Exists || !central.Exists) return AtTheEdge(left.Exists ? left : right);
        bool jump = ladder.Jumps(isRight: false, leastJump) || ladder.Jumps(isRight: true, leastJump);
        double apart = Math.Abs(left.Value - right.Value), error = left.Error + right.Error;
        if (jump || apart > error + least)
            return new(
                Math.Min(left.Value, right.Value), Math.Max(left.Value, right.Value), Math.Max(left.Error, right.Error),
                Math.Min(left.Step, right.Step),
                jump ? Obstacle.Jump : Obstacle.Kink);
        return new(central.Value, central.Value, central.Error, central.Step, Obstacle.None) { IsLargest = central.IsLargest };
    }

    /// <summary>Whether no larger step was tried.</summary>
    public bool IsLargest { get; init; }

    /// <summary>How far a number is from those it may be.</summary>
    public double DistanceOf(double slope) => double.IsFinite(slope) ? Math.Max(0, Math.Max(Low - slope, slope - High))
        : double.PositiveInfinity;

    /// <summary>The nearest of the numbers it may be.</summary>
    public double Nearest(double slope) => double.IsFinite(slope) && Low <= High ? Math.Clamp(slope, Low, High) : Low + (High - Low) / 2;

    static LocalSlope AtTheEdge(SlopeEstimate side) => new(side.Value, side.Value, side.Error, side.Step, Obstacle.Edge);
}
