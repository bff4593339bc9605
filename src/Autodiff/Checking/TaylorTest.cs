using static System.FormattableString;

namespace Autograd.Checking;

/// <summary>
/// The remainder of a Taylor polynomial of order n along a direction vanishes with hⁿ⁺¹ if its derivatives are right, and with a lower power if one is
/// wrong. Halving h five times shows the power; no step has to be right.
/// </summary>
internal static class TaylorTest
{
    const double FirstStep = 1e-3;
    const int Halvings = 5;

    public static StepFreeTest Run(CheckedFunction subject, int order, double tolerance, bool hasKink)
    {
        string name = order == 1 ? "Taylor remainder with the gradient" : "Taylor remainder with gradient and Hessian";
        var direction = new Direction(subject, 0, 0, subject.Count);
        var (value, slope, curvature, magnitude, steepness) = Coefficients(subject, direction, order);
        var remainders = new List<double>();
        for (int i = 0; i <= Halvings; i++)
        {
            double h = FirstStep / (1 << i);
            double moved = subject.ValueMoved(1, 0, subject.Count, (index, position) => h * direction.At(index, position));
            double remainder = Math.Abs(moved - value - h * slope - h * h / 2 * curvature);
            // Rounding in the values and in the polynomial itself, and the error that is allowed.
            double noise = 4096 * ElementType.Float64.Epsilon() * magnitude + tolerance * h * steepness;
            if (remainder > noise || double.IsNaN(remainder)) remainders.Add(remainder);
            else break;
        }
        if (remainders.Count < 2) return new StepFreeTest(name, Verdict.Pass, "vanishes to rounding");
        double power = Math.Log2(remainders[^2] / remainders[^1]);
        var verdict = power > order + 0.7 ? Verdict.Pass : !hasKink && !(power >= order + 0.3) ? Verdict.Fail : Verdict.Inconclusive;
        return new StepFreeTest(name, verdict, Invariant($"falls with the power {power:F2} of the step; {order + 1} or more is right"));
    }

    static (double Value, double Slope, double Curvature, double Magnitude, double Steepness) Coefficients(CheckedFunction subject, Direction direction, int order) =>
        subject.Evaluate(subject.Values, (tape, at, result) =>
        {
            var terms = subject.Terms(tape, at, result, 1);
            var projection = Functions.Sum(terms);
            var gradients = CheckedFunction.Derive(tape, projection, at, record: order > 1);
            var vectors = at.Select((x, i) => Tensor.From(Components(direction, i, x.ElementCount), x.Shape)).ToArray();
            var along = Enumerable.Range(0, at.Length).Select(i => Functions.Sum(gradients[i] * vectors[i])).Aggregate((a, b) => a + b);
            double steepness = gradients.Zip(vectors, (g, v) => Functions.Sum(Functions.Abs(g * v)).ToScalar()).Sum();
            double curvature = 0;
            if (order > 1)
                foreach (var (second, vector) in CheckedFunction.Derive(tape, along, at, record: false).Zip(vectors))
                    curvature += Functions.Sum(second * vector).ToScalar();
            return (projection.ToScalar(), along.ToScalar(), curvature, Functions.Sum(Functions.Abs(terms)).ToScalar(), steepness);
        });

    static double[] Components(Direction direction, int index, int count)
    {
        var components = new double[count];
        for (int i = 0; i < count; i++) components[i] = direction.At(index, i);
        return components;
    }
}
