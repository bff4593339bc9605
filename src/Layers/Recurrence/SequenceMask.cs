using static System.FormattableString;

namespace Autograd.Layers;

/// <summary>
/// Which steps of which sequences count, where lengths alone cannot say: padding on the left, gaps, sequences without any step. A step that
/// does not count is skipped: the state is kept, the output is 0, and nothing depends on what the input holds there.
/// <code>
/// var mask = SequenceMask.Of(present);                       // bool[time, batch]
/// var run = mask.Run(recurrent, x);                          // outputs [time, batch, outputs], final states
/// </code>
/// The steps that count are moved to the front, run with lengths, and moved back; their numbers (<see cref="TimeStep"/>) count only the
/// steps that count. Immutable.
/// </summary>
public sealed class SequenceMask
{
    // For each place of the packed sequences the place in the given ones, and the other way round; one behind the last stands for none.
    readonly int[] packing, unpacking;
    readonly bool[] isEmpty;

    SequenceMask(bool[,] counts)
    {
        Time = counts.GetLength(0);
        Batch = counts.GetLength(1);
        Counts = [.. Enumerable.Range(0, Batch).Select(b => Enumerable.Range(0, Time).Count(t => counts[t, b]))];
        isEmpty = Array.ConvertAll(Counts, count => count == 0);
        // A sequence without any step takes one, which is undone.
        Lengths = Array.ConvertAll(Counts, count => Math.Max(count, 1));
        PackedTime = Lengths.Max();
        packing = new int[PackedTime * Batch];
        unpacking = new int[Time * Batch];
        Array.Fill(packing, Time * Batch);
        Array.Fill(unpacking, PackedTime * Batch);
        for (int b = 0; b < Batch; b++)
        {
            int next = 0;
            for (int t = 0; t < Time; t++)
            {
                if (!counts[t, b]) continue;
                packing[next * Batch + b] = t * Batch + b;
                unpacking[t * Batch + b] = next++ * Batch + b;
            }
        }
    }

    /// <summary>Number of steps.</summary>
    public int Time { get; }

    /// <summary>Number of sequences.</summary>
    public int Batch { get; }

    /// <summary>How many steps of each sequence count; may be 0.</summary>
    internal int[] Counts { get; }

    internal int[] Lengths { get; }

    internal int PackedTime { get; }

    /// <summary>Creates a mask from flags, <c>[time, batch]</c>, true for steps that count. The array is copied.</summary>
    /// <exception cref="ShapeException">An axis has the length 0.</exception>
    public static SequenceMask Of(bool[,] counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.Length == 0)
            throw new ShapeException(
                Invariant($"{nameof(SequenceMask)}: the mask is [{counts.GetLength(0)}, {counts.GetLength(1)}]; ")
                + "both axes must have a step.");
        return new SequenceMask(counts);
    }

    /// <summary>
    /// Creates a mask from lengths, which may be 0, of sequences that begin at the first step or, with padding on the left, end at the
    /// last.
    /// </summary>
    /// <param name="time">Number of steps, at least 1.</param>
    /// <param name="lengths">The length of each sequence, from 0 to the number of steps.</param>
    /// <param name="padsLeft">Whether the padding is on the left; false by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is below 1, or a length is outside its range.</exception>
    /// <exception cref="ShapeException">There are no lengths.</exception>
    public static SequenceMask OfLengths(int time, ReadOnlySpan<int> lengths, bool padsLeft = false)
    {
        Require.AtLeast(nameof(SequenceMask), nameof(time), time, 1);
        Require.Length(nameof(SequenceMask), nameof(time), (double)time * lengths.Length);
        var counts = new bool[time, lengths.Length];
        for (int b = 0; b < lengths.Length; b++)
        {
            Require.Within(nameof(SequenceMask), nameof(lengths), lengths[b], time + 1);
            for (int t = 0; t < time; t++) counts[t, b] = padsLeft ? t >= time - lengths[b] : t < lengths[b];
        }
        return Of(counts);
    }

    /// <summary>Runs a layer over the steps that count, from its initial state.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
    /// <param name="cancellation">Ends it as by <see cref="Recurrent{TState}.Run(Tensor, ReadOnlySpan{int}, CancellationToken)"/>.</param>
    /// <returns>
    /// The outputs, <c>[time, batch, outputs]</c>, 0 where a step does not count, and the state after the last step that counts.
    /// </returns>
    /// <exception cref="ShapeException">The inputs do not have the steps and sequences of the mask.</exception>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    public (Tensor Outputs, TState Final) Run<TState>(Recurrent<TState> layer, Tensor x, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Check(x);
        return Run(layer, x, layer.Initial(Batch, Tape.Actual(x).ElementType), cancellation);
    }

    /// <summary>Runs a layer over the steps that count, from a given state.</summary>
    /// <inheritdoc cref="Run{TState}(Recurrent{TState}, Tensor, CancellationToken)"/>
    /// <param name="layer">The layer.</param>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <param name="initial">The state before the first step; the first axis of each tensor is the batch.</param>
    public (Tensor Outputs, TState Final) Run<TState>(
        Recurrent<TState> layer, Tensor x, TState initial, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Check(x);
        var run = layer.Run(Rows(x, packing, PackedTime), initial, Lengths, cancellation: cancellation);
        var outputs = Rows(run.Outputs, unpacking, Time);
        return (outputs, Array.Exists(isEmpty, empty => empty) ? StateTensors<TState>.Map(run.Final, initial, Kept) : run.Final);
    }

    // The state of a sequence without any step is what it began with.
    Tensor Kept(Tensor final, Tensor initial)
    {
        int[] shape = [Batch, .. Enumerable.Repeat(1, final.Rank - 1)];
        var mask = Tensor.From(Array.ConvertAll(isEmpty, empty => empty ? 1.0 : 0), Shape.Create(shape));
        return Functions.Where(mask.As(Tape.Actual(final).ElementType), initial, final);
    }

    void Check(Tensor x)
    {
        var shape = Layers.Lengths.CheckSequences(nameof(SequenceMask), x, default);
        if (shape[0] != Time || shape[1] != Batch)
            throw new ShapeException($"{nameof(SequenceMask)}: x is {shape}; the mask is of {Time} steps and {Batch} sequences.");
    }

    // Rows of all steps, in another order, zeros among them.
    Tensor Rows(Tensor x, int[] from, int time)
    {
        int[] inner = [.. x.Shape.Lengths[2..]];
        var rows = Functions.Reshape(x, [-1, .. inner]);
        var zero = Tensor.Zeros([1, .. inner], Tape.Actual(x).ElementType);
        return Functions.Reshape(Functions.GatherRows(Functions.Concatenate(0, rows, zero), from), [time, Batch, .. inner]);
    }
}
