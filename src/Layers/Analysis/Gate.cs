namespace Autograd.Layers;

/// <summary>What a gate of a cell does over a run: the values of one sigmoid of its step.</summary>
/// <param name="Parameters">The names of the parameters that determine it, in order of use; they identify the gate.</param>
/// <param name="Values">Its values at all steps, <c>[time, batch, units]</c>.</param>
public sealed record Gate(IReadOnlyList<string> Parameters, Tensor Values)
{
    /// <summary>
    /// The gates of any cell: the sigmoids (<see cref="Functions.Sigmoid"/>) of its step, in the order of the equations, read from the
    /// tape. For a <see cref="GruCell"/> these are the reset and the update gate, for an <see cref="LstmCell"/> the forget, input and
    /// output gates.
    /// </summary>
    /// <param name="cell">The cell.</param>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
    /// <param name="initial">The state before the first step; the cell's own by default.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <exception cref="TapeException">This thread already has a tape.</exception>
    public static IReadOnlyList<Gate> Of<TState>(
        Cell<TState> cell, Tensor x, TState? initial = default, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(cell);
        Lengths.CheckSequences(nameof(Gate), x, default);
        var given = StateTensors<TState>.Given(initial);
        var driver = new CellDriver<TState>(nameof(Gate), cell, InputBatch.OfSequences(x), given) { Cancellation = cancellation };
        var steps = new Gate[x.Shape[0]][];
        for (int t = 0; t < steps.Length; t++) steps[t] = Step(driver, x[t]);
        return [.. steps[0].Select((gate, i) => gate with { Values = Functions.Stack([.. steps.Select(step => step[i].Values)]) })];
    }

    /// <summary>The mean of each unit over all steps and the batch, <c>[units]</c>.</summary>
    public double[] MeanByUnit() => Functions.Mean(Values.Reshape(-1, Values.Shape[^1]), 0).ToDoubles();

    /// <summary>A histogram: how many values lie in each of several equal parts of 0 … 1.</summary>
    /// <param name="bins">Number of parts, at least 1.</param>
    public int[] Histogram(int bins = 20)
    {
        Require.Length(nameof(Gate), nameof(bins), Require.AtLeast(nameof(Gate), nameof(bins), bins, 1));
        var counts = new int[bins];
        foreach (double value in Values.ToDoubles()) counts[Math.Clamp((int)(value * bins), 0, bins - 1)]++;
        return counts;
    }

    static Gate[] Step<TState>(CellDriver<TState> driver, Tensor x)
    {
        using var tape = new Tape();
        driver.Step(x);
        driver.State = State.Detach(driver.State);
        var entries = tape.Entries();
        var gates = entries.Where(entry => entry.Operation == nameof(Functions.Sigmoid))
            .Select(entry => new Gate(Names(entries, entry), tape.ResultOf(entry.Number).Detach()));
        return [.. gates];
    }

    // Every parameter below the gate, but not those below another one.
    static string[] Names(IReadOnlyList<TapeEntry> entries, TapeEntry gate)
    {
        var names = new List<string>();
        Visit(gate);
        return [.. names.Distinct()];

        void Visit(TapeEntry entry)
        {
            if (entry.Name is not null) names.Add(entry.Name);
            foreach (int operand in entry.Operands.Where(operand => operand >= 0 && entries[operand].Operation != gate.Operation))
                Visit(entries[operand]);
        }
    }
}
