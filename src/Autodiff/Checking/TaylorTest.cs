using static System.FormattableString;

namespace Autograd.Checking;

/// <summary>
/// The remainder of a Taylor polynomial of order n along a direction vanishes with hⁿ⁺¹ if its derivatives are correct, and with a lower
/// power if one is wrong. The step is halved until the remainder disappears in rounding; the last halvings show the power, whatever the
/// function's scale.
/// </summary>
static class TaylorTest
{
    const double FirstStep = 1e-3;
    const int MostHalvings = 48;

    /// <param name="subject">The function.</param>
    /// <param name="order">Order of the polynomial.</param>
    /// <param name="tolerance">Relative error that is allowed.</param>
    /// <param name="hasKink">Whether the function is known not to be smooth at the point: the test is then run on both sides of it.</param>
    public static StepFreeTest Run(CheckedFunction subject, int order, double tolerance, bool hasKink)
    {
        var direction = new Direction(subject, 0, 0, subject.Count);
        var test = hasKink ? null : At(subject, direction, order, tolerance);
        if (test is { Verdict: Verdict.Pass or Verdict.Skipped }) return test;
        // The point may lie at a kink of a higher derivative. A wrong rule also fails next to it.
        StepFreeTest[] beside = [Beside(1), Beside(-1)];
        var best = Array.Find(beside, one => one.Verdict == Verdict.Pass);
        var worst = Array.Find(beside, one => one.Verdict is Verdict.Fail or Verdict.Inconclusive);
        return worst ?? best ?? test ?? beside[0];

        StepFreeTest Beside(int side)
        {
            var found = subject.Beside(side, () => At(subject, direction, order, tolerance));
            return found with { Detail = $"next to the point: {found.Detail}" };
        }
    }

    static StepFreeTest At(CheckedFunction subject, Direction direction, int order, double tolerance)
    {
        string name = order == 1 ? "Taylor remainder with the gradient" : "Taylor remainder with gradient and Hessian";
        var line = Line.Of(subject, 1, direction);
        if (!double.IsFinite(line.Value(0))) return new StepFreeTest(name, Verdict.Skipped, "the function is not finite there");
        var polynomial = Coefficients(subject, direction, order);
        if (!double.IsFinite(polynomial.At(1))) return new StepFreeTest(name, Verdict.Fail, "a derivative along a direction is not finite");
        double rounding = ElementType.Float64.Epsilon()
            * (4096 * polynomial.Magnitude + 16 * (polynomial.Conditioning + subject.LargestInside(1))) + Irregularity(line);
        var (remainders, vanished) = Remainders(line, polynomial, h => rounding + tolerance * h * polynomial.Steepness);
        if (remainders.Count == 0 && vanished is null)
            return new StepFreeTest(name, Verdict.Skipped, "the function is not finite around the point");
        if (remainders.Count < 2) return new StepFreeTest(name, Verdict.Pass, "vanishes to rounding");
        // What rounding allows may hide the whole of the next remainder, but half of the one before would be seen.
        double power = Math.Log2(remainders[^2] / remainders[^1]), next = Math.Log2(remainders[^1] / (vanished ?? remainders[^1]));
        double best = double.IsNaN(power) || power > order + 0.7 ? power : Math.Max(power, next);
        var verdict = best > order + 0.7 ? Verdict.Pass : !(best >= order + 0.3) ? Verdict.Fail : Verdict.Inconclusive;
        return new StepFreeTest(name, verdict, Invariant($"falls with the power {best:F2} of the step; {order + 1} or more is right"));
    }

    // From the first step at which the function is finite, those that are above what is allowed, and the first that is not.
    static (List<double> Seen, double? Vanished) Remainders(Line line, Polynomial polynomial, Func<double, double> allowed)
    {
        var seen = new List<double>();
        for (int i = 0; i <= MostHalvings; i++)
        {
            double h = Math.ScaleB(FirstStep, -i);
            double remainder = Math.Abs(line.Value(h) - polynomial.At(h));
            if (!double.IsFinite(remainder)) seen.Clear();
            else if (remainder > allowed(h)) seen.Add(remainder);
            else return (seen, remainder);
        }
        return (seen, null);
    }

    static double Irregularity(Line line) =>
        16 * ValueNoise.At(line.Value, [.. Enumerable.Range(0, 30).Select(i => Math.ScaleB(FirstStep, -i))]);

    static Polynomial Coefficients(CheckedFunction subject, Direction direction, int order) =>
        subject.Evaluate(subject.Values, (tape, at, result) =>
        {
            var terms = subject.Terms(tape, at, result, 1);
            var projection = Functions.Sum(terms);
            var gradients = CheckedFunction.Derive(tape, projection, at, record: order > 1);
            var vectors = at.Select((x, i) => Tensor.From(Components(direction, i, x.ElementCount), x.Shape)).ToArray();
            var along = Enumerable.Range(0, at.Length).Select(i => Functions.Sum(gradients[i] * vectors[i])).Aggregate((a, b) => a + b);
            double steepness = gradients.Zip(vectors, (g, v) => Functions.Sum(Functions.Abs(g * v)).ToScalar()).Sum();
            double conditioning = gradients.Zip(at, (g, x) => Functions.Sum(Functions.Abs(g * x)).ToScalar()).Sum();
            double curvature = 0;
            if (order > 1)
                foreach (var (second, vector) in CheckedFunction.Derive(tape, along, at, record: false).Zip(vectors))
                    curvature += Functions.Sum(second * vector).ToScalar();
            return new Polynomial(
                projection.ToScalar(), along.ToScalar(), curvature, Functions.Sum(Functions.Abs(terms)).ToScalar(), steepness,
                conditioning);
        });

    static double[] Components(Direction direction, int index, int count)
    {
        var components = new double[count];
        for (int i = 0; i < count; i++) components[i] = direction.At(index, i);
        return components;
    }

    sealed record Polynomial(double Value, double Slope, double Curvature, double Magnitude, double Steepness, double Conditioning)
    {
        public double At(double h) => Value + h * Slope + h * h / 2 * Curvature;
    }
}
