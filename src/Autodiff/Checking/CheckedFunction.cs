namespace Autograd.Checking;

/// <summary>The function under check, in double: its projections to a number, of every order, and their gradients.</summary>
sealed class CheckedFunction
{
    readonly Func<IReadOnlyList<Tensor>, Tensor> function;
    readonly IReadOnlyList<Parameter> parameters;
    readonly IReadOnlyList<string> inputNames;
    readonly Tensor[] values;
    readonly double?[] scales;
    readonly RandomKey key;
    readonly Dictionary<string, Tensor> weights = [];

    public CheckedFunction(
        Func<IReadOnlyList<Tensor>, Tensor> function, IReadOnlyList<Tensor> inputs, IReadOnlyList<string> inputNames,
        IReadOnlyList<Parameter> parameters, GradientCheckOptions options)
    {
        this.function = at =>
        {
            options.Cancellation.ThrowIfCancellationRequested();
            return function(at);
        };
        this.parameters = parameters;
        this.inputNames = inputNames;
        key = new RandomKey(options.Seed);
        values = [.. inputs.Concat(parameters).Select(tensor => tensor.Detach().As(ElementType.Float64))];
        scales = options.ScalesOf([.. Enumerable.Range(0, values.Length).Select(NameOf)]);
    }

    /// <summary>Number of inputs and parameters.</summary>
    public int Count => values.Length;

    public int InputCount => inputNames.Count;

    public RandomKey Key => key;

    public IReadOnlyList<Tensor> Values => values;

    public string NameOf(int index) => index < inputNames.Count ? inputNames[index] : parameters[index - inputNames.Count].Name;

    public Shape ShapeOf(int index) => values[index].Shape;

    /// <summary>The function's result, from a point that is not written to.</summary>
    public T Evaluate<T>(IReadOnlyList<Tensor> at, Func<Tape, Tensor[], Tensor, T> use)
    {
        using var tape = new Tape();
        Tensor[] tracked = [.. at];
        for (int i = inputNames.Count; i < tracked.Length; i++) tape.Bind(parameters[i - inputNames.Count], tracked[i]);
        foreach (var value in tracked) tape.Watch(value);
        return use(tape, tracked, Called(tracked));
    }

    /// <summary>What the function must leave as it is.</summary>
    public Snapshot Snapshot() =>
        new([.. values.Select(value => value.ToArray<double>())], [.. parameters.Select(parameter => parameter.Version)]);

    Tensor Called(Tensor[] at) =>
        Require.Result(nameof(GradientCheck), function(new ArraySegment<Tensor>(at, 0, inputNames.Count)));

    /// <summary>What has changed, in words; null if nothing has.</summary>
    public string? ChangeSince(Snapshot before)
    {
        for (int i = 0; i < parameters.Count; i++)
            if (parameters[i].Version != before.Versions[i]) return $"the parameter {parameters[i].Name}";
        for (int i = 0; i < values.Length; i++)
        {
            int changed = values[i].ReadSpan<double>().CommonPrefixLength(before.Values[i]);
            if (changed < before.Values[i].Length && !values[i].ReadSpan<double>()[changed].Equals(before.Values[i][changed]))
                return FormattableString.Invariant(
                    $"{(i < InputCount ? "its own input" : "the parameter")} {NameOf(i)}, element {changed}");
        }
        return null;
    }

    /// <summary>The gradients of the projection of an order, and the sum of the magnitudes of the terms it adds up.</summary>
    public (double[][] Gradients, double Magnitude) Gradients(int order) => Evaluate(values, (tape, at, result) =>
    {
        var terms = Terms(tape, at, result, order);
        var gradients = Derive(tape, Functions.Sum(terms), at, record: false);
        return (Array.ConvertAll(gradients, gradient => gradient.ToArray<double>()), Functions.Sum(Functions.Abs(terms)).ToScalar());
    });

    /// <summary>The sum of the magnitudes of the terms that the projection of an order adds up.</summary>
    public double Magnitude(int order) =>
        Evaluate(values, (tape, at, result) => Functions.Sum(Functions.Abs(Terms(tape, at, result, order))).ToScalar());

    /// <summary>
    /// The largest finite number that an operation computes on the way to the projection of an order: where terms cancel, they were of such
    /// size. Of an order that has no rules, that of the one below.
    /// </summary>
    public double LargestInside(int order)
    {
        try
        {
            return Evaluate(values, (tape, at, result) =>
            {
                Terms(tape, at, result, order);
                return LargestOf(tape.Memory);
            });
        }
        catch (MissingRuleException) when (order > 1)
        {
            return LargestInside(order - 1);
        }
    }

    /// <summary>Runs an action with the elements of some inputs moved, and restores them afterwards.</summary>
    public T WhileMoved<T>(int from, int to, Func<int, int, double> movement, Func<T> use)
    {
        var before = new double[to - from][];
        for (int i = from; i < to; i++) before[i - from] = Move(i, movement);
        try
        {
            return use();
        }
        finally
        {
            for (int i = from; i < to; i++) before[i - from].CopyTo(values[i].WriteSpan<double>());
        }
    }

    /// <summary>Runs an action with one element moved.</summary>
    public T WhileMoved<T>(int index, int position, double distance, Func<T> use)
    {
        double before = values[index].ReadSpan<double>()[position];
        values[index].WriteSpan<double>()[position] = before + distance;
        try
        {
            return use();
        }
        finally
        {
            values[index].WriteSpan<double>()[position] = before;
        }
    }

    /// <summary>The typical size of an element, to which steps are proportional.</summary>
    public double ScaleOf(int index, int position) =>
        scales[index] is { } scale ? scale : Math.Max(1, Math.Abs(values[index].ReadSpan<double>()[position]));

    /// <summary>The size of an element itself, or, of 0, its typical size: what is a small part of it is near.</summary>
    public double Nearness(int index, int position) =>
        values[index].ReadSpan<double>()[position] is not 0 and var x ? Math.Abs(x) : ScaleOf(index, position);

    /// <summary>
    /// Runs an action at a neighbouring point: all elements are moved by about a hundredth of their size, in one direction or the other.
    /// This is far from a kink, but close enough to be at a similar place.
    /// </summary>
    public T Beside<T>(int side, Func<T> use)
    {
        Tensor[] weights = [.. values.Select((value, i) => Weights(FormattableString.Invariant($"beside, input {i}"), value.Shape))];
        return WhileMoved(0, Count, (i, position) => side * Nearness(i, position) / 64 * weights[i].ReadSpan<double>()[position], use);
    }

    /// <summary>
    /// Between ½ and 1½ in magnitude, so that no element is invisible; of either sign, so that sums do not hide errors that cancel.
    /// </summary>
    public Tensor Weights(string purpose, Shape shape)
    {
        if (weights.TryGetValue(purpose, out var known) && known.Shape == shape) return known;
        var elements = new double[shape.ElementCount];
        var uniform = key.For(purpose);
        for (int i = 0; i < elements.Length; i++)
        {
            double u = uniform.Uniform((uint)i);
            elements[i] = u < 0.5 ? 0.5 + 2 * u : 0.5 - 2 * u;
        }
        return weights[purpose] = Tensor.From(elements, shape);
    }

    /// <summary>The weighted terms whose sum is the projection of an order.</summary>
    public Tensor Terms(Tape tape, Tensor[] at, Tensor result, int order)
    {
        var terms = result * Weights("result", result.Shape);
        for (int n = 2; n <= order; n++) terms = GradientTerms(tape, Functions.Sum(terms), at, n);
        return terms;
    }

    /// <summary>The gradients; of a function that depends on nothing, such as the gradient of a linear one, 0.</summary>
    public static Tensor[] Derive(Tape tape, Tensor projection, Tensor[] at, bool record) =>
        tape.NumberOf(projection) >= 0
            ? tape.Gradients(projection, at, record)
            : Array.ConvertAll(at, x => Tensor.Zeros(x.Shape, x.ElementType));

    static double LargestOf(TapeMemory memory)
    {
        double largest = 0;
        for (int entry = 0; entry < memory.EntryCount; entry++)
        {
            if (memory.OperationOf(entry) is null) continue;
            foreach (var value in memory.ResultsOf(entry))
                foreach (double number in value.ToDoubles())
                    if (double.IsFinite(number)) largest = Math.Max(largest, Math.Abs(number));
        }
        return largest;
    }

    double[] Move(int index, Func<int, int, double> movement)
    {
        var span = values[index].WriteSpan<double>();
        var before = span.ToArray();
        for (int position = 0; position < span.Length; position++) span[position] += movement(index, position);
        return before;
    }

    /// <summary>The projection of an order.</summary>
    public double Value(int order) =>
        order == 1 ? ValueUnrecorded() : Evaluate(values, (tape, at, result) => Functions.Sum(Terms(tape, at, result, order)).ToScalar());

    // First order needs values only; a function that differentiates inside turns recording on for itself.
    double ValueUnrecorded()
    {
        using var tape = new Tape();
        for (int i = inputNames.Count; i < values.Length; i++) tape.Bind(parameters[i - inputNames.Count], values[i]);
        using var pause = tape.Pause();
        var result = Called(values);
        return Functions.Sum(result * Weights("result", result.Shape)).ToScalar();
    }

    /// <summary>All gradients, weighted, end to end.</summary>
    Tensor GradientTerms(Tape tape, Tensor projection, Tensor[] at, int order)
    {
        var gradients = Derive(tape, projection, at, record: true);
        var parts = new Tensor[gradients.Length];
        for (int i = 0; i < parts.Length; i++)
            parts[i] = (gradients[i] * Weights($"order {order}, input {i}", gradients[i].Shape)).Reshape(-1);
        return Functions.Concatenate(0, parts);
    }
}

/// <summary>What a function was given, to compare with.</summary>
sealed record Snapshot(double[][] Values, int[] Versions);
