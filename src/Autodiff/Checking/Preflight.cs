using static System.FormattableString;

namespace Autograd.Checking;

/// <summary>What calls of a function at the point reveal before anything is compared.</summary>
/// <param name="Problem">Why it cannot be checked, or null.</param>
/// <param name="UnusedInputs">Names of the inputs that the result was not computed from.</param>
/// <param name="UnusedParameters">The same of the parameters.</param>
/// <param name="Unchecked">Names of parameters that it was computed from and that were not given.</param>
sealed record Fitness(
    string? Problem, IReadOnlyList<string> UnusedInputs, IReadOnlyList<string> UnusedParameters, IReadOnlyList<string> Unchecked);

/// <summary>Finds out whether a function can be checked, by calling it twice at the same point.</summary>
static class Preflight
{
    // The runtime compiles kernels again once they are used often, and sine or exponential may then differ in the last bit. Differences of
    // this size do not affect a check.
    static readonly double Rounding = 4096 * ElementType.Float64.Epsilon();

    public static Fitness Of(CheckedFunction subject)
    {
        var before = subject.Snapshot();
        Outcome first;
        try
        {
            first = Call(subject);
        }
        catch (ElementTypeException error)
        {
            throw new ElementTypeException(
                "GradientCheck: the function is checked in double, and mixes it with float. Constants follow with As(x.ElementType), "
                + $"parameters by being among those given. {error.Message}");
        }
        return new(Problem(subject, before, first), first.UnusedInputs, first.UnusedParameters, first.Unchecked);
    }

    static string? Problem(CheckedFunction subject, Snapshot before, Outcome first)
    {
        if (subject.ChangeSince(before) is { } change) return $"the function changes {change}; it must leave what it is given as it is";
        if (first.Problem is { } problem) return problem;
        var second = Call(subject);
        if (second.Problem is not null || second.Shape != first.Shape)
            return $"the function gives results of different shapes: {first.Shape} at first, {second.Shape} when it was called again at "
                + "the same point";
        if (Difference(first.Values, second.Values) is { } position)
            return Invariant($"the function is not deterministic: called twice at the same point, element {position} of its result was ")
                + Invariant($"{first.Values[position]:G17} and then {second.Values[position]:G17}. Draw random numbers from a fixed ")
                + "RandomKey, and make layers outside of the function";
        for (int i = 0; i < first.Gradients.Length; i++)
            if (Difference(first.Gradients[i], second.Gradients[i]) is { } element)
                return Invariant($"the backward sweep is not deterministic: run twice at the same point, element {element} of the ")
                    + "gradient of "
                    + Invariant($"{subject.NameOf(i)} was {first.Gradients[i][element]:G17} and then {second.Gradients[i][element]:G17}");
        return null;
    }

    static Outcome Call(CheckedFunction subject) => subject.Evaluate(subject.Values, (tape, at, result) =>
    {
        var values = result.ToDoubles();
        if (tape.NumberOf(result) < 0)
            return new Outcome(
                "the function's result does not depend on any input or parameter: nothing that it was computed from is tracked",
                result.Shape, values, []);
        int wrong = Array.FindIndex(values, value => !double.IsFinite(value));
        if (wrong >= 0 && at.Any(x => x.ElementCount > 0))
            return new Outcome(
                Invariant($"the function is not finite at this point: element {wrong} of its result {result.Shape} is {values[wrong]}"),
                result.Shape, values, []);
        var (used, others) = Dependencies(tape, at, result);
        var gradients = CheckedFunction.Derive(tape, Functions.Sum(subject.Terms(tape, at, result, 1)), at, record: false);
        string[] unused = [.. Enumerable.Range(0, at.Length).Where(i => !used[i]).Select(subject.NameOf)];
        int inputs = used.Take(subject.InputCount).Count(isUsed => !isUsed);
        return new Outcome(null, result.Shape, values, Array.ConvertAll(gradients, gradient => gradient.ToArray<double>()))
        {
            UnusedInputs = unused[..inputs],
            UnusedParameters = unused[inputs..],
            Unchecked = others,
        };
    });

    /// <summary>Which inputs and parameters a result was computed from, and the names of parameters that are none of them.</summary>
    static (bool[] Used, string[] Others) Dependencies(Tape tape, Tensor[] at, Tensor result)
    {
        int[] numbers = Array.ConvertAll(at, tape.NumberOf);
        var memory = tape.Memory;
        var reached = new bool[memory.EntryCount];
        int last = memory.EntryOf(tape.NumberOf(result));
        reached[last] = true;
        for (int entry = last; entry >= 0; entry--)
        {
            if (!reached[entry]) continue;
            foreach (int number in memory.OperandNumbersOf(entry))
                if (number >= 0) reached[memory.EntryOf(number)] = true;
        }
        var others = Enumerable.Range(0, last + 1).Where(entry => reached[entry] && memory.OperationOf(entry) is null)
            .Select(entry => memory.ResultsOf(entry)[0]).OfType<Parameter>().Select(parameter => parameter.Name);
        return (Array.ConvertAll(numbers, number => reached[memory.EntryOf(number)]), [.. others]);
    }

    static int? Difference(double[] left, double[] right)
    {
        double allowed = Rounding * left.Select(Math.Abs).DefaultIfEmpty(0).Max();
        for (int i = 0; i < left.Length; i++)
            if (!left[i].Equals(right[i]) && !(Math.Abs(left[i] - right[i]) <= allowed))
                return i;
        return null;
    }

    sealed record Outcome(string? Problem, Shape Shape, double[] Values, double[][] Gradients)
    {
        public IReadOnlyList<string> UnusedInputs { get; init; } = [];

        public IReadOnlyList<string> UnusedParameters { get; init; } = [];

        public IReadOnlyList<string> Unchecked { get; init; } = [];
    }
}
