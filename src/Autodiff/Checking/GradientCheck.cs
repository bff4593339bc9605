namespace Autograd;

/// <summary>
/// Checks gradients: compares those of the tape with differences of function values, in double, to any order, and tests identities between
/// derivatives, which need no step size.
/// <para>
/// The derivative at x is taken from four values, (s(x−2h) − 8s(x−h) + 8s(x+h) − s(x+2h))/12h, with a step of its own for each element, h =
/// ε^(1/5)·max(1, |x|), rounded so that the points are exact. Where it disagrees with the tape, some forty smaller steps are tried, down to
/// a few units in the last place of x, and rounding in the function is measured. This gives the slope, a bound on its error, and the
/// one-sided slopes. Where the function has a kink, or its domain ends, the tape's number must be one that the values around the point
/// allow, and the check is repeated next to the point. The verdict is Fail only where the numeric derivative is reliable, and otherwise
/// Inconclusive, with the reason.
/// </para>
/// <para>
/// Results of more than one element are summed with fixed random weights; the gradient of order n + 1 is the gradient of that of order n,
/// summed in the same way. Inputs and parameters may be float: copies in double are used, and parameters themselves are not changed (see
/// <see cref="Tape.Bind"/>).
/// </para>
/// </summary>
public static partial class GradientCheck
{
    // Beyond this many elements, orders above the first are projected even in full mode: each value is then a gradient itself.
    const int MostElementsOfHigherOrder = 1000;

    // Faulty elements named for each input or parameter after a bisection.
    const int MostFaults = 4;

    /// <summary>Checks a function of one tensor.</summary>
    public static GradientCheckReport Run(Func<Tensor, Tensor> function, Tensor x, GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Run(inputs => function(inputs[0]), [x], options: options);
    }

    /// <summary>Checks a function that uses parameters, such as the loss of a model.</summary>
    public static GradientCheckReport Run(Func<Tensor> function, IReadOnlyList<Parameter> parameters, GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(parameters);
        return Run(_ => function(), [], parameters, options);
    }

    /// <summary>Checks an operation of your own at some operands.</summary>
    public static GradientCheckReport Run(CustomOperation operation, IReadOnlyList<Tensor> operands, GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return Run(inputs => operation.Apply([.. inputs]), operands, options: options);
    }

    /// <summary>Checks a function of several tensors, and with respect to the parameters that it uses.</summary>
    /// <param name="function">Receives the inputs in double. It must give the same result when it is called again.</param>
    /// <param name="inputs">Where it is checked.</param>
    /// <param name="parameters">Parameters used by the function; none by default.</param>
    /// <param name="options">How it is checked.</param>
    /// <param name="inputNames">Names of the inputs in the report; <c>input 0</c>, <c>input 1</c>, … by default.</param>
    /// <returns>A report; see <see cref="GradientCheckReport.ThrowIfFailed"/>.</returns>
    public static GradientCheckReport Run(
        Func<IReadOnlyList<Tensor>, Tensor> function,
        IReadOnlyList<Tensor> inputs,
        IReadOnlyList<Parameter>? parameters = null,
        GradientCheckOptions? options = null,
        IReadOnlyList<string>? inputNames = null)
    {
        options = (options ?? new GradientCheckOptions()).Checked();
        return Run(Subject(function, inputs, parameters ?? [], inputNames, options), options);
    }

    /// <summary>
    /// Checks a function at many points: one may lie at a kink, or where a wrong rule happens to be right.
    /// <code>
    /// GradientCheck.AtPoints(x => Norm(x[0]), Enumerable.Range(0, 20).Select(i => new[] { key.At(i).Normal([3]) })).ThrowIfFailed();
    /// </code>
    /// </summary>
    /// <param name="function">Gets the inputs in double.</param>
    /// <param name="points">The inputs of every check.</param>
    /// <param name="parameters">Parameters used by the function; none by default.</param>
    /// <param name="options">How it is checked; each point uses a seed of its own, derived from the one given.</param>
    /// <param name="inputNames">Names of the inputs in the reports.</param>
    public static PointsReport AtPoints(
        Func<IReadOnlyList<Tensor>, Tensor> function,
        IEnumerable<IReadOnlyList<Tensor>> points,
        IReadOnlyList<Parameter>? parameters = null,
        GradientCheckOptions? options = null,
        IReadOnlyList<string>? inputNames = null)
    {
        ArgumentNullException.ThrowIfNull(points);
        options ??= new();
        return new([.. points.Select(
            (inputs, i) => Run(function, inputs, parameters, options with { Seed = options.Seed + (ulong)i }, inputNames))]);
    }

    /// <summary>
    /// The error of numeric derivatives as a function of the step, along a random direction through all inputs and parameters, for
    /// inspection.
    /// </summary>
    /// <param name="function">Gets the inputs in double.</param>
    /// <param name="inputs">Where.</param>
    /// <param name="parameters">Parameters used by the function; none by default.</param>
    /// <param name="seed">Chooses the direction.</param>
    /// <param name="cancellation">Stops before the next evaluation.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    public static StepCurve Curve(
        Func<IReadOnlyList<Tensor>, Tensor> function, IReadOnlyList<Tensor> inputs, IReadOnlyList<Parameter>? parameters = null,
        ulong seed = 1,
        CancellationToken cancellation = default)
    {
        var options = new GradientCheckOptions { Seed = seed, Cancellation = cancellation };
        return StepCurve.Of(Subject(function, inputs, parameters ?? [], null, options));
    }

    static CheckedFunction Subject(
        Func<IReadOnlyList<Tensor>, Tensor> function, IReadOnlyList<Tensor> inputs, IReadOnlyList<Parameter> parameters,
        IReadOnlyList<string>? inputNames, GradientCheckOptions options)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(inputs);
        foreach (var tensor in inputs.Concat(parameters)) ArgumentNullException.ThrowIfNull(tensor, "an input or parameter");
        if (inputs.Any(tensor => tensor.IsSymbolic))
            throw new ArgumentException("GradientCheck: an input is symbolic: it has a shape but no data.", nameof(inputs));
        inputNames ??= [.. inputs.Select((_, i) => FormattableString.Invariant($"input {i}"))];
        if (inputNames.Count != inputs.Count)
            throw new ArgumentException(
                $"GradientCheck: {inputNames.Count} names were given for {inputs.Count} inputs.", nameof(inputNames));
        return new CheckedFunction(function, inputs, inputNames, parameters, options);
    }

    static GradientCheckReport Run(CheckedFunction subject, GradientCheckOptions options)
    {
        var fitness = Preflight.Of(subject);
        if (fitness.Problem is not null) return new GradientCheckReport([], [], fitness);
        var comparisons = new List<GradientComparison>();
        for (int order = 1; order <= options.Order; order++) Compare(subject, options, order, comparisons);
        bool hasKink = comparisons.Any(comparison => comparison.Obstacle is not (Obstacle.None or Obstacle.Rounding));
        return new GradientCheckReport(comparisons, options.StepFree ? StepFreeTests.Run(subject, options, hasKink) : [], fitness);
    }

    static void Compare(CheckedFunction subject, GradientCheckOptions options, int order, List<GradientComparison> comparisons)
    {
        var comparer = new Comparer(subject, options, order);
        int elements = Enumerable.Range(0, subject.Count).Sum(comparer.Count);
        var mode = options.Mode == CheckMode.Full && order > 1 && elements > MostElementsOfHigherOrder ? CheckMode.Projected : options.Mode;
        if (elements == 0) return;
        if (mode == CheckMode.Projected) Project(subject, options, comparer, comparisons);
        else
            for (int i = 0; i < subject.Count; i++)
                foreach (int position in Positions(subject, options, comparer, mode, order, i))
                    comparisons.Add(comparer.Element(i, position));
    }

    static IEnumerable<int> Positions(
        CheckedFunction subject, GradientCheckOptions options, Comparer comparer, CheckMode mode, int order, int index)
    {
        int count = comparer.Count(index);
        if (mode == CheckMode.Full || count <= options.Samples) return Enumerable.Range(0, count);
        var draws = subject.Key.For(FormattableString.Invariant($"samples of order {order}, input {index}"));
        return Enumerable.Range(0, options.Samples).Select(i => draws.Whole((uint)i, count)).Append(comparer.Largest(index)).Distinct()
            .Order();
    }

    static void Project(CheckedFunction subject, GradientCheckOptions options, Comparer comparer, List<GradientComparison> comparisons)
    {
        for (int number = 0; number < options.Directions; number++)
        {
            var comparison = comparer.Direction(new Direction(subject, number, 0, subject.Count));
            comparisons.Add(comparison);
            if (comparison.Passed) continue;
            for (int i = 0; i < subject.Count; i++)
                Bisect(subject, comparer, number, i, 0, comparer.Count(i), comparisons, comparisons.Count + MostFaults);
            return;
        }
    }

    // A part of an input that agrees is left alone; one that does not is halved, down to the faulty elements.
    static void Bisect(
        CheckedFunction subject, Comparer comparer, int number, int index, int start, int end, List<GradientComparison> comparisons,
        int most)
    {
        if (start >= end || comparisons.Count >= most) return;
        if (end - start == 1)
        {
            var element = comparer.Element(index, start);
            if (!element.Passed) comparisons.Add(element);
            return;
        }
        if (comparer.Direction(new Direction(subject, number, index, index + 1, start..end)).Passed) return;
        int middle = (start + end) / 2;
        Bisect(subject, comparer, number, index, start, middle, comparisons, most);
        Bisect(subject, comparer, number, index, middle, end, comparisons, most);
    }
}
