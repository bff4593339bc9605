namespace Autograd;

/// <summary>The function under check, in double: its projections to a number, of every order, and their gradients.</summary>
internal sealed class CheckedFunction
{
    readonly Func<IReadOnlyList<Tensor>, Tensor> function;
    readonly IReadOnlyList<Parameter> parameters;
    readonly Tensor[] values;
    readonly int inputs;
    readonly RandomKey key;

    public CheckedFunction(
        Func<IReadOnlyList<Tensor>, Tensor> function, IReadOnlyList<Tensor> inputs, IReadOnlyList<Parameter> parameters, RandomKey key)
    {
        this.function = function;
        this.parameters = parameters;
        this.inputs = inputs.Count;
        this.key = key;
        values = [.. inputs.Concat(parameters).Select(tensor => tensor.Detach().As(ElementType.Float64))];
    }

    public int Count => values.Length;

    public string NameOf(int index) => index < inputs ? $"input {index}" : parameters[index - inputs].Name;

    public Shape ShapeOf(int index) => values[index].Shape;

    public double ValueAt(int index, int position) => values[index].AsSpan<double>()[position];

    /// <summary>The gradients of the projection of an order, and the sum of the magnitudes of the terms it adds up.</summary>
    public (double[][] Gradients, double Magnitude) Gradients(int order)
    {
        using var tape = new Tape();
        var tracked = Track(tape, values);
        var (projection, magnitude) = Project(tape, tracked, order);
        var gradients = Derive(tape, projection, tracked, record: false);
        return (Array.ConvertAll(gradients, gradient => gradient.ToArray<double>()), magnitude);
    }

    /// <summary>The projection of an order with one element of one input changed.</summary>
    public double ValueWith(int order, int index, int position, double value)
    {
        var changed = values[index].ToArray<double>();
        changed[position] = value;
        Tensor[] all = [.. values];
        all[index] = Tensor.From(changed, values[index].Shape);
        using var tape = new Tape();
        return Project(tape, Track(tape, all), order).Projection.ToScalar();
    }

    Tensor[] Track(Tape tape, Tensor[] at)
    {
        for (int i = inputs; i < at.Length; i++) tape.Bind(parameters[i - inputs], at[i]);
        foreach (var value in at) tape.Watch(value);
        return at;
    }

    (Tensor Projection, double Magnitude) Project(Tape tape, Tensor[] at, int order)
    {
        var result = function(new ArraySegment<Tensor>(at, 0, inputs));
        var terms = result * Weights("result", result.Shape);
        if (tape.EntryOf(terms) < 0) throw new TapeException("GradientCheck: the function's result does not depend on any input or parameter.");
        for (int n = 2; n <= order; n++) terms = GradientTerms(tape, Functions.Sum(terms), at, n);
        return (Functions.Sum(terms), Functions.Sum(Functions.Abs(terms)).ToScalar());
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

    // The gradient of a linear function is a constant, which depends on nothing: its own gradient is 0.
    static Tensor[] Derive(Tape tape, Tensor projection, Tensor[] at, bool record) =>
        tape.EntryOf(projection) >= 0
            ? tape.Gradients(projection, at, record)
            : Array.ConvertAll(at, x => Tensor.Zeros(x.Shape, x.ElementType));

    // Between ½ and 1½ in magnitude, so that no element is invisible; of either sign, so that sums do not hide errors that cancel.
    Tensor Weights(string purpose, Shape shape)
    {
        var weights = new double[shape.ElementCount];
        var uniform = key.For(purpose);
        for (int i = 0; i < weights.Length; i++)
        {
            double u = uniform.Uniform((uint)i);
            weights[i] = u < 0.5 ? 0.5 + 2 * u : 0.5 - 2 * u;
        }
        return Tensor.From(weights, shape);
    }
}
