using System.Numerics;

namespace Autograd.Layers;

/// <summary>
/// Runs a cell on a stream, one step at a time, for inference: the state is kept inside, and if the cell's step can be recorded, a step
/// allocates nothing.
/// <code>
/// var stream = StreamingCell.Over(cell, inputs: 64, readOut: head.Forward);
/// var logits = stream.Step(frame);                  // a span that the next step overwrites
/// </code>
/// It reads the parameters and the mode (<see cref="Module.Train"/>, <see cref="Module.Evaluate"/>) at every step, so it follows their
/// changes. Steps are numbered as in <see cref="Recurrent{TState}"/>. Not safe for use from several threads at once.
/// </summary>
/// <typeparam name="TState">The cell's state.</typeparam>
public sealed class StreamingCell<TState> : ISaved
{
    readonly Cell<TState> cell;
    readonly Func<Tensor, Tensor> readOut;
    readonly InputBatch batch;
    readonly CellDriver<TState> driver;
    RecordedProgram? program;
    ModuleMode.ModeReads modes;
    bool hasBegun;
    Tensor? output;

    /// <summary>Prepares a cell for a stream; it begins at the cell's first state.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="inputs">Number of inputs, at least 1.</param>
    /// <param name="batch">Number of parallel streams, at least 1; 1 by default.</param>
    /// <param name="readOut">A function of the cell's output, such as a layer; the output itself by default.</param>
    /// <param name="type">Element type, that of the parameters.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of inputs or the batch is below 1.</exception>
    /// <exception cref="TapeException">A tape is recording on this thread.</exception>
    public StreamingCell(
        Cell<TState> cell, int inputs, int batch = 1, Func<Tensor, Tensor>? readOut = null, ElementType type = ElementType.Float32)
        : this([Require.AtLeast(nameof(StreamingCell), nameof(inputs), inputs, 1)], batch, type, cell, readOut, null)
    {
    }

    /// <summary>Prepares a cell for a stream that begins at a given state.</summary>
    /// <inheritdoc cref="StreamingCell{TState}(Cell{TState}, int, int, Func{Tensor, Tensor}?, ElementType)"/>
    /// <param name="cell">The cell.</param>
    /// <param name="inputs">Number of inputs, at least 1.</param>
    /// <param name="batch">Number of parallel streams, at least 1; 1 by default.</param>
    /// <param name="readOut">A function of the cell's output, such as a layer; the output itself by default.</param>
    /// <param name="type">Element type, that of the parameters.</param>
    /// <param name="initial">The state before the first step, of which a copy is taken; the first axis of each tensor is the batch.</param>
    /// <exception cref="ShapeException">The first axis of a tensor of the state is not the batch.</exception>
    /// <exception cref="ElementTypeException">A tensor of the state has another element type.</exception>
    public StreamingCell(
        Cell<TState> cell, int inputs, TState initial, int batch = 1, Func<Tensor, Tensor>? readOut = null,
        ElementType type = ElementType.Float32)
        : this(
            [Require.AtLeast(nameof(StreamingCell), nameof(inputs), inputs, 1)], batch, type, cell, readOut,
            State.Detach(initial) is var copy ? () => copy : null)
    {
    }

    /// <summary>Prepares a cell whose input is of any shape, such as an image.</summary>
    /// <inheritdoc cref="StreamingCell{TState}(Cell{TState}, int, int, Func{Tensor, Tensor}?, ElementType)"
    /// path="/*[not(self::param[@name='inputs'])]"/>
    /// <param name="cell">The cell.</param>
    /// <param name="batch">Number of parallel streams, at least 1; 1 by default.</param>
    /// <param name="readOut">A function of the cell's output, such as a layer; the output itself by default.</param>
    /// <param name="type">Element type, that of the parameters.</param>
    /// <param name="inputs">Shape of the input of one stream, without the batch: at least one axis, none of them empty.</param>
    /// <exception cref="ShapeException">The shape has no axis, or an empty one.</exception>
    public StreamingCell(
        Cell<TState> cell, Shape inputs, int batch = 1, Func<Tensor, Tensor>? readOut = null, ElementType type = ElementType.Float32)
        : this(inputs, batch, type, cell, readOut, null)
    {
    }

    /// <summary>Prepares a cell whose input is of any shape, from a given state.</summary>
    /// <inheritdoc cref="StreamingCell{TState}(Cell{TState}, int, TState, int, Func{Tensor, Tensor}?, ElementType)"
    /// path="/*[not(self::param[@name='inputs'])]"/>
    /// <param name="cell">The cell.</param>
    /// <param name="initial">The state before the first step, of which a copy is taken; the first axis of each tensor is the batch.</param>
    /// <param name="batch">Number of parallel streams, at least 1; 1 by default.</param>
    /// <param name="readOut">A function of the cell's output, such as a layer; the output itself by default.</param>
    /// <param name="type">Element type, that of the parameters.</param>
    /// <param name="inputs">Shape of the input of one stream, without the batch: at least one axis, none of them empty.</param>
    public StreamingCell(
        Cell<TState> cell, Shape inputs, TState initial, int batch = 1, Func<Tensor, Tensor>? readOut = null,
        ElementType type = ElementType.Float32)
        : this(inputs, batch, type, cell, readOut, State.Detach(initial) is var copy ? () => copy : null)
    {
    }

    StreamingCell(Shape inputs, int batch, ElementType type, Cell<TState> cell, Func<Tensor, Tensor>? readOut, Func<TState>? initial)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Rank == 0 || inputs.ElementCount == 0)
            throw new ShapeException($"StreamingCell: the shape of the input, {inputs}, must have an axis, and none that is empty.");
        Require.AtLeast(nameof(StreamingCell), nameof(batch), batch, 1);
        if (Tape.Current is not null)
            throw new TapeException("StreamingCell: a tape is recording on this thread; make the stream outside of its scope.");
        this.cell = cell;
        this.readOut = readOut ?? (y => y);
        this.batch = new InputBatch(batch, type, Shape.Create([batch, .. inputs.Lengths]));
        driver = new(nameof(StreamingCell), cell, this.batch, initial);
        Record();
    }

    /// <summary>
    /// Whether the step is recorded, and therefore allocates nothing. Otherwise, every step runs the cell itself, with the same results.
    /// </summary>
    public bool IsRecorded => program is not null;

    /// <summary>Number of the next step, on which random masks of steps depend. If it is set, counting continues from there.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set to a negative number.</exception>
    public int Time
    {
        get => driver.Time;
        set => driver.Time = Require.AtLeast(nameof(StreamingCell), nameof(Time), value, 0);
    }

    /// <summary>
    /// The state after the last step, copied when it is read and when it is set. Setting it does not change the number of the step.
    /// </summary>
    /// <exception cref="ShapeException">The first axis of a tensor of the new state is not the batch.</exception>
    /// <exception cref="ElementTypeException">A tensor of the new state has another element type.</exception>
    public TState CurrentState
    {
        get
        {
            Begin();
            return State.Detach(program is null ? driver.State : StateTensors<TState>.Rebuild(driver.State, [.. program.Inputs.Skip(1)]));
        }

        set
        {
            CellDriver<TState>.Check(nameof(StreamingCell), value, batch, cell);
            hasBegun = true;
            Load(State.Detach(value));
        }
    }

    /// <summary>
    /// Returns to the state that the stream began with or, if none was given, to the cell's first state, computed from its present
    /// parameters.
    /// </summary>
    public void Reset() => (hasBegun, driver.Time) = (false, 0);

    /// <summary>
    /// Returns one of the parallel streams to its first state; the number of the step does not change, since all share it.
    /// </summary>
    /// <param name="row">Number of the stream.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such stream.</exception>
    public void Reset(int row)
    {
        if ((uint)row >= (uint)batch.Count)
            throw new ArgumentOutOfRangeException(nameof(row), row, $"StreamingCell: there is no stream {row}; there are {batch.Count}.");
        var chosen = Functions.OneHot([row], batch.Count).Reshape(batch.Count, 1);
        CurrentState = StateTensors<TState>.Map(driver.First(), CurrentState, (first, now) =>
            Functions.Where(LengthMasks.For(now, chosen), first, now));
    }

    /// <summary>
    /// The state after the last step and the number of the next one: a stream continues as if it had not been interrupted.
    /// </summary>
    void ISaved.Describe(SavedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Add("time", () => Time, value => Time = checked((int)value));
        state.Add("state", new CarriedState<TState>(() => driver.State, () => State.Tensors(CurrentState), tensors =>
        {
            if (tensors is not null) CurrentState = State.From(driver.State, tensors);
        }));
    }

    /// <summary>One step.</summary>
    /// <typeparam name="T"><c>float</c> or <c>double</c>, the stream's element type.</typeparam>
    /// <param name="x">The input, <c>[batch, inputs]</c> or <c>[batch, …]</c>, in row-major order.</param>
    /// <returns>The result of the read-out, in row-major order; the next step overwrites it.</returns>
    /// <exception cref="ShapeException">The number of elements does not fit.</exception>
    /// <exception cref="ElementTypeException">The stream has the other element type.</exception>
    public ReadOnlySpan<T> Step<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (ElementTypes.Of<T>() != batch.Type)
            throw new ElementTypeException($"StreamingCell: the input is {typeof(T).Name}; the stream is {batch.Type}.");
        if (x.Length != batch.Of.ElementCount)
            throw new ShapeException($"StreamingCell: {x.Length} numbers were given for an input {batch.Of}.");
        Begin();
        if (!modes.AreCurrent() || program is { IsCurrent: false }) Record();
        if (program is null) return StepAsItIs(x);
        if (RecordedProgram.MissesBindings) return StepAsBound(x);
        program.SetInput(0, x);
        program.Run();
        for (int i = 1; i < program.Inputs.Count; i++) program.SetInput(i, program.Outputs[i]);
        driver.Time++;
        return program.Outputs[0].AsSpan<T>();
    }

    // A program reads the parameters themselves, and not what stands for them on a tape.
    ReadOnlySpan<T> StepAsBound<T>(ReadOnlySpan<T> x)
        where T : unmanaged
    {
        driver.State = CurrentState;
        var result = StepAsItIs(x);
        Write(program!);
        return result;
    }

    ReadOnlySpan<T> StepAsItIs<T>(ReadOnlySpan<T> x)
        where T : unmanaged
    {
        output = readOut(driver.Step(Tensor.From(x, batch.Of)));
        // A stream outlives every tape.
        if (Tape.Current is not null) (output, driver.State) = (output.Detach(), State.Detach(driver.State));
        return output.AsSpan<T>();
    }

    // Only when the stream is used, so that it follows what is changed before.
    void Begin()
    {
        if (hasBegun) return;
        var first = State.Detach(driver.First());
        hasBegun = true;
        Load(first);
    }

    void Load(TState state)
    {
        bool fits = StateTensors<TState>.Difference(driver.State, state) is null;
        driver.State = state;
        if (fits)
        {
            if (program is not null) Write(program);
            return;
        }
        // A program is of the shapes that it was recorded with.
        program = null;
        Record();
    }

    // With the state that there is, under the modes that there are.
    void Record()
    {
        if (program is not null && hasBegun) driver.State = CurrentState;
        var state = StateTensors<TState>.Flatten(driver.State).Select(tensor => (tensor.Shape, tensor.ElementType));
        modes = ModuleMode.Watch(() => program = RecordedProgram.Of(Recorded, [(batch.Of, batch.Type), .. state]));
        if (program is not null) Write(program);
    }

    void Write(RecordedProgram to)
    {
        var tensors = StateTensors<TState>.Flatten(driver.State);
        for (int i = 0; i < tensors.Length; i++) to.SetInput(i + 1, tensors[i]);
    }

    Tensor[] Recorded(Tensor[] inputs)
    {
        var (y, next) = CellDriver<TState>.Advance(cell, inputs[0], StateTensors<TState>.Rebuild(driver.State, inputs.AsSpan(1)));
        return [readOut(y), .. StateTensors<TState>.Flatten(next)];
    }
}

/// <summary>Creates streams without naming the state's type.</summary>
public static class StreamingCell
{
    /// <inheritdoc cref="StreamingCell{TState}(Cell{TState}, int, int, Func{Tensor, Tensor}?, ElementType)"/>
    public static StreamingCell<TState> Over<TState>(
        Cell<TState> cell, int inputs, int batch = 1, Func<Tensor, Tensor>? readOut = null, ElementType type = ElementType.Float32) =>
        new(cell, inputs, batch, readOut, type);

    /// <inheritdoc cref="StreamingCell{TState}(Cell{TState}, int, TState, int, Func{Tensor, Tensor}?, ElementType)"/>
    public static StreamingCell<TState> Over<TState>(
        Cell<TState> cell, int inputs, TState initial, int batch = 1, Func<Tensor, Tensor>? readOut = null,
        ElementType type = ElementType.Float32) =>
        new(cell, inputs, initial, batch, readOut, type);

    /// <inheritdoc cref="StreamingCell{TState}(Cell{TState}, Shape, int, Func{Tensor, Tensor}?, ElementType)"/>
    public static StreamingCell<TState> Over<TState>(
        Cell<TState> cell, Shape inputs, int batch = 1, Func<Tensor, Tensor>? readOut = null, ElementType type = ElementType.Float32) =>
        new(cell, inputs, batch, readOut, type);

    /// <inheritdoc cref="StreamingCell{TState}(Cell{TState}, Shape, TState, int, Func{Tensor, Tensor}?, ElementType)"/>
    public static StreamingCell<TState> Over<TState>(
        Cell<TState> cell, Shape inputs, TState initial, int batch = 1, Func<Tensor, Tensor>? readOut = null,
        ElementType type = ElementType.Float32) =>
        new(cell, inputs, initial, batch, readOut, type);
}
