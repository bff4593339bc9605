using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>A random cell over random sequences, and what of its run goes into the loss.</summary>
sealed record ScanTrial(RandomCell Cell, Tensor X, Tensor[] States, CapturedTensor[] Captured, int[] Lengths)
{
    readonly Recurrent<LayerStates<Tensor>> layer = Recurrent.Over(Cell);

    public bool TracksInput { get; init; }

    public bool TracksStates { get; init; }

    public bool IsSingle { get; init; }

    public int Operations { get; init; }

    /// <summary>Which results the loss is made of: the outputs, each final state, all steps of each state.</summary>
    public bool[] Seeded { get; init; } = [];

    public int Steps => X.Shape[0];

    public static ScanTrial Of(Draw draw)
    {
        bool isSingle = draw.Whole(0, 3) == 0;
        // Rarely more rows than a chunk has.
        int batch = draw.Whole(0, 29) == 0 ? draw.Whole(250, 330) : Skewed(draw, 40), widest = Skewed(draw, 70), inputs = Skewed(draw, 40);
        int time = Math.Clamp(60_000 / (batch * widest), 1, Skewed(draw, 40));
        Shape x = draw.Whole(0, 29) == 0 ? [batch, 2, draw.Whole(1, 3)] : [batch, inputs];
        var states = Enumerable.Range(0, draw.Whole(1, 3)).Select(_ => StateShape(draw, batch, widest, inputs)).ToArray();
        int[] lengths = draw.Whole(0, 2) == 0 ? [.. draw.Indices(batch, time).Select(length => length + 1)] : [];
        var writer = new StepWriter(draw, batch, widest, isSingle, x, states);
        writer.WriteAtLeast(draw.Whole(3, 25) - states.Length);
        int[] next = [.. Enumerable.Range(0, states.Length).Select(writer.NextState)];
        int output = writer.Output(lengths.Length > 0);
        var cell = new RandomCell(writer.Lines, writer.Parameters, writer.Constants, output, next);
        return new ScanTrial(
            cell,
            draw.Values(Shape.Create([time, .. x.Lengths]), Domain.Between(-1, 1)),
            [.. states.Select(shape => draw.Values(shape, Domain.Between(-1, 1)))],
            [.. writer.Captured],
            lengths)
        {
            TracksInput = draw.Flag(),
            TracksStates = draw.Flag(),
            IsSingle = isSingle,
            Operations = writer.Operations,
            Seeded = SeededResults(draw, 1 + 2 * states.Length),
        };
    }

    /// <summary>Runs the layer on a tape: results and gradients, the way it took, by names.</summary>
    public ScanResults Run(ElementType type, Execution execution, int threads = 1)
    {
        using var tape = new Tape();
        if (type == ElementType.Float64)
            foreach (var parameter in Cell.Parameters) tape.Bind(parameter, parameter.Detach().As(type));
        var (x, states) = (X.As(type), Array.ConvertAll(States, state => state.As(type)));
        var captured = Array.ConvertAll(Captured, one => one.Value.As(type));
        List<(string Name, Tensor Tensor)> sources = [.. Cell.NamedParameters().Select(named => (named.Path, (Tensor)named.Parameter))];
        if (TracksInput) sources.Add(("x", tape.Watch(x)));
        if (TracksStates) sources.AddRange(states.Select((state, i) => ($"initial state {i}", tape.Watch(state))));
        for (int i = 0; i < captured.Length; i++)
            if (Captured[i].IsTracked)
                sources.Add(($"captured {i}", tape.Watch(captured[i])));
        Cell.Captured = [.. captured.Select((one, i) => Captured[i].IsComputed ? Functions.Tanh(one) : one)];
        (layer.Execution, layer.Threads) = (execution, threads);
        var run = layer.Run(x, new LayerStates<Tensor>(states), Lengths);
        var path = layer.LastPath;
        Tensor[] results = [run.Outputs, .. State.Tensors(run.Final), .. State.Tensors(run.StackedStates())];
        string[] names = ["outputs", .. states.Select((_, i) => $"final state {i}"), .. states.Select((_, i) => $"all states {i}")];
        // What depends on nothing that is tracked has no gradient.
        int[] seeded = [.. Enumerable.Range(0, results.Length).Where(i => Seeded[i] && tape.NumberOf(results[i]) >= 0)];
        Tensor[] tracked = [.. sources.Select(source => source.Tensor)];
        var gradients = seeded.Length == 0
            ? Array.ConvertAll(tracked, source => Tensor.Zeros(source.Shape, type))
            : tape.Gradients(
                [.. seeded.Select(i => results[i])], [.. seeded.Select(i => Directions.Of(results[i].Shape, i).As(type))], tracked);
        return new ScanResults(
            path,
            [.. results.Select((result, i) => new ScanBlock(names[i], result.ToDoubles()))],
            [.. gradients.Select((gradient, i) => new ScanBlock("gradient of " + sources[i].Name, gradient.ToDoubles()))]);
    }

    public override string ToString() =>
        $"x {X.Shape}{(TracksInput ? " tracked" : "")}, states "
        + $"{string.Join(", ", States.Select(state => state.Shape.ToString()))}{(TracksStates ? " tracked" : "")}, " +
        $"lengths [{string.Join(", ", Lengths)}], {(IsSingle ? "float" : "double")}, loss of [{string.Join(", ", Seeded)}], captured " +
        string.Join(", ", Captured.Select(one =>
            $"{one.Value.Shape} {(one.IsTracked ? "tracked" : "")} {(one.IsComputed ? "computed" : "")}"))
        + $"\n{Cell}\n";

    // Mostly small.
    static int Skewed(Draw draw, int most) => draw.Whole(0, 2) switch
    {
        0 => draw.Whole(1, Math.Min(3, most)),
        1 => draw.Whole(1, Math.Min(12, most)),
        _ => draw.Whole(1, most),
    };

    static Shape StateShape(Draw draw, int batch, int widest, int inputs) => draw.Whole(0, 9) switch
    {
        0 => [batch],
        1 => [batch, draw.Whole(1, 3), draw.Whole(1, Math.Min(widest, 5))],
        2 or 3 => [batch, inputs],
        _ => [batch, draw.Whole(1, widest)],
    };

    static bool[] SeededResults(Draw draw, int count)
    {
        if (draw.Whole(0, 3) == 0) return [.. Enumerable.Range(0, count).Select(i => i == 0)];
        var seeded = new bool[count];
        seeded[draw.Whole(0, count - 1)] = true;
        for (int i = 0; i < count; i++) seeded[i] |= draw.Flag();
        return seeded;
    }
}

/// <summary>Some numbers with a name.</summary>
sealed record ScanBlock(string Name, double[] Numbers)
{
    public double Largest => Numbers.Select(Math.Abs).DefaultIfEmpty().Max();

    public double Distance(ScanBlock other)
    {
        double largest = 0;
        for (int i = 0; i < Numbers.Length; i++) largest = Math.Max(largest, Math.Abs(Numbers[i] - other.Numbers[i]));
        return largest;
    }
}

/// <summary>What a run gave, and the way it took.</summary>
sealed record ScanResults(ExecutionPath Path, ScanBlock[] Values, ScanBlock[] Gradients)
{
    public IEnumerable<ScanBlock> All => Values.Concat(Gradients);
}
