using System.Numerics;

namespace Autograd.Layers;

/// <summary>
/// A cell that runs on a stream, one step at a time, for inference: the state stays inside, and a step of a cell that could be recorded allocates nothing.
/// <code>
/// var stream = StreamingCell.Over(cell, inputs: 64, readOut: head.Forward);
/// var logits = stream.Step(frame);                  // a span that the next step overwrites
/// </code>
/// It reads the parameters where they are, so it follows their changes. Not safe for use from several threads at once.
/// </summary>
/// <typeparam name="TState">The cell's state.</typeparam>
public sealed class StreamingCell<TState>
{
    readonly Cell<TState> cell;
    readonly Func<Tensor, Tensor> readOut;
    readonly Shape input;
    readonly ElementType type;
    readonly StreamProgram? program;
    readonly Tensor[] initial;
    readonly Tensor[] carried;
    TState state;
    Tensor? output;

    /// <summary>Prepares a cell for a stream; it begins at the cell's initial state.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="inputs">Number of inputs, at least 1.</param>
    /// <param name="batch">Number of streams side by side, at least 1; 1 by default.</param>
    /// <param name="readOut">A function of the cell's output, such as a layer; the output itself by default.</param>
    /// <param name="type">Element type, that of the parameters.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of inputs or the batch is below 1.</exception>
    /// <exception cref="TapeException">A tape is recording on this thread.</exception>
    public StreamingCell(Cell<TState> cell, int inputs, int batch = 1, Func<Tensor, Tensor>? readOut = null, ElementType type = ElementType.Float32)
    {
        ArgumentNullException.ThrowIfNull(cell);
        Require.AtLeast(nameof(StreamingCell), nameof(inputs), inputs, 1);
        Require.AtLeast(nameof(StreamingCell), nameof(batch), batch, 1);
        (this.cell, this.readOut, this.type, input) = (cell, readOut ?? (y => y), type, [batch, inputs]);
        state = State.Detach(cell.Initial(batch, type));
        initial = StateTensors<TState>.Flatten(state);
        program = StreamProgram.Of(Recorded, [(input, type), .. initial.Select(tensor => (tensor.Shape, tensor.ElementType))]);
        carried = program is null ? [] : [.. program.Outputs.Skip(1).Select(tensor => Tensor.Zeros(tensor.Shape, tensor.ElementType))];
        Reset();
    }

    /// <summary>Whether the step was recorded, and so allocates nothing. Otherwise every step runs the cell itself, with the same results.</summary>
    public bool IsRecorded => program is not null;

    /// <summary>A copy of the state after the last step.</summary>
    public TState CurrentState => program is null ? State.Detach(state) : State.Detach(StateTensors<TState>.Rebuild(state, program.Inputs.Skip(1).ToArray()));

    /// <summary>Goes back to the cell's initial state.</summary>
    public void Reset()
    {
        if (program is null) state = StateTensors<TState>.Rebuild(state, initial);
        else
            for (int i = 0; i < initial.Length; i++) Accumulation.Copy(initial[i], program.Inputs[i + 1]);
    }

    /// <summary>One step.</summary>
    /// <typeparam name="T"><c>float</c> or <c>double</c>, the stream's element type.</typeparam>
    /// <param name="x">The input, <c>[batch, inputs]</c> in row-major order.</param>
    /// <returns>What the read-out gives, in row-major order; the next step overwrites it.</returns>
    /// <exception cref="ShapeException">The number of elements does not fit.</exception>
    /// <exception cref="ElementTypeException">The stream has the other element type.</exception>
    public ReadOnlySpan<T> Step<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (ElementTypes.Of<T>() != type) throw new ElementTypeException($"StreamingCell: the input is {typeof(T).Name}; the stream is {type}.");
        if (x.Length != input.ElementCount) throw new ShapeException($"StreamingCell: {x.Length} numbers were given for an input {input}.");
        if (program is null) return StepAsItIs(x);
        x.CopyTo(program.Inputs[0].WriteSpan<T>());
        program.Run();
        // By way of other memory: a tensor of the next state may be one of the state before.
        for (int i = 0; i < carried.Length; i++) Accumulation.Copy(program.Outputs[i + 1], carried[i]);
        for (int i = 0; i < carried.Length; i++) Accumulation.Copy(carried[i], program.Inputs[i + 1]);
        return program.Outputs[0].ReadSpan<T>();
    }

    ReadOnlySpan<T> StepAsItIs<T>(ReadOnlySpan<T> x)
        where T : unmanaged
    {
        var (y, next) = cell.Step(Tensor.From(x, input), state);
        state = next;
        output = readOut(y);
        return output.AsSpan<T>();
    }

    Tensor[] Recorded(Tensor[] inputs)
    {
        var (y, next) = cell.Step(inputs[0], StateTensors<TState>.Rebuild(state, inputs.AsSpan(1)));
        return [readOut(y), .. StateTensors<TState>.Flatten(next)];
    }
}

/// <summary>Makes streams without naming the state's type.</summary>
public static class StreamingCell
{
    /// <inheritdoc cref="StreamingCell{TState}(Cell{TState}, int, int, Func{Tensor, Tensor}?, ElementType)"/>
    public static StreamingCell<TState> Over<TState>(
        Cell<TState> cell, int inputs, int batch = 1, Func<Tensor, Tensor>? readOut = null, ElementType type = ElementType.Float32) =>
        new(cell, inputs, batch, readOut, type);
}
