namespace Autograd.Data;

/// <summary>A batch of sequences with targets at each step.</summary>
/// <param name="Inputs">What goes in, <c>[time, batch, inputs]</c>; zeros in the padding.</param>
/// <param name="Lengths">The steps of each sequence, from 1 to time.</param>
/// <param name="Targets">The targets, <c>[time, batch, outputs]</c>; zeros in the padding.</param>
/// <param name="Mask">1 at steps whose target counts, 0 elsewhere, <c>[time, batch, 1]</c>.</param>
public sealed record TargetSequences(Tensor Inputs, int[] Lengths, Tensor Targets, Tensor Mask)
{
    /// <summary>The number of targets that count, by which a sum of masked losses is divided to obtain their mean.</summary>
    public int Counted => (int)Mask.ToDoubles().Sum();

    internal static Tensor MaskOf(int[] lengths, int time)
    {
        var mask = new float[time, lengths.Length, 1];
        for (int row = 0; row < lengths.Length; row++)
            for (int t = 0; t < lengths[row]; t++)
                mask[t, row, 0] = 1;
        return Tensor.From(mask);
    }
}
