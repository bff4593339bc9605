namespace Autograd.Data;

/// <summary>A batch of sequences, each with a class that is to be predicted at its end.</summary>
/// <param name="Inputs">The inputs, <c>[time, batch, inputs]</c>; zeros in the padding.</param>
/// <param name="Lengths">The steps of each sequence, from 1 to time.</param>
/// <param name="Labels">The class of each sequence, from 0.</param>
public sealed record LabelledSequences(Tensor Inputs, int[] Lengths, int[] Labels);
