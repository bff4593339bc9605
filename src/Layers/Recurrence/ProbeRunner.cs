namespace Autograd.Layers;

/// <summary>Runs a cell over sequences for some values of its steps; kept, with what its runs have shown of the step.</summary>
sealed class ProbeRunner<TState>
{
    readonly ProbedCell<TState> probed;
    readonly Cell<TState> cell;
    readonly SequenceRunner<(TState State, Tensor[] Values)> runner;

    public ProbeRunner(Cell<TState> cell, IEnumerable<string> names)
    {
        this.cell = cell;
        probed = new ProbedCell<TState>(cell, names);
        runner = new(probed);
    }

    public IReadOnlyList<string> Names => probed.Names;

    /// <summary>Runs as another runner does, which knows the way afterwards.</summary>
    public ProbedRun<TState> Run(
        SequenceRunner<TState> like, Tensor x, TState state, ReadOnlySpan<int> lengths, int firstStep, CancellationToken cancellation)
    {
        CellDriver<TState>.Check(nameof(Recurrent), state, InputBatch.OfSequences(x), cell);
        probed.Find(Functions.At(x, 0), state, firstStep);
        (runner.Execution, runner.Threads) = (like.Execution, like.Threads);
        var run = runner.Run(x, (state, probed.Zeros()), lengths, firstStep, cancellation);
        like.LastPath = runner.LastPath;
        var (states, values) = Taken(run, state);
        var masks = Lengths.Masks(x, lengths);
        var byName = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        for (int i = 0; i < values.Length; i++) byName[Names[i]] = masks.Clean(values[i]);
        return new(new(run.Outputs, run.Final.State, states), byName);
    }

    static (IReadOnlyList<TState> States, Tensor[] Values) Taken(Unrolled<(TState State, Tensor[] Values)> run, TState template)
    {
        if (run.States is IStackedStates<(TState State, Tensor[] Values)> { Stacked: var (state, values) })
            return (new StateSequence<TState>(template, run.States.Count, StateTensors<TState>.Flatten(state)), values);
        var stacked = run.Final.Values.Select((_, i) => Functions.Stack([.. run.States.Select(step => step.Values[i])]));
        return ([.. run.States.Select(step => step.State)], [.. stacked]);
    }
}
