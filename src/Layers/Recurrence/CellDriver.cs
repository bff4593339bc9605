namespace Autograd.Layers;

/// <summary>
/// Drives a cell through time. Everything that runs a cell is built on this, so all begin, number, mask and check steps alike: a state to
/// begin with, <see cref="Step"/> for each input, <see cref="Take"/> when the rows of the batch change.
/// </summary>
/// <typeparam name="TState">The cell's state.</typeparam>
sealed class CellDriver<TState>
{
    readonly string name;
    readonly Cell<TState> whole;
    readonly InputBatch batch;
    readonly Func<TState>? given;
    readonly int firstStep;
    Cell<TState> cell;
    int[]? rows;

    /// <summary>Begins before the first step.</summary>
    /// <param name="name">The name of the driver, for messages.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="batch">The batch and the element type of the inputs.</param>
    /// <param name="given">The state to begin with; null for the cell's first one, learned or its own.</param>
    /// <param name="firstStep">Number of the first step.</param>
    /// <exception cref="ShapeException">The first axis of a tensor of the state is not the batch.</exception>
    /// <exception cref="ElementTypeException">
    /// A tensor of the state has neither the type of the inputs nor that of the cell's own state.
    /// </exception>
    public CellDriver(string name, Cell<TState> cell, InputBatch batch, Func<TState>? given = null, int firstStep = 0)
    {
        this.name = name;
        whole = cell;
        this.cell = cell;
        this.batch = batch;
        this.given = given;
        Time = this.firstStep = firstStep;
        State = First();
    }

    /// <summary>The state before the next step.</summary>
    public TState State { get; set; }

    /// <summary>
    /// Number of the next step. Numbers go on for as long as the driver does: over chunks, prompts and what follows them, a whole stream.
    /// </summary>
    public int Time { get; set; }

    /// <summary>Which sequences are still running, by steps since the first; all, unless set.</summary>
    public LengthMasks Masks { get; set; } = LengthMasks.None;

    /// <summary>Stops before the next step; never, unless set.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>The state to begin with, made anew, so that it follows changes of parameters.</summary>
    public TState First()
    {
        var state = given is null ? whole.First(batch.Count, batch.Type) : given();
        Check(name, state, batch, whole);
        return state;
    }

    /// <summary>The next step, under its number. Beyond a sequence's length its state stays, and its outputs are 0.</summary>
    public Tensor Step(Tensor x)
    {
        Cancellation.ThrowIfCancellationRequested();
        using var step = TimeStep.Begin(Time);
        var (output, next) = Advance(cell, x, State);
        output = Masks.OutputAt(Time - firstStep, output);
        (State, Time) = (Masks.StateAt(Time - firstStep, next, State), Time + 1);
        return output;
    }

    /// <summary>
    /// Continues with selected sequences, in a given order, possibly repeated: their states, and whatever else the cell holds for them.
    /// </summary>
    /// <param name="chosen">For each new row the number of the row so far.</param>
    public void Take(int[] chosen)
    {
        State = StateTensors<TState>.Map(State, tensor => Functions.GatherRows(tensor, chosen));
        var before = rows ?? [.. Enumerable.Range(0, batch.Count)];
        // Numbers of the first batch, so that the cell is not a view of views.
        int[] now = Array.ConvertAll(chosen, row => before[row]);
        if (!now.SequenceEqual(before)) cell = whole.WithRows(now);
        rows = now;
    }

    /// <summary>A step by itself, within the one under way: for those who number, mask and keep states by other means.</summary>
    public static (Tensor Output, TState Next) Advance(Cell<TState> cell, Tensor x, TState state)
    {
        var before = StateTensors<TState>.IsMutable ? StateTensors<TState>.Flatten(state) : [];
        var (output, next) = StepOf(cell, x, state);
        // Others hold the same list: the states of earlier steps, the sequences that have ended.
        if (StateTensors<TState>.IsMutable && !StateTensors<TState>.Flatten(state).SequenceEqual(before))
            throw new InvalidOperationException(
                $"{cell.GetType().Name}.Step: it changed a list in the state that it was given; a step makes new ones.");
        return StateTensors<TState>.Difference(state, next) is { } difference
            ? throw new ShapeException($"{cell.GetType().Name}.Step: {difference}.")
            : (output, next);
    }

    // Which cell it was, and of what: operations know neither. The line is in the trace of the inner exception.
    static (Tensor Output, TState Next) StepOf(Cell<TState> cell, Tensor x, TState state)
    {
        try
        {
            return cell.Step(x, state);
        }
        catch (ShapeException error) when (!IsNamed(error))
        {
            throw new ShapeException($"{Name()}.Step of x {x.Shape}: {error.Message}", error);
        }
        catch (ElementTypeException error) when (!IsNamed(error))
        {
            throw new ElementTypeException($"{Name()}.Step of x {x.Shape}: {error.Message}", error);
        }
        string Name() => cell.GetType().Name.Split('`')[0];
        bool IsNamed(Exception error) => error.Message.StartsWith(Name() + ":", StringComparison.Ordinal)
            || error.Message.StartsWith(Name() + ".", StringComparison.Ordinal);
    }

    /// <summary>Otherwise a state of another batch could be broadcast against the input without an error.</summary>
    public static void Check(string name, TState state, InputBatch batch, Cell<TState> cell)
    {
        var tensors = StateTensors<TState>.Flatten(state);
        for (int i = 0; i < tensors.Length; i++)
        {
            if (tensors[i].Rank == 0 || tensors[i].Shape[0] != batch.Count)
                throw new ShapeException(
                    $"{name}: tensor {i} of the initial state is {tensors[i].Shape}; " +
                    $"its first axis must be the batch, {batch.Count} in x {batch.Of}.");
            var type = Tape.Actual(tensors[i]).ElementType;
            if (type != batch.Type && type != OwnType(i))
                throw new ElementTypeException($"{name}: tensor {i} of the initial state is {type}; the input is {batch.Type}.");
        }

        // A cell may compute a part of its state in the other type.
        ElementType? OwnType(int tensor) =>
            StateTensors<TState>.Flatten(cell.Initial(batch.Count, batch.Type)).ElementAtOrDefault(tensor)?.ElementType;
    }
}
