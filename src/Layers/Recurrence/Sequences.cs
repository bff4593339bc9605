namespace Autograd.Layers;

/// <summary>Parts of sequences of different lengths.</summary>
public static class Sequences
{
    /// <summary>
    /// The last valid element of each sequence: <c>x[lengths[b] − 1, b]</c>, so <c>[batch, …]</c>; such as the output of a layer for each
    /// whole sequence, where <c>outputs[^1]</c> is 0 for the shorter ones.
    /// </summary>
    /// <param name="x"><c>[time, batch, …]</c>.</param>
    /// <param name="lengths">Length of each sequence, from 1 to the length of the time axis; all are full by default.</param>
    /// <exception cref="ShapeException">x is not a batch of sequences, or a length is out of range.</exception>
    public static Tensor Last(Tensor x, ReadOnlySpan<int> lengths = default)
    {
        var shape = Lengths.CheckSequences($"{nameof(Sequences)}.{nameof(Last)}", x, lengths);
        if (lengths.IsEmpty) return Functions.At(x, ^1);
        int[] rows = new int[lengths.Length];
        for (int b = 0; b < rows.Length; b++) rows[b] = (lengths[b] - 1) * shape[1] + b;
        return Functions.GatherRows(Functions.Reshape(x, [-1, .. shape.Lengths[2..]]), rows);
    }
}
