using static System.FormattableString;

namespace Autograd.Checking;

/// <summary>What makes a function unfit for a check, found by calling it twice at the same point.</summary>
internal static class Preflight
{
    // The runtime compiles kernels again once they are used often, and sine or exponential may then differ in the last bit. Differences of this size
    // do no harm to a check.
    static readonly double Rounding = 4096 * ElementType.Float64.Epsilon();

    /// <summary>Says what is wrong, or null.</summary>
    public static string? Problem(CheckedFunction subject)
    {
        var first = Call(subject);
        if (first.Problem is { } problem) return problem;
        var second = Call(subject);
        if (second.Problem is not null || second.Shape != first.Shape)
            return $"the function gives results of different shapes: {first.Shape} at first, {second.Shape} when it was called again at the same point";
        if (Difference(first.Values, second.Values) is { } position)
            return Invariant(
                $"the function is not deterministic: called twice at the same point, element {position} of its result was {first.Values[position]:G17} and then {second.Values[position]:G17}. Draw random numbers from a fixed RandomKey, and make layers outside of the function");
        for (int i = 0; i < first.Gradients.Length; i++)
            if (Difference(first.Gradients[i], second.Gradients[i]) is { } element)
                return Invariant(
                    $"the backward sweep is not deterministic: run twice at the same point, element {element} of the gradient of {subject.NameOf(i)} was {first.Gradients[i][element]:G17} and then {second.Gradients[i][element]:G17}");
        return null;
    }

    static Outcome Call(CheckedFunction subject) => subject.Evaluate(subject.Values, (tape, at, result) =>
    {
        var values = result.ToDoubles();
        if (tape.NumberOf(result) < 0)
            return new Outcome("the function's result does not depend on any input or parameter: nothing that it was computed from is tracked", result.Shape, values, []);
        int wrong = Array.FindIndex(values, value => !double.IsFinite(value));
        if (wrong >= 0 && at.Any(x => x.ElementCount > 0))
            return new Outcome(Invariant($"the function is not finite at this point: element {wrong} of its result {result.Shape} is {values[wrong]}"), result.Shape, values, []);
        var gradients = CheckedFunction.Derive(tape, Functions.Sum(subject.Terms(tape, at, result, 1)), at, record: false);
        return new Outcome(null, result.Shape, values, Array.ConvertAll(gradients, gradient => gradient.ToArray<double>()));
    });

    static int? Difference(double[] left, double[] right)
    {
        double allowed = Rounding * left.Select(Math.Abs).DefaultIfEmpty(0).Max();
        for (int i = 0; i < left.Length; i++)
            if (!left[i].Equals(right[i]) && !(Math.Abs(left[i] - right[i]) <= allowed))
                return i;
        return null;
    }

    sealed record Outcome(string? Problem, Shape Shape, double[] Values, double[][] Gradients);
}
