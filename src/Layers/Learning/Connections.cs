namespace Autograd.Layers;

/// <summary>
/// Which units and weights affect which units within one step of a cell. Determined from the derivatives of steps at random points, with
/// random inputs, states and weights near those of the cell: where they are 0 at all points, there is no connection. Weights that are 0 now
/// may be learned; what a constant holds at 0 stays 0.
/// </summary>
/// <param name="Feeds">For each unit of the state, the units of the state before that feed it.</param>
/// <param name="Direct">For each unit, the weights that act on it.</param>
/// <param name="Weights">Number of weights.</param>
sealed record Connections(BitRow[] Feeds, BitRow[] Direct, int Weights)
{
    // A unit that is 0 on one side of 0 is so at all points with a probability of 2⁻¹².
    const int Points = 12;

    public int Units => Feeds.Length;

    /// <summary>The connections of a cell.</summary>
    public static Connections Of<TState>(Cell<TState> cell, int inputs) =>
        // A random mask of one step would hide what other steps connect.
        cell.InEvaluation(() => Found(cell, inputs));

    /// <summary>Units that feed themselves, and weights that act on one unit each, in turn.</summary>
    public static Connections OfOwn(int units, int weights)
    {
        var own = new Connections([.. New(units, units)], [.. New(units, weights)], weights);
        for (int i = 0; i < units; i++) own.Feeds[i][i] = true;
        for (int w = 0; w < weights; w++) own.Direct[w % units][w] = true;
        return own;
    }

    static Connections Found<TState>(Cell<TState> cell, int inputs)
    {
        Connections? found = null;
        for (int point = 0; point < Points; point++)
        {
            using var tape = new Tape();
            // Under numbers of their own, since a cell may do something else at every step.
            var step = At(tape, cell, inputs, new RandomKey(1).For("influence").At(point), point);
            found ??= new([.. New(step.Units, step.Units)], [.. New(step.Units, step.Weights)], step.Weights);
            step.FromUnits().EachUnit(found.Add);
        }
        return found!;
    }

    static IEnumerable<BitRow> New(int rows, int length) => Enumerable.Range(0, rows).Select(_ => new BitRow(length));

    void Add(int unit, ReadOnlySpan<double> byState, ReadOnlySpan<double> byWeights)
    {
        for (int i = 0; i < byState.Length; i++)
            if (byState[i] != 0)
                Feeds[unit][i] = true;
        for (int w = 0; w < byWeights.Length; w++)
            if (byWeights[w] != 0)
                Direct[unit][w] = true;
    }

    static RecordedStep<TState> At<TState>(Tape tape, Cell<TState> cell, int inputs, RandomKey key, int number)
    {
        var zero = cell.Initial(1, ElementType.Float64);
        var tensors = StateTensors<TState>.Flatten(zero)
            .Select((tensor, i) => key.For(i == 0 ? "state" : FormattableString.Invariant($"state {i}"))
            .Normal(tensor.Shape, 1, ElementType.Float64));
        var weights = cell.Parameters.Select((parameter, i) => Near(parameter, key.For(FormattableString.Invariant($"weights {i}"))));
        return new RecordedStep<TState>(
            tape, nameof(Connections), cell, cell.Parameters, cell.Parameters.Count,
            key.For("input").Normal([1, inputs], 1, ElementType.Float64),
            StateTensors<TState>.Rebuild(zero, [.. tensors]), number, [.. weights]);
    }

    // Half to three halves of a weight, so that it keeps its sign, and something else than 0 where it is 0.
    static Tensor Near(Parameter parameter, RandomKey key)
    {
        var (values, parts) = (parameter.ToDoubles(), key.Uniform(parameter.Shape, -0.5, 0.5, ElementType.Float64).ToDoubles());
        for (int i = 0; i < values.Length; i++) values[i] = values[i] == 0 ? parts[i] : values[i] * (1 + parts[i]);
        return Tensor.From(values, parameter.Shape, ElementType.Float64);
    }
}
