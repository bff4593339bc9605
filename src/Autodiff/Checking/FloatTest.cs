using static System.FormattableString;

namespace Autograd.Checking;

/// <summary>
/// The gradient in single precision against that in double, at the same point, which is representable in single precision.
/// </summary>
static class FloatTest
{
    const string Name = "float against double";

    // Of the largest element of a gradient: a rule that is wrong in float only is off by more.
    const double Allowed = 0.05;

    // Roundings on the way to a number that is the difference of large ones.
    const double Roundings = 64;

    // Some units in the last place: sensitivity to them comes from the function, not from its rules.
    const double Nearby = 1.0 / (1 << 21);

    const int Neighbours = 6;

    // Below it, numbers in float lose digits.
    const double LeastNormal = 1.17549435e-38;

    static readonly double Epsilon = ElementType.Float32.Epsilon();

    /// <param name="subject">The function.</param>
    /// <param name="hasKink">Whether there is a kink at the point, to whose other side rounding may lead: the sides then decide.</param>
    public static StepFreeTest Run(CheckedFunction subject, bool hasKink)
    {
        var test = AtPoint(subject);
        if (test.Verdict != Verdict.Fail || !hasKink) return test;
        StepFreeTest[] beside = [.. new[] { 1, -1 }.Select(side => subject.Beside(side, () => AtPoint(subject)))];
        var decisive = Array.Find(beside, one => one.Verdict == Verdict.Fail) ?? Array.Find(beside, one => one.Verdict == Verdict.Pass);
        return decisive is null ? test : decisive with { Detail = $"next to the point: {decisive.Detail}" };
    }

    static StepFreeTest AtPoint(CheckedFunction subject)
    {
        Tensor[] point = [.. subject.Values.Select(value => value.As(ElementType.Float32))];
        Outcome single;
        try
        {
            single = At(subject, point);
        }
        catch (ElementTypeException)
        {
            return Skipped("the function only runs in double");
        }
        var exact = At(subject, [.. point.Select(value => value.As(ElementType.Float64))]);
        if (!exact.IsFinite) return Skipped("the function is not finite at the nearest point in float");
        if (!single.IsFinite || exact.Largest > float.MaxValue)
            return Skipped("the function or its gradient exceeds the range of float here");
        return Compare(subject, point, single, exact);
    }

    static StepFreeTest Compare(CheckedFunction subject, Tensor[] point, Outcome single, Outcome exact)
    {
        var (used, share, where) = Difference(subject, single, exact, null);
        if (used <= 1) return Passed(share, where);
        double inside = Epsilon * subject.LargestInside(2);
        var spread = Array.ConvertAll(Spread(subject, point, single), block => Array.ConvertAll(block, width => width + inside));
        (used, share, where) = Difference(subject, single, exact, spread);
        return used <= 1 ? Passed(share, where) : new StepFreeTest(Name, Verdict.Fail, Words(share, where));
    }

    // The worst error relative to what is allowed, and relative to the largest element.
    static (double Used, double Share, string Where) Difference(CheckedFunction subject, Outcome single, Outcome exact, double[][]? spread)
    {
        // An element that is 0 because terms cancel has rounding of the size of the terms: of the function's own, and of the steepest
        // gradient's.
        double floor = Roundings * (Epsilon * (exact.Magnitude + exact.Largest) + LeastNormal);
        var worst = (Used: 0.0, Share: 0.0, Where: "");
        for (int i = 0; i < exact.Gradients.Length; i++)
        {
            double scale = exact.Gradients[i].Select(Math.Abs).DefaultIfEmpty(0).Max();
            for (int position = 0; position < exact.Gradients[i].Length; position++)
            {
                double found = single.Gradients[i][position], right = exact.Gradients[i][position], error = found.Equals(right) ? 0
                    : Math.Abs(found - right);
                double used = error == 0 ? 0 : error / (Allowed * scale + floor + (spread?[i][position] ?? 0));
                if (used > worst.Used || double.IsNaN(used)) worst = (used, error / Math.Max(scale, floor), subject.NameOf(i));
            }
        }
        return worst;
    }

    /// <summary>
    /// What the gradient in float does where the point moves by some units: rounding inside the function, its sensitivity, and kinks that
    /// rounding crosses show in it, a wrong rule does not.
    /// </summary>
    static double[][] Spread(CheckedFunction subject, Tensor[] point, Outcome at)
    {
        var (low, high) = (Copy(at.Gradients), Copy(at.Gradients));
        for (int number = 0; number < Neighbours; number++)
        {
            var there = At(subject, [.. point.Select((value, i) =>
                (value.As(ElementType.Float64) * (1 + Nearby * subject.Weights(Invariant($"neighbour {number}, input {i}"), value.Shape)))
                .As(ElementType.Float32))]);
            for (int i = 0; i < low.Length; i++)
                for (int position = 0; position < low[i].Length; position++)
                {
                    low[i][position] = Math.Min(low[i][position], there.Gradients[i][position]);
                    high[i][position] = Math.Max(high[i][position], there.Gradients[i][position]);
                }
        }
        return [.. low.Zip(high, (below, above) => below.Zip(above, (a, b) => 4 * (b - a)).ToArray())];

        static double[][] Copy(double[][] gradients) => Array.ConvertAll(gradients, gradient => (double[])gradient.Clone());
    }

    static Outcome At(CheckedFunction subject, Tensor[] point) => subject.Evaluate(point, (tape, at, result) =>
    {
        var weights = subject.Weights("result", result.Shape).As(result.ElementType);
        var values = result.ToDoubles();
        double magnitude = values.Zip(weights.ToDoubles(), (value, weight) => Math.Abs(value * weight)).Sum();
        var gradients = tape.NumberOf(result) >= 0
            ? tape.Gradients([result], [weights], at)
            : Array.ConvertAll(at, x => Tensor.Zeros(x.Shape, x.ElementType));
        return new Outcome(
            Array.TrueForAll(values, double.IsFinite), magnitude, Array.ConvertAll(gradients, gradient => gradient.ToDoubles()));
    });

    static StepFreeTest Passed(double share, string where) => new(Name, Verdict.Pass, Words(share, where));

    static string Words(double share, string where) =>
        Invariant($"the gradients differ by at most {share:G2} of their largest element{(where == "" ? "" : " in " + where)}");

    static StepFreeTest Skipped(string why) => new(Name, Verdict.Skipped, why);

    sealed record Outcome(bool IsFinite, double Magnitude, double[][] Gradients)
    {
        public double Largest { get; } = Gradients.SelectMany(gradient => gradient).Select(Math.Abs).Where(double.IsFinite)
            .DefaultIfEmpty(0).Max();
    }
}
