namespace Autograd;

/// <summary>
/// Trades recomputation for memory (Griewank 1992; Chen et al. 2016): only the results of a segment are saved, and a backward sweep runs it
/// again. A sequence in segments of √T steps holds about 2·√T states instead of T. The gradients are, bit for bit, those without
/// checkpoints.
/// </summary>
public static class Checkpoint
{
    /// <summary>Runs a segment under the current tape.</summary>
    /// <param name="segment"> Computes tensors from others that it refers to, parameters included. It must compute the same when it is run
    /// again, so it must not refer to variables that change later (functions capture variables, not their values), and must draw random
    /// numbers from keys only. Tensors made inside, other than the results, end with the call.
    /// </param>
    /// <returns>Its results.</returns>
    /// <remarks>
    /// It is run again under the time step, the bound values and the mode of modules of the first run. Outside a tape, and where nothing is
    /// recorded, the segment is simply run. Forward mode runs it again too.
    /// </remarks>
    /// <exception cref="TapeException">
    /// The segment returned null; or, thrown by a sweep, it did not give the same bits when it was run again.
    /// </exception>
    public static Tensor[] Run(Func<Tensor[]> segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        return Tape.Current is { } tape ? tape.Checkpoint(segment) : segment();
    }

    /// <summary>A segment with one result.</summary>
    /// <inheritdoc cref="Run(Func{Tensor[]})"/>
    public static Tensor Run(Func<Tensor> segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        return Run(() => new[] { segment() })[0];
    }

    /// <summary>
    /// Runs a sequence in segments of equal length (the last one may be shorter), each a checkpoint. The state is passed from segment to
    /// segment as tensors. The outputs share one block of memory, and nothing is stored twice.
    /// </summary>
    /// <param name="steps">Number of steps, at least 1.</param>
    /// <param name="length">Steps in a segment, at least 1.</param>
    /// <param name="state">The tensors before the first step.</param>
    /// <param name="segment">
    /// Computes a segment from its first step, its number of steps and the tensors before it: the outputs of its steps <c>[steps, …]</c>,
    /// and the tensors after it.
    /// </param>
    /// <returns>The outputs of all steps, and the tensors after the last one.</returns>
    public static (Tensor Outputs, Tensor[] Final) Sequence(
        int steps, int length, Tensor[] state, Func<int, int, Tensor[], (Tensor Outputs, Tensor[] Next)> segment)
    {
        Require.AtLeast(nameof(Sequence), nameof(steps), steps, 1);
        Require.AtLeast(nameof(Sequence), nameof(length), length, 1);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(segment);
        Tensor? whole = null;
        var parts = new List<Tensor>();
        for (int start = 0; start < steps; start += length)
        {
            int first = start, count = Math.Min(length, steps - start);
            var before = state;
            var results = Run(
                () =>
                {
                    var (outputs, next) = segment(first, count, before);
                    if (outputs is null || next is null)
                        throw new TapeException(
                            "Checkpoint.Sequence: the segment gave null; it must give outputs and the tensors after it.");
                    CheckOutputs(outputs, first, count, whole);
                    return [outputs, .. next];
                },
                results => [Place(results[0], ref whole, steps, first), .. results.Skip(1).Select(Compact)]);
            parts.Add(results[0]);
            state = results[1..];
        }
        return (JoinOperation.Apply([.. parts]), state);
    }

    /// <summary>
    /// For code that depends on something that may change, such as a mode: within a segment that is run again, returns the value at the
    /// first run; at the first run and elsewhere, the present value.
    /// </summary>
    /// <param name="owner">The object whose value it is; there is one value per object.</param>
    /// <param name="present">The present value.</param>
    public static T AsAtFirst<T>(object owner, T present)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return Tape.Current?.Segment is { } segment ? segment.AsAtFirst(owner, present) : present;
    }

    static void CheckOutputs(Tensor outputs, int first, int count, Tensor? whole)
    {
        if (outputs.Rank == 0 || outputs.Shape[0] != count)
            throw new ShapeException(
                $"Checkpoint.Sequence: the outputs of the segment from step {first} are {outputs.Shape}; [{count}, …] is needed.");
        if (whole is null) return;
        if (outputs.Shape.With(0, 0) != whole.Shape.With(0, 0))
            throw new ShapeException(
                $"Checkpoint.Sequence: the outputs of the segment from step {first} are {outputs.Shape}, "
                + $"those of the whole {whole.Shape}.");
        if (Recorder.Actual(outputs).ElementType != whole.ElementType)
            throw new ElementTypeException(
                $"Checkpoint.Sequence: the outputs of the segment from step {first} are {outputs.ElementType}, those of others "
                + $"{whole.ElementType}; convert them.");
    }

    static Tensor[] Run(Func<Tensor[]> segment, Func<Tensor[], Tensor[]> keep) =>
        Tape.Current is { } tape ? tape.Checkpoint(segment, keep) : segment();

    // In the memory of the whole, which is allocated when the shape of a part is known.
    static Tensor Place(Tensor part, ref Tensor? whole, int steps, int first)
    {
        var tape = Tape.Current!;
        whole ??= tape.Allocate(part.ElementType, Shape.Create([steps, .. part.Shape.Lengths[1..]]), isRecorded: true);
        var place = new Tensor(part.ElementType, part.Shape, whole.Storage, first * part.Shape.Product(1, part.Rank)) { Owner = tape };
        Accumulation.Copy(part, place);
        return place;
    }

    // Not a view of something larger, which would be kept with it.
    static Tensor Compact(Tensor state)
    {
        var copy = Tape.Current!.Allocate(state.ElementType, state.Shape, isRecorded: true);
        Accumulation.Copy(state, copy);
        return copy;
    }
}
