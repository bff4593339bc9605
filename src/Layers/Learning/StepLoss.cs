namespace Autograd.Layers;

/// <summary>A loss of the outputs of some consecutive steps of a sequence.</summary>
/// <param name="outputs">The cell's outputs, <c>[steps, batch, outputs]</c>.</param>
/// <param name="first">The number of the first of these steps in the sequence, from 0.</param>
/// <returns>One element.</returns>
public delegate Tensor StepLoss(Tensor outputs, int first);
