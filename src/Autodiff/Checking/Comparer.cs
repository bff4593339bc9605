namespace Autograd.Checking;

/// <summary>
/// Compares gradients of one order with differences of function values. A first difference decides the usual case. Where it disagrees,
/// values at many steps tell what the slope is, how accurately it is known, and what prevents a better estimate; where it cannot be
/// determined at the point itself, neighbouring points are tried.
/// </summary>
sealed class Comparer
{
    const double RoundingOfValues = 16;

    // A slope known to this accuracy decides.
    const double GoodEnough = 1e-5;

    // Elements of an input that are examined before others are taken to be like them.
    const int Enough = 4;

    readonly CheckedFunction subject;
    readonly GradientCheckOptions options;
    readonly Dictionary<int, (int Failed, int Beside)> outcomes = [];
    readonly int order;
    readonly double[][] gradients;
    readonly int[] largest;
    readonly double lower, noise;
    double? inside, gradientInside;

    public Comparer(CheckedFunction subject, GradientCheckOptions options, int order)
    {
        this.subject = subject;
        this.options = options;
        this.order = order;
        (gradients, double magnitude) = subject.Gradients(order);
        largest = Array.ConvertAll(gradients, PositionOfLargest);
        // A gradient also inherits rounding of the size of what it is the gradient of: the slope 1 − y² of a saturated tanh is small, but
        // no more exact than 1.
        lower = Enumerable.Range(1, order - 1).Sum(subject.Magnitude);
        noise = NoiseOf(magnitude);
    }

    public int Count(int index) => gradients[index].Length;

    /// <summary>The position of the largest element of a gradient.</summary>
    public int Largest(int index) => largest[index];

    // Terms that cancel leave errors of the size of the block's largest element.
    public GradientComparison Element(int index, int position) =>
        Compare(Line.Of(subject, order, index, position), 1e-3 * Math.Abs(gradients[index][largest[index]]));

    /// <summary>A direction through inputs from one to another, or through a part of a single one.</summary>
    public GradientComparison Direction(Direction direction)
    {
        var line = Line.Of(subject, order, direction);
        return Compare(line, line.SizeOf(gradients));
    }

    double Inside => inside ??= subject.LargestInside(order);

    // The values are sums of many terms: some ε of their magnitude is rounding.
    double NoiseOf(double magnitude) => ElementType.Float64.Epsilon() * (RoundingOfValues * magnitude + lower);

    static int PositionOfLargest(double[] gradient)
    {
        int largest = 0;
        for (int i = 1; i < gradient.Length; i++)
            if (Math.Abs(gradient[i]) > Math.Abs(gradient[largest]))
                largest = i;
        return largest;
    }

    GradientComparison Compare(Line line, double size)
    {
        var first = options.Stencil == Stencil.Adaptive ? null : AtFirstSight(line, 0, gradients, noise, size);
        if (first is { Passed: true }) return first;
        var known = outcomes.GetValueOrDefault(line.Index);
        // Some elements are examined in full; the others of the same input are then known to be similar, and a single look suffices for
        // them.
        if (first is not null && known.Failed >= Enough) return first;
        var found = known.Beside >= Enough && BesideAtFirstSight(line) is { } seen ? seen : Examine(line, size);
        outcomes[line.Index] = found.Verdict == Verdict.Fail ? (known.Failed + 1, known.Beside) : found.IsBeside
            ? (known.Failed, known.Beside + 1) : known;
        return found;
    }

    GradientComparison Examine(Line line, double size)
    {
        var thorough = AtManySteps(line, 0, gradients, noise, size);
        return thorough.Verdict == Verdict.Inconclusive && IsWorthASecondTry(thorough) ? Beside(line, thorough) : thorough;
    }

    // Null unless both sides agree without further examination.
    GradientComparison? BesideAtFirstSight(Line line)
    {
        GradientComparison? seen = null;
        foreach (int side in (ReadOnlySpan<int>)[1, -1])
        {
            double x = line.X, offset = x + side * line.Apart - x;
            var (there, magnitude) = line.Gradients(offset);
            seen = AtFirstSight(line, offset, there, NoiseOf(magnitude), line.SizeOf(there));
            if (seen is not { Passed: true }) return null;
        }
        return double.IsFinite(line.Slope(gradients))
            ? seen! with { IsBeside = true, Obstacle = order == 1 ? Obstacle.Kink : Obstacle.Jump } : null;
    }

    GradientComparison? AtFirstSight(Line line, double offset, double[][] gradientsThere, double noiseThere, double size)
    {
        double analytic = line.Slope(gradientsThere), step = NumericalDerivative.StepAt(line.X + offset, options.StepOf(line.Scale));
        double numeric = NumericalDerivative.At(distance => line.Value(offset + distance), step, options.Stencil);
        // Values that are all alike: between them, the function may do anything.
        if (analytic == 0 && numeric == 0 && HidesSomething(line, offset, step)) return null;
        double floor = RoundingOfValues * noiseThere / step;
        return line.Compare(analytic, numeric, ToleranceOf(analytic, numeric, size) + floor) with { Noise = floor };
    }

    bool HidesSomething(Line line, double offset, double step)
    {
        double small = Math.ScaleB(step, -14), left = line.Value(offset - small), right = line.Value(offset + small);
        return !(Math.Abs(right - left) <= RoundingOfValues * noise);
    }

    GradientComparison AtManySteps(Line line, double offset, double[][] gradientsThere, double noiseThere, double size)
    {
        double analytic = line.Slope(gradientsThere), epsilon = ElementType.Float64.Epsilon();
        var ladder = new StepLadder(distance => line.Value(offset + distance), line.X + offset, options.LargestStepOf(line.Scale));
        double rounding = noiseThere + epsilon * line.Conditioning(gradientsThere);
        var (compared, step) = Judge(line, ladder, analytic, rounding, size);
        // What is computed from x on the way may be rounded as x itself would be, which is much where the function is steep. It seldom is,
        // but it may be so for whole ranges of steps in the same way, and is then not seen in the values.
        if (!compared.Passed)
            (compared, step) =
                Judge(line, ladder, analytic, rounding + 2 * epsilon * Finite(Math.Abs((line.X + offset) * compared.Numeric)), size);
        return compared.Passed ? compared : AllowingForTheSweep(line, offset, compared, step);
    }

    (GradientComparison Compared, double Step) Judge(Line line, StepLadder ladder, double analytic, double rounding, double size)
    {
        var slope = LocalSlope.Of(
            ladder, Math.Max(rounding, ladder.Measured), ToleranceOf(analytic, analytic, size), StepLadder.Rounding * Inside);
        double numeric = slope.Nearest(analytic), tolerance = ToleranceOf(analytic, numeric, size), distance = slope.DistanceOf(analytic);
        double floor = slope.Step > 0 ? RoundingOfValues * rounding / slope.Step
            : 0, largest = Math.Max(Math.Abs(analytic), Math.Abs(numeric));
        var compared = line.Compare(analytic, numeric, tolerance + Finite(slope.Error)) with { NumericError = slope.Error, Noise = floor };
        // At a kink there are several slopes, and for functions of functions the tape's may be none of them (Kakade and Lee 2018).
        bool isExcused = double.IsFinite(analytic) ? slope.Obstacle != Obstacle.None : slope.Obstacle is Obstacle.Jump or Obstacle.Edge;
        if (isExcused) return (compared with { Obstacle = slope.Obstacle }, slope.Step);
        // Far off by any account.
        if (distance > tolerance + 2 * slope.Error) return (compared, slope.Step);
        bool isRounding = slope.IsLargest || ladder.Measured > 4 * rounding;
        // A slope smaller than its rounding error cannot be detected.
        if (isRounding && largest <= 4 * slope.Error) return (compared with { Noise = Math.Max(floor, 4 * slope.Error) }, slope.Step);
        bool isKnown = slope.Error <= Math.Max(GoodEnough * largest + tolerance, 4 * floor);
        if (isKnown && distance <= tolerance + slope.Error) return (compared, slope.Step);
        return (compared with { Obstacle = isRounding ? Obstacle.Rounding : Obstacle.Scale }, slope.Step);
    }

    /// <summary>
    /// What does not agree may be smaller than the rounding of what was computed on the way: of the gradient, or of the values.
    /// </summary>
    GradientComparison AllowingForTheSweep(Line line, double offset, GradientComparison compared, double step)
    {
        if (!double.IsFinite(compared.AbsoluteError)) return compared;
        double invisible = 8 * StepLadder.Rounding * Inside / options.LargestStepOf(line.Scale);
        bool isSmooth = compared.Obstacle is not (Obstacle.Kink or Obstacle.Jump or Obstacle.Edge);
        if (isSmooth && Math.Abs(compared.Analytic) <= invisible && Math.Abs(compared.Numeric) * step <= StepLadder.Rounding * Inside)
            return compared with
            {
                Tolerance = compared.AbsoluteError + invisible,
                Noise = compared.AbsoluteError + invisible,
                Obstacle = Obstacle.None
            };
        if (compared.Verdict != Verdict.Fail) return compared;
        var (wobble, isRounding) = Wobble(line, offset, compared.Analytic);
        if (compared.AbsoluteError > compared.Tolerance + wobble) return compared;
        return isRounding ? compared with { Tolerance = compared.Tolerance + wobble } : compared with { Obstacle = Obstacle.Rounding };
    }

    /// <summary>
    /// What the tape's number does where the point moves by a few units, beside the rounding of the largest number on the way to it; and
    /// whether the former is of the size of rounding: at a kink it is more.
    /// </summary>
    (double Wobble, bool IsRounding) Wobble(Line line, double offset, double analytic)
    {
        double unit = Math.ScaleB(line.X == 0 ? line.Scale : Math.Abs(line.X), -43), wobble = 0, size = 0;
        foreach (double units in (ReadOnlySpan<double>)[-2.9, -2.1, -1.3, -0.6, 0.7, 1.1, 1.9, 3.1])
        {
            var (moved, magnitude) = line.Gradients(offset + units * unit);
            wobble = Math.Max(wobble, Math.Abs(line.Slope(moved) - analytic));
            size = Math.Max(size, magnitude / line.Scale + moved.SelectMany(gradient => gradient).Select(Math.Abs).DefaultIfEmpty(0).Max());
        }
        gradientInside ??= subject.LargestInside(order + 1);
        return ((double.IsFinite(wobble) ? 4 * wobble : 0) + 4 * ElementType.Float64.Epsilon() * gradientInside.Value,
            wobble <= 1e-6 * size);
    }

    // What is not finite cannot be right; and a function that jumps has no derivative, whatever it has elsewhere.
    bool IsWorthASecondTry(GradientComparison comparison) =>
        double.IsFinite(comparison.Analytic) && !(order == 1 && comparison.Obstacle == Obstacle.Jump);

    /// <summary>The same at points a little before and behind: the first that fails, or that passes if none fails.</summary>
    GradientComparison Beside(Line line, GradientComparison comparison)
    {
        GradientComparison? passed = null;
        foreach (int side in (ReadOnlySpan<int>)[1, -1])
        {
            double x = line.X, offset = x + side * line.Apart - x;
            if (!double.IsFinite(line.Value(offset))) continue;
            var (there, magnitude) = line.Gradients(offset);
            double noiseThere = NoiseOf(magnitude), size = line.SizeOf(there);
            var tried = AtFirstSight(line, offset, there, noiseThere, size) is { Passed: true } seen ? seen
                : AtManySteps(line, offset, there, noiseThere, size);
            if (tried.Verdict == Verdict.Inconclusive) return comparison;
            tried = tried with { IsBeside = true, Obstacle = comparison.Obstacle };
            if (tried.Verdict == Verdict.Fail) return tried;
            passed ??= tried;
        }
        return passed ?? comparison;
    }

    double ToleranceOf(double analytic, double numeric, double size) =>
        options.RelativeTolerance * (Finite(Math.Max(Math.Abs(analytic), Math.Abs(numeric))) + Finite(size));

    static double Finite(double number) => double.IsFinite(number) ? number : 0;
}
