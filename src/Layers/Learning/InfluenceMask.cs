namespace Autograd.Layers;

/// <summary>
/// Which weights can influence which units within some steps (Menick et al. 2021): everything else is kept at 0. Found by looking at the
/// derivatives of steps at random points: what is 0 at all of them has no connection.
/// </summary>
internal sealed class InfluenceMask
{
    const int Points = 3;

    readonly bool[][] reached;

    InfluenceMask(bool[][] reached) => this.reached = reached;

    /// <summary>The mask of a cell for a number of steps, at least 1.</summary>
    public static InfluenceMask Of<TState>(Cell<TState> cell, int inputs, int steps)
    {
        var (feeds, direct) = Connections(cell, inputs);
        var reached = Array.ConvertAll(direct, row => (bool[])row.Clone());
        for (int step = 1; step < steps; step++)
        {
            var before = Array.ConvertAll(reached, row => (bool[])row.Clone());
            for (int j = 0; j < reached.Length; j++)
                for (int i = 0; i < reached.Length; i++)
                    if (feeds[j][i])
                        Join(reached[j], before[i]);
        }
        return new InfluenceMask(reached);
    }

    /// <summary>For each unit, the units that feed it and the weights that act on it, within one step.</summary>
    public static (bool[][] Feeds, bool[][] Direct) Connections<TState>(Cell<TState> cell, int inputs) =>
        // A random mask of one step would hide what other steps connect.
        cell.InEvaluation(() => Found(cell, inputs));

    static (bool[][] Feeds, bool[][] Direct) Found<TState>(Cell<TState> cell, int inputs)
    {
        bool[][]? feeds = null, direct = null;
        for (int point = 0; point < Points; point++)
        {
            using var tape = new Tape();
            var step = At(tape, cell, inputs, new RandomKey(1).For("influence").At(point));
            int units = step.Units, weights = step.Weights;
            feeds ??= [.. Enumerable.Range(0, units).Select(_ => new bool[units])];
            direct ??= [.. Enumerable.Range(0, units).Select(_ => new bool[weights])];
            for (int j = 0; j < units; j++)
            {
                var (byState, byWeights) = step.Derivatives(0, unit => unit == j);
                for (int i = 0; i < units; i++) feeds[j][i] |= byState[i] != 0;
                for (int w = 0; w < weights; w++) direct[j][w] |= byWeights[w] != 0;
            }
        }
        return (feeds!, direct!);
    }

    /// <summary>Puts zeros where a unit is not reached.</summary>
    public void Apply(int unit, Span<double> influence)
    {
        var row = reached[unit];
        for (int w = 0; w < row.Length; w++)
            if (!row[w])
                influence[w] = 0;
    }

    static RecordedStep<TState> At<TState>(Tape tape, Cell<TState> cell, int inputs, RandomKey key)
    {
        var zero = cell.Initial(1, ElementType.Float64);
        var tensors = StateTensors<TState>.Flatten(zero)
            .Select((tensor, i) => key.For(i == 0 ? "state" : FormattableString.Invariant($"state {i}"))
            .Normal(tensor.Shape, 1, ElementType.Float64));
        return new RecordedStep<TState>(
            tape, nameof(InfluenceMask), cell, cell.Parameters, cell.Parameters.Count,
            key.For("input").Normal([1, inputs], 1, ElementType.Float64),
            StateTensors<TState>.Rebuild(zero, [.. tensors]), number: 0);
    }

    static void Join(bool[] set, bool[] other)
    {
        for (int i = 0; i < set.Length; i++) set[i] |= other[i];
    }
}
