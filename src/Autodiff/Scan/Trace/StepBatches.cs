namespace Autograd.Scan;

/// <summary>Whether a step does the same for batches of any size.</summary>
static class StepBatches
{
    /// <summary>
    /// Traces the step for other numbers of sequences, and compares: the same operations with the same numbers and data, and other lengths
    /// along the first axis at most. What is captured with a row for each sequence does not fit the other number, which is not 1, or the
    /// row would be repeated. What the step draws for each sequence, a mask or noise, fits any number, but belongs to its place in the
    /// batch.
    /// </summary>
    /// <param name="step">The step.</param>
    /// <param name="program">What it does for the batch that it was given.</param>
    /// <param name="x">Inputs, <c>[time, batch, …]</c>.</param>
    /// <param name="states">States, <c>[batch, …]</c>.</param>
    public static bool AreFree(StepFunction step, StepProgram program, Tensor x, Tensor[] states)
    {
        int batch = x.Shape[1];
        try
        {
            var given = ScanRequest.GivenAtOneStep(x, states, []);
            var first = StepTrace.Of(step, given, states.Length, program);
            // A few at least, in case that the step tells small batches from large ones.
            int[] others = batch > 3 ? [batch - 1, 2] : [batch > 2 ? batch - 1 : batch + 1];
            return first.Program is not null && Array.TrueForAll(others, other =>
            {
                var second = StepTrace.Of(step, Array.ConvertAll(given, one => WithRows(one, other)), states.Length);
                return second.Program is not null && first.Program.IsSameApartFromShapes(second.Program)
                    && HasSameNumbers(first, second) && HasRows(first.Program, second.Program, batch, other);
            });
        }
        // A step may refuse other batches in whatever way it likes.
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return false;
        }
    }

    // A number or data may follow the size of the batch: a mean over the sequences.
    static bool HasSameNumbers(StepTrace one, StepTrace two)
    {
        for (int i = one.Program!.FirstComputed; i < one.Program.Nodes.Length; i++)
            if (!one.Program.Nodes[i].Operation!.Numbers.SequenceEqual(two.Program!.Nodes[i].Operation!.Numbers))
                return false;
        for (int i = 0; i < one.Leaves.Length; i++)
            if (!StepComparison.IsSame(one.Leaves[i], two.Leaves[i]))
                return false;
        return true;
    }

    // The output is not tied to the batch by an operation if it is something captured.
    static bool HasRows(StepProgram program, StepProgram second, int batch, int other)
    {
        for (int i = 0; i < program.Nodes.Length; i++)
        {
            var (one, two) = (program.Nodes[i].Shape, second.Nodes[i].Shape);
            bool isGiven = i >= program.FirstSequence && i < program.FirstComputed, isOutput = i == program.Output;
            bool followsBatch = one.Rank == two.Rank && one.Rank > 0 && (one[0], two[0]) == (batch, other)
                && one.Lengths[1..].SequenceEqual(two.Lengths[1..]);
            if (followsBatch ? isGiven : isOutput || !one.Equals(two)) return false;
        }
        return true;
    }

    static Tensor WithRows(Tensor tensor, int rows) => new(tensor.ElementType, tensor.Shape.With(0, rows), null);
}
