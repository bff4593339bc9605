namespace Autograd.Checking;

/// <summary>The function under check, in double: its projections to a number, of every order, and their gradients.</summary>
internal sealed class CheckedFunction
{
    readonly Func<IReadOnlyList<Tensor>, Tensor> function;
    readonly IReadOnlyList<Parameter> parameters;
    readonly IReadOnlyList<string> inputNames;
    readonly Tensor[] values;
    readonly RandomKey key;
    readonly Dictionary<string, Tensor> weights = [];

    public CheckedFunction(
        Func<IReadOnlyList<Tensor>, Tensor> function, IReadOnlyList<Tensor> inputs, IReadOnlyList<string> inputNames,
        IReadOnlyList<Parameter> parameters, RandomKey key)
    {
        this.function = function;
        this.parameters = parameters;
        this.inputNames = inputNames;
        this.key = key;
        values = [.. inputs.Concat(parameters).Select(tensor => tensor.Detach().As(ElementType.Float64))];
    }

    /// <summary>Number of inputs and parameters.</summary>
    public int Count => values.Length;

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
        return use(tape, tracked, function(new ArraySegment<Tensor>(tracked, 0, inputNames.Count)));
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

    /// <summary>The projection of an order with the elements of some inputs moved; afterwards they are where they were.</summary>
    public double ValueMoved(int order, int from, int to, Func<int, int, double> movement)
    {
        var before = new double[to - from][];
        for (int i = from; i < to; i++) before[i - from] = Move(i, movement);
        try
        {
            return Value(order);
        }
        finally
        {
            for (int i = from; i < to; i++) before[i - from].CopyTo(values[i].WriteSpan<double>());
        }
    }

    /// <summary>The projection of an order with one element moved.</summary>
    public double ValueMoved(int order, int index, int position, double distance)
    {
        double before = values[index].ReadSpan<double>()[position];
        values[index].WriteSpan<double>()[position] = before + distance;
        try
        {
            return Value(order);
        }
        finally
        {
            values[index].WriteSpan<double>()[position] = before;
        }
    }

    /// <summary>Between ½ and 1½ in magnitude, so that no element is invisible; of either sign, so that sums do not hide errors that cancel.</summary>
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

    double[] Move(int index, Func<int, int, double> movement)
    {
        var span = values[index].WriteSpan<double>();
        var before = span.ToArray();
        for (int position = 0; position < span.Length; position++) span[position] += movement(index, position);
        return before;
    }

    double Value(int order) =>
        order == 1 ? ValueUnrecorded() : Evaluate(values, (tape, at, result) => Functions.Sum(Terms(tape, at, result, order)).ToScalar());

    // First order needs values only; a function that differentiates inside turns recording on for itself.
    double ValueUnrecorded()
    {
        using var tape = new Tape();
        for (int i = inputNames.Count; i < values.Length; i++) tape.Bind(parameters[i - inputNames.Count], values[i]);
        using var pause = tape.Pause();
        var result = function(new ArraySegment<Tensor>(values, 0, inputNames.Count));
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
