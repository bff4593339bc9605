namespace Autograd.Data;

/// <summary>A batch of sequences with one number to be output at the end of each.</summary>
/// <param name="Inputs">What goes in, <c>[time, batch, inputs]</c>; zeros in the padding.</param>
/// <param name="Lengths">The steps of each sequence, from 1 to time.</param>
/// <param name="Targets">The numbers, <c>[batch, 1]</c>.</param>
public sealed record ValuedSequences(Tensor Inputs, int[] Lengths, Tensor Targets);
